/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-path-check.h"

/* smd_path_check() without its memory. */
SmdPath *smd_path_walk (SmdCrypto *crypto, const SmdPathQuery *query, GError **error) G_GNUC_WARN_UNUSED_RESULT;

