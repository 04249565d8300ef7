/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"
#include "smd-cipher.h"
#include "smd-identity.h"
#include "smd-progress.h"
#include "smd-sink.h"

G_BEGIN_DECLS

/**
 * SmdSignParameters:
 * @key: (unowned): the private key of @certificate
 * @certificate: (unowned): goes into the message, and into signingCertificateV2 (RFC 5035)
 * @chain: (unowned) (nullable) (element-type SmdCertificate): also goes into the message; self-signed roots are left
 *   out
 * @encryption_certificate: (unowned) (nullable): named as the encryption key preference, and included, if it differs
 * @signing_time: seconds since 1970 UTC
 */
typedef struct
{
  SmdPrivateKey *key;                     /* (unowned) */
  SmdCertificate *certificate;            /* (unowned) */
  GPtrArray *chain;                       /* (unowned) */
  SmdCertificate *encryption_certificate; /* (unowned) */
  gint64 signing_time;
} SmdSignParameters;

/* The digest that goes with a key, as `micalg` wants it (RFC 8551 section 3.5.3.2): `sha-256` (RSA, P-256), `sha-384`
 * (P-384), `sha-512` (P-521, Ed25519: RFC 8419); `unknown` if the key can't sign. */
const char *smd_cms_get_micalg (SmdCertificate *certificate);

/**
 * smd_cms_sign_detached:
 * @content: canonical already (CRLF)
 *
 * Returns: (transfer full): the DER SignedData without content; on error `NotSupported`, `Cancelled`, `Failed`
 */
SmdBlob *smd_cms_sign_detached (SmdCrypto *crypto, const SmdSignParameters *parameters, SmdSpan content,
                                SmdProgress *progress, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_cms_sign_opaque:
 *
 * Streams a DER SignedData that holds @content into @sink.
 *
 * Returns: FALSE on error: those of smd_cms_sign_detached() and of @sink
 */
gboolean smd_cms_sign_opaque (SmdCrypto *crypto, const SmdSignParameters *parameters, SmdSpan content, SmdSink *sink,
                              SmdProgress *progress, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_cms_encrypt:
 * @recipients: (element-type SmdCertificate): each can decrypt; at least one
 * @cipher: CBC gives EnvelopedData, an AEAD AuthEnvelopedData (RFC 5083, 5084, 8103)
 *
 * Streams the DER into @sink. RSA keys get PKCS#1 v1.5 for CBC (what every reader knows) and OAEP with SHA-256 for
 * AEADs; EC keys ephemeral-static ECDH with the X9.63 KDF (RFC 5753; SHA-256, SHA-384, SHA-512 by curve) and AES key
 * wrap; X25519 with HKDF (RFC 8418).
 *
 * Returns: FALSE on error: `NotSupported` (a recipient's key can't encrypt; named in the text), `InvalidArgument` (no
 *   recipients), `Cancelled`, `Failed`
 */
gboolean smd_cms_encrypt (SmdCrypto *crypto, GPtrArray *recipients, SmdCipher cipher, SmdSpan content, SmdSink *sink,
                          SmdProgress *progress, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
