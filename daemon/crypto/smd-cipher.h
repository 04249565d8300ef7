/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-span.h"

G_BEGIN_DECLS

/* Content encryption algorithms that S/MIME names (RFC 8551 section 2.7), weakest first. */
typedef enum
{
  SMD_CIPHER_UNKNOWN,
  SMD_CIPHER_RC2_40,          /* never used; named so that a report can say it */
  SMD_CIPHER_DES,             /* never used */
  SMD_CIPHER_3DES,            /* read only, flagged */
  SMD_CIPHER_AES_128_CBC,
  SMD_CIPHER_AES_192_CBC,
  SMD_CIPHER_AES_256_CBC,
  SMD_CIPHER_AES_128_GCM,
  SMD_CIPHER_AES_192_GCM,
  SMD_CIPHER_AES_256_GCM,
  SMD_CIPHER_CHACHA20_POLY1305, /* RFC 8103 */
  SMD_N_CIPHERS
} SmdCipher;

/* `aes-256-cbc` and so on: the words of the bus, of the policy and of Features. `unknown` for SMD_CIPHER_UNKNOWN. */
const char *smd_cipher_to_word (SmdCipher cipher);
gboolean smd_cipher_from_word (const char *word, SmdCipher *cipher);
gboolean smd_cipher_is_aead (SmdCipher cipher);
/* May be used for writing: AES-CBC, AES-GCM, ChaCha20-Poly1305 */
gboolean smd_cipher_is_writable (SmdCipher cipher);

/* What a correspondent's sMIMECapabilities attribute (RFC 8551 section 2.5.2) says it can decrypt: one bit
 * (1 << SmdCipher) each. */
typedef guint SmdCapabilities;

/* The best cipher that all have; GCM before ChaCha20 before CBC, longer keys first. SMD_CIPHER_UNKNOWN if there is none
 * that we write. */
SmdCipher smd_capabilities_choose (const SmdCapabilities *all, guint count);

G_END_DECLS
