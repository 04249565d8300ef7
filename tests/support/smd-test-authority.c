/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-authority.h"

#include "smd-openssl.h"

static void
set_name (X509_NAME *name, const char *common)
{
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guint8 *) common, -1, -1, 0);
}

X509 *
smd_test_x509_new (const char *subject, const char *issuer, long serial, EVP_PKEY *key, gint64 begin, gint64 end)
{
  X509 *self = X509_new ();
  g_autoptr (X509_NAME) name = X509_NAME_new ();

  X509_set_version (self, 2);
  ASN1_INTEGER_set (X509_get_serialNumber (self), serial);
  ASN1_TIME_set (X509_getm_notBefore (self), (time_t) begin);
  ASN1_TIME_set (X509_getm_notAfter (self), (time_t) end);
  set_name (X509_get_subject_name (self), subject);
  set_name (name, issuer);
  X509_set_issuer_name (self, name);
  X509_set_pubkey (self, key);
  return self;
}

void
smd_test_x509_extend (X509 *self, const char *extension)
{
  g_auto (GStrv) parts = g_strsplit (extension, "=", 2);
  X509V3_CTX context;
  X509_EXTENSION *made;

  X509V3_set_ctx (&context, self, self, NULL, NULL, 0);
  made = X509V3_EXT_conf (NULL, &context, parts[0], parts[1]);
  g_assert_nonnull (made);
  X509_add_ext (self, made, -1);
  X509_EXTENSION_free (made);
}

void
smd_test_x509_sign (X509 *self, EVP_PKEY *key)
{
  g_assert_cmpint (X509_sign (self, key, EVP_PKEY_is_a (key, "ED25519") ? NULL : EVP_sha256 ()), >, 0);
}

SmdCertificate *
smd_test_x509_read (SmdCrypto *crypto, X509 *self)
{
  guint8 *der = NULL;
  int size = i2d_X509 (self, &der);
  SmdCertificate *certificate = smd_certificate_new (crypto, smd_span (der, (gsize) size), NULL);

  g_assert_nonnull (certificate);
  OPENSSL_free (der);
  return certificate;
}

X509_CRL *
smd_test_crl_new (X509 *issuer, gint64 this_update, gint64 next_update, gint64 number)
{
  X509_CRL *self = X509_CRL_new ();
  g_autoptr (ASN1_TIME) time = ASN1_TIME_set (NULL, (time_t) this_update);
  g_autoptr (ASN1_INTEGER) value = ASN1_INTEGER_new ();

  X509_CRL_set_version (self, 1);
  X509_CRL_set_issuer_name (self, X509_get_subject_name (issuer));
  X509_CRL_set1_lastUpdate (self, time);
  ASN1_TIME_set (time, (time_t) next_update);
  if (next_update != 0)
    X509_CRL_set1_nextUpdate (self, time);
  ASN1_INTEGER_set_int64 (value, number);
  if (number != 0)
    X509_CRL_add1_ext_i2d (self, NID_crl_number, value, 0, 0);
  return self;
}

X509_REVOKED *
smd_test_revoked_new (long serial, gint64 date)
{
  X509_REVOKED *self = X509_REVOKED_new ();
  g_autoptr (ASN1_INTEGER) number = ASN1_INTEGER_new ();
  g_autoptr (ASN1_TIME) time = ASN1_TIME_set (NULL, (time_t) date);

  ASN1_INTEGER_set (number, serial);
  X509_REVOKED_set_serialNumber (self, number);
  X509_REVOKED_set_revocationDate (self, time);
  return self;
}

SmdBlob *
smd_test_crl_sign (X509_CRL *self, EVP_PKEY *key)
{
  guint8 *der = NULL;
  SmdBlob *blob;
  int size;

  g_assert_cmpint (X509_CRL_sign (self, key, EVP_sha256 ()), >, 0);
  size = i2d_X509_CRL (self, &der);
  blob = smd_blob_new_copy (smd_span (der, (gsize) size));
  OPENSSL_free (der);
  return blob;
}
