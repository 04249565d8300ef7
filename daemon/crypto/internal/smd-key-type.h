/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-openssl.h"
#include "smd-usage.h"

/* @pkey: (nullable): %NULL gives SMD_KEY_OTHER */
SmdKeyType smd_key_type_of (const EVP_PKEY *pkey);
/* Returns: (transfer full): what smd_certificate_get_key_algorithm() promises */
char *smd_key_type_to_algorithm (SmdKeyType type, const EVP_PKEY *pkey);
