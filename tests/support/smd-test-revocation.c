/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-revocation.h"

#include "smd-openssl.h"
#include "smd-test-files.h"
#include "smd-test-people.h"

static void
make_authority (SmdTestRevocation *self)
{
  g_autoptr (SmdCertificate) certificate = NULL;

  self->key = EVP_EC_gen ("P-256");
  self->x509 = smd_test_x509_new ("Authority", "Authority", 1, self->key, SMD_TEST_NOW - 100 * SMD_TEST_DAY,
                                     SMD_TEST_NOW + 100 * SMD_TEST_DAY);
  smd_test_x509_sign (self->x509, self->key);
  certificate = smd_test_x509_read (self->crypto, self->x509);
  self->issuers = smd_certificates_new ();
  smd_certificates_add (self->issuers, certificate);
}

void
smd_test_revocation_reopen (SmdTestRevocation *self)
{
  g_autofree char *path = g_build_filename (self->folder, "smimed.db", NULL);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->store);
  g_clear_object (&self->database);
  self->database = smd_database_new (self->crypto, path, &error);
  g_assert_no_error (error);
  self->store = SMD_REVOCATION_STORE (smd_revocation_database_new (self->database, self->crls, SMD_TEST_NOW));
}

void
smd_test_revocation_set_up (SmdTestRevocation *self, gconstpointer data)
{
  self->crypto = smd_test_crypto_new ();
  self->folder = smd_test_folder_new ();
  self->crls = g_build_filename (self->folder, "crls", NULL);
  make_authority (self);
  smd_test_revocation_reopen (self);
}

void
smd_test_revocation_tear_down (SmdTestRevocation *self, gconstpointer data)
{
  g_clear_object (&self->store);
  g_clear_object (&self->database);
  smd_test_folder_remove (self->folder);
  g_ptr_array_unref (self->issuers);
  X509_free (self->x509);
  EVP_PKEY_free (self->key);
  g_free (self->crls);
  smd_crypto_unref (self->crypto);
}

guint
smd_test_revocation_count_files (SmdTestRevocation *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->crls, 0, NULL);
  guint count = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

/* It tells what has changed since the CRL with the number @base. */
static void
add_base (X509_CRL *crl, gint64 base)
{
  g_autoptr (ASN1_INTEGER) number = ASN1_INTEGER_new ();

  ASN1_INTEGER_set_int64 (number, base);
  g_assert_cmpint (X509_CRL_add1_ext_i2d (crl, NID_delta_crl, number, 1, 0), ==, 1);
}

static void
add_scope (X509_CRL *crl, const char *url)
{
  g_autofree char *value = g_strconcat ("critical,fullname:URI:", url, NULL);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, NID_issuing_distribution_point, value);

  g_assert_nonnull (extension);
  X509_CRL_add_ext (crl, extension, -1);
  X509_EXTENSION_free (extension);
}

SmdBlob *
smd_test_revocation_make_crl (SmdTestRevocation *self, SmdTestSketch sketch)
{
  gint64 next_update = sketch.this_update + 7 * SMD_TEST_DAY;
  g_autoptr (X509_CRL) crl = smd_test_crl_new (self->x509, sketch.this_update, next_update, sketch.number);

  if (sketch.base != 0)
    add_base (crl, sketch.base);
  if (sketch.scope != NULL)
    add_scope (crl, sketch.scope);
  for (guint i = 0; i < sketch.entries; i++)
    X509_CRL_add0_revoked (crl, smd_test_revoked_new (1000 + (long) i, next_update));
  return smd_test_crl_sign (crl, self->key);
}

SmdRevocationEntry *
smd_test_revocation_import_at (SmdTestRevocation *self, const char *url, SmdTestSketch sketch, gint64 now,
                               GError **error)
{
  g_autoptr (SmdBlob) file = smd_test_revocation_make_crl (self, sketch);

  return smd_revocation_store_import_crl (self->store, url, file, self->issuers, "\"tag\"", SMD_TEST_NOW - SMD_TEST_DAY,
                                          now, NULL, error);
}

SmdRevocationEntry *
smd_test_revocation_import (SmdTestRevocation *self, const char *url, SmdTestSketch sketch)
{
  g_autoptr (GError) error = NULL;
  SmdRevocationEntry *entry = smd_test_revocation_import_at (self, url, sketch, SMD_TEST_NOW, &error);

  g_assert_no_error (error);
  return entry;
}

GPtrArray *
smd_test_revocation_find (SmdTestRevocation *self, X509_NAME *name, const char *const *urls)
{
  g_autoptr (GError) error = NULL;
  guint8 *der = NULL;
  int size = i2d_X509_NAME (name, &der);
  GPtrArray *crls = smd_revocation_store_find_crls (self->store, smd_span (der, (gsize) size), urls, FALSE, &error);

  g_assert_no_error (error);
  OPENSSL_free (der);
  return crls;
}

/* Exactly these numbers are found, newest first. */
void
smd_test_revocation_assert_found (SmdTestRevocation *self, const char *numbers)
{
  g_autoptr (GPtrArray) crls = smd_test_revocation_find (self, X509_get_subject_name (self->x509), NULL);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < crls->len; i++)
    g_string_append_printf (found, "%s%s", i > 0 ? " " : "", smd_crl_get_number (crls->pdata[i]));
  g_assert_cmpstr (found->str, ==, numbers);
}
