/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <openssl/x509v3.h>

#include "smd-blob.h"
#include "smd-certificate.h"

G_BEGIN_DECLS

/* Certificates and CRLs that a test makes as it runs. Times are seconds since 1970. */

#define SMD_TEST_NOW G_GINT64_CONSTANT (1800000000)
#define SMD_TEST_DAY G_GINT64_CONSTANT (86400)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_CRL, X509_CRL_free)

/* Returns: (transfer full): without extensions and signature. @subject, @issuer: common names */
X509 *smd_test_x509_new (const char *subject, const char *issuer, long serial, EVP_PKEY *key, gint64 begin, gint64 end);
/* @extension: a line of openssl.cnf */
void smd_test_x509_extend (X509 *self, const char *extension);
void smd_test_x509_sign (X509 *self, EVP_PKEY *key);
/* Returns: (transfer full) */
SmdCertificate *smd_test_x509_read (SmdCrypto *crypto, X509 *self);

/* Returns: (transfer full): not signed yet. @next_update, @number: 0 = it names none */
X509_CRL *smd_test_crl_new (X509 *issuer, gint64 this_update, gint64 next_update, gint64 number);
/* Returns: (transfer full): an entry for X509_CRL_add0_revoked() */
X509_REVOKED *smd_test_revoked_new (long serial, gint64 date);
/* Returns: (transfer full): the signed CRL in DER */
SmdBlob *smd_test_crl_sign (X509_CRL *self, EVP_PKEY *key);

G_END_DECLS
