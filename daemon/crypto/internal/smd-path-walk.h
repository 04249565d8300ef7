/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-path-check.h"

/* smd_path_check() without its memory. */
SmdPath *smd_path_search (SmdCrypto *crypto, const SmdPathQuery *query, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The path that OpenSSL builds: the first candidate that fits, at each step */
SmdPath *smd_path_walk (SmdCrypto *crypto, const SmdPathQuery *query, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type GPtrArray of SmdCertificate): paths from the leaf to an anchor whose names and signatures
 * fit, a bounded number of them */
GPtrArray *smd_path_list (const SmdPathQuery *query);
