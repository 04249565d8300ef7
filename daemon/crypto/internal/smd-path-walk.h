/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cache.h"
#include "smd-path-check.h"

/* smd_path_check() without its memory. */
SmdPath *smd_path_walk (SmdCrypto *crypto, const SmdPathQuery *query, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none): the answers of smd_path_check(), by everything that they depend on */
SmdCache *smd_crypto_get_path_cache (SmdCrypto *self);
