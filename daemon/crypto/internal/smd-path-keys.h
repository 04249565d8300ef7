/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-path-check.h"

/* Adds to the problems of @path, which has been built, the keys of it that OpenSSL takes, although nobody can use them, or everybody. */
void smd_path_check_keys (SmdPath *path, SmdCrypto *crypto);
