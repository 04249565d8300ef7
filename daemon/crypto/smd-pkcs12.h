/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"
#include "smd-identity.h"

G_BEGIN_DECLS

/**
 * SmdPkcs12:
 * @identities: (owned) (element-type SmdIdentity): every key with its certificate (joined by public key; by localKeyID
 *   only where that can't be read). A key with several certificates gives an identity for each, one without any an
 *   identity with certificate %NULL. Chains hold the file's other certificates that lead up from the certificate.
 * @certificates: (owned) (element-type SmdCertificate): all certificates that are no identity's own; those of the chains too
 *
 * The contents of a PKCS#12 file (RFC 7292, RFC 9579). Both lists may be empty: what is neither key nor certificate, and
 * what is encrypted to a public key, is skipped. Keys that S/MIME has no use for (DSA) are there, as SMD_KEY_OTHER.
 */
typedef struct
{
  GPtrArray *identities;   /* (owned) */
  GPtrArray *certificates; /* (owned) */
} SmdPkcs12;

/**
 * smd_pkcs12_read:
 * @file: BER or DER, at most SMD_LIMIT_PKCS12 bytes
 * @password: UTF-8 without NUL; an empty one is tried both as an empty and as an absent password
 *
 * Returns: (transfer full): the contents; on error `WrongPassword` (the MAC or the decryption says so), `LegacyAlgorithm`
 *   (an algorithm that neither the default nor the legacy provider has), `Malformed`, `TooLarge`, `LimitExceeded` (entries,
 *   iterations), `NotSupported`
 */
SmdPkcs12 *smd_pkcs12_read (SmdCrypto *crypto, SmdSpan file, SmdSpan password, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_pkcs12_free (SmdPkcs12 *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdPkcs12, smd_pkcs12_free)

/**
 * smd_pkcs12_write:
 * @identities: (element-type SmdIdentity): what to export, keys in shrouded bags with localKeyID, each chain once
 * @password: UTF-8
 *
 * Writes PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC, MAC SHA-256 (what every current reader understands).
 *
 * Returns: (transfer full): the file; on error `Failed`
 */
SmdBlob *smd_pkcs12_write (SmdCrypto *crypto, GPtrArray *identities, SmdSpan password, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_password_check:
 * @known: (nullable): what everybody knows of the owner, his addresses: they, and the words in them, count for nothing
 *
 * Refuses passwords that are too weak to protect an exported private key: `WeakPassword` with a text that tells what to
 * do (length, estimate of entropy).
 */
gboolean smd_password_check (SmdSpan password, const char *const *known, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_password_generate:
 *
 * A password of 25 letters and digits in groups of five, none of which looks like another: about 124 bits.
 *
 * Returns: (transfer full): text; on error `Failed`
 */
SmdSecret *smd_password_generate (SmdCrypto *crypto, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
