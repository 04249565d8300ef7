/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl-index.h"
#include "smd-crl.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_CRL, X509_CRL_free)

/* A CRL's stub in DER as OpenSSL has it. On error `Malformed` */
X509_CRL *smd_crl_stub_new (SmdCrypto *crypto, SmdSpan der, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What OpenSSL judges with: header and extensions are real, look-ups and the signature are answered from the index. It knows @self
 * without a reference. */
X509_CRL *smd_crl_get_stub (SmdCrl *self);

/* Returns: (transfer none): the key that made the signature */
EVP_PKEY *smd_crl_get_key (SmdCrl *self);

/* Whether this key made the signature that was verified at the import */
gboolean smd_crl_is_signed_by (SmdCrl *self, EVP_PKEY *key);

/* Returns: (transfer none) (nullable): the entry for a certificate; of several one that revokes;
 * @serial: contents of the INTEGER; @issuer: %NULL: the CRL's */
const SmdCrlRecord *smd_crl_lookup (SmdCrl *self, SmdSpan serial, const X509_NAME *issuer);

/* 32 bytes: the same for the same CRL */
const guint8 *smd_crl_get_identity (SmdCrl *self);

/* Makes OpenSSL ask the index, once for the process; a CRL of somebody else's is judged as always. */
void smd_crl_method_install (void);

G_END_DECLS
