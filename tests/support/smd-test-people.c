/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-people.h"

#include "smd-test-files.h"

SmdCrypto *
smd_test_crypto_new (void)
{
  g_autoptr (GError) error = NULL;
  SmdCrypto *crypto = smd_crypto_new (&error);

  g_assert_no_error (error);
  return crypto;
}

char *
smd_test_people_path (const char *file)
{
  return g_build_filename (g_getenv ("SMIMED_TEST_PEOPLE"), file, NULL);
}

char *
smd_test_people_text (const char *file)
{
  g_autofree char *path = smd_test_people_path (file);

  return smd_test_read_text (path);
}

GPtrArray *
smd_test_read_certificates (SmdCrypto *crypto, const char *path)
{
  g_autoptr (SmdBlob) file = smd_test_read_file (path);
  g_autoptr (GError) error = NULL;
  GPtrArray *certificates = smd_certificates_read_file (crypto, smd_blob_get_span (file), NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (certificates->len, >=, 1);
  return certificates;
}

static SmdCertificate *
read_certificate (SmdCrypto *crypto, const char *path)
{
  g_autoptr (GPtrArray) certificates = smd_test_read_certificates (crypto, path);

  return smd_certificate_ref (certificates->pdata[0]);
}

/* A key's file holds one PEM object in PKCS#8, perhaps with words in front. */
static SmdPrivateKey *
read_key (SmdCrypto *crypto, const char *path)
{
  g_autofree char *text = smd_test_read_text (path);
  g_autoptr (GError) error = NULL;
  char *begin = strstr (text, "-----BEGIN PRIVATE KEY-----"), *end = strstr (text, "-----END");
  SmdPrivateKey *key;
  gsize size = 0;

  g_assert_nonnull (begin);
  *end = '\0';
  begin = strchr (begin, '\n');
  g_base64_decode_inplace (begin, &size);
  key = smd_private_key_new (crypto, smd_span (begin, size), &error);
  g_assert_no_error (error);
  return key;
}

SmdCertificate *
smd_test_people_certificate (SmdCrypto *crypto, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".crt", NULL);
  g_autofree char *path = smd_test_people_path (file);

  return read_certificate (crypto, path);
}

SmdPrivateKey *
smd_test_people_key (SmdCrypto *crypto, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".key", NULL);
  g_autofree char *path = smd_test_people_path (file);

  return read_key (crypto, path);
}

SmdTestPerson *
smd_test_person_new (SmdCrypto *crypto, const char *name)
{
  return smd_test_person_read (crypto, g_getenv ("SMIMED_TEST_PEOPLE"), name);
}

SmdTestPerson *
smd_test_person_read (SmdCrypto *crypto, const char *folder, const char *name)
{
  SmdTestPerson *self = g_new0 (SmdTestPerson, 1);

  self->certificate_path = g_strdup_printf ("%s/%s.crt", folder, name);
  self->key_path = g_strdup_printf ("%s/%s.key", folder, name);
  self->certificate = read_certificate (crypto, self->certificate_path);
  self->key = read_key (crypto, self->key_path);
  return self;
}

void
smd_test_person_free (SmdTestPerson *self)
{
  smd_certificate_unref (self->certificate);
  smd_private_key_unref (self->key);
  g_free (self->certificate_path);
  g_free (self->key_path);
  g_free (self);
}
