/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-algorithm.h"
#include "smd-crypto.h"
#include "smd-openssl.h"

G_BEGIN_DECLS

#define SMD_KEK_MAX 32

/**
 * SmdKekParameters:
 * @own: (unowned): the private key: the ephemeral one when writing, the recipient's when reading
 * @peer: (unowned): the other side's public key
 * @ukm: user keying material, data %NULL if the message has none
 * @wrap: the AlgorithmIdentifier of the key wrap in DER, as it stands in the message (keyInfo)
 * @size: of the key-encryption key, in bytes; at most %SMD_KEK_MAX
 *
 * A key agreement of RFC 5753 or RFC 8418, in either direction.
 */
typedef struct
{
  EVP_PKEY *own;                       /* (unowned) */
  EVP_PKEY *peer;                      /* (unowned) */
  const SmdAgreementAlgorithm *scheme; /* (unowned) */
  SmdSpan ukm;
  SmdSpan wrap;
  gsize size;
} SmdKekParameters;

/**
 * smd_kek_derive:
 * @kek: (out caller-allocates): room for the key-encryption key; to be wiped by the caller
 *
 * Agrees on a secret (ECDH or X25519) and derives the key-encryption key from it with ECC-CMS-SharedInfo (RFC 5753
 * section 7.2, RFC 8418 section 2.2).
 *
 * Returns: FALSE on error: `Failed` (a reader must not tell it apart from other failures)
 */
gboolean smd_kek_derive (SmdCrypto *crypto, const SmdKekParameters *parameters, guint8 kek[SMD_KEK_MAX],
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_kek_wrap:
 * @kek: `wrap->key_size` bytes
 * @cek: the content-encryption key, a multiple of 8 bytes
 * @wrapped: (out caller-allocates): `cek.size + 8` bytes
 *
 * Returns: FALSE on error: `Failed`; else the key is wrapped as RFC 3394 has it
 */
gboolean smd_kek_wrap (SmdCrypto *crypto, const SmdWrapAlgorithm *wrap, const guint8 *kek, SmdSpan cek, guint8 *wrapped,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_kek_unwrap:
 * @kek: `wrap->key_size` bytes
 * @wrapped: a multiple of 8 bytes, at least 24
 * @cek: (out caller-allocates): `wrapped.size - 8` bytes; to be wiped by the caller
 *
 * Returns: FALSE on error: `Failed` (a reader must not tell it apart from other failures)
 */
gboolean smd_kek_unwrap (SmdCrypto *crypto, const SmdWrapAlgorithm *wrap, const guint8 *kek, SmdSpan wrapped,
                         guint8 *cek, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
