/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-path-check.h"

/* Adds to the problems of @path, which has been built, what RFC 5280 section 4 demands of certificates and their keys, and OpenSSL lets
 * pass. Only what no authority in use offends against; an anchor is one because the user said so (section 6.1.1 (d)). */
void smd_path_check_profile (SmdPath *path, const SmdPathQuery *query, SmdCrypto *crypto);
