/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-certificate.h"
#include "smd-secret.h"

G_BEGIN_DECLS

/**
 * SmdPrivateKey:
 *
 * A private key, ready for use by any number of threads. Its numbers lie in OpenSSL's secure heap: locked memory that is
 * wiped when freed. Reference counted (atomic).
 */
typedef struct _SmdPrivateKey SmdPrivateKey;

/**
 * smd_private_key_new:
 * @pkcs8: an unencrypted PrivateKeyInfo (RFC 5958) in DER
 *
 * Returns: (transfer full): a key, of any kind that OpenSSL knows; on error `Malformed`, `NotSupported`
 */
SmdPrivateKey *smd_private_key_new (SmdCrypto *crypto, SmdSpan pkcs8, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_private_key_generate:
 * @algorithm: `rsa-2048`, `rsa-3072`, `rsa-4096`, `p-256`, `p-384`
 *
 * Returns: (transfer full): a new key; on error `InvalidArgument`, `Failed`
 */
SmdPrivateKey *smd_private_key_generate (SmdCrypto *crypto, const char *algorithm, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdPrivateKey *smd_private_key_ref (SmdPrivateKey *self);
void smd_private_key_unref (SmdPrivateKey *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdPrivateKey, smd_private_key_unref)

/* Returns: (transfer full): the unencrypted PrivateKeyInfo in DER; on error `Failed` */
SmdSecret *smd_private_key_to_pkcs8 (SmdPrivateKey *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdKeyType smd_private_key_get_key_type (SmdPrivateKey *self);
/* SHA-256 of the subjectPublicKeyInfo, lower-case hex */
const char *smd_private_key_get_fingerprint (SmdPrivateKey *self);
/* Whether @certificate holds this key's public half */
gboolean smd_private_key_matches (SmdPrivateKey *self, SmdCertificate *certificate);

G_END_DECLS
