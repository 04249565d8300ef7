/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 5280 section 4.2.1.3 */
typedef enum
{
  SMD_KEY_USAGE_DIGITAL_SIGNATURE = 1 << 0,
  SMD_KEY_USAGE_NON_REPUDIATION = 1 << 1,
  SMD_KEY_USAGE_KEY_ENCIPHERMENT = 1 << 2,
  SMD_KEY_USAGE_DATA_ENCIPHERMENT = 1 << 3,
  SMD_KEY_USAGE_KEY_AGREEMENT = 1 << 4,
  SMD_KEY_USAGE_KEY_CERT_SIGN = 1 << 5,
  SMD_KEY_USAGE_CRL_SIGN = 1 << 6,
  SMD_KEY_USAGE_ENCIPHER_ONLY = 1 << 7,
  SMD_KEY_USAGE_DECIPHER_ONLY = 1 << 8,
} SmdKeyUsage;

typedef enum
{
  SMD_KEY_RSA,
  SMD_KEY_RSA_PSS,
  SMD_KEY_EC,
  SMD_KEY_ED25519,
  SMD_KEY_ED448,
  SMD_KEY_X25519,
  SMD_KEY_X448,
  SMD_KEY_OTHER,
} SmdKeyType;

/* What a certificate is wanted for. */
typedef enum
{
  SMD_USAGE_ANY,
  SMD_USAGE_SIGN,
  SMD_USAGE_ENCRYPT,
} SmdUsage;

G_END_DECLS
