/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-cms.h"

static SmdCertificate *
read_certificate (SmdCrypto *crypto, const char *path)
{
  g_autoptr (SmdBlob) file = smd_test_read_file (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) certificates = smd_certificates_read_file (crypto, smd_blob_get_span (file), NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (certificates->len, >=, 1);
  return smd_certificate_ref (certificates->pdata[0]);
}

static SmdPrivateKey *
read_key (SmdCrypto *crypto, const char *path)
{
  g_autoptr (SmdBlob) file = smd_test_read_file (path);
  SmdSpan span = smd_blob_get_span (file);
  g_autofree char *text = g_strndup ((const char *) span.data, span.size);
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

SmdTestPerson *
smd_test_person_new (SmdCrypto *crypto, const char *name)
{
  SmdTestPerson *self = g_new0 (SmdTestPerson, 1);

  self->certificate_path = g_strdup_printf ("%s/%s.crt", g_getenv ("SMIMED_TEST_PEOPLE"), name);
  self->key_path = g_strdup_printf ("%s/%s.key", g_getenv ("SMIMED_TEST_PEOPLE"), name);
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

char *
smd_test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("smimed-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
smd_test_folder_remove (char *folder)
{
  const char *command[] = { "rm", "-r", folder, NULL };

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (folder);
}

void
smd_test_fixture_set_up (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->crypto = smd_crypto_new (&error);
  g_assert_no_error (error);
  fixture->folder = smd_test_folder_new ();
}

void
smd_test_fixture_tear_down (SmdTestFixture *fixture, gconstpointer data)
{
  smd_test_folder_remove (fixture->folder);
  smd_crypto_unref (fixture->crypto);
}

SmdBlob *
smd_test_openssl (const char *folder, SmdSpan input, const char *command, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL, *line = NULL, *in = g_build_filename (folder, "in", NULL);
  g_autofree char *out = g_build_filename (folder, "out", NULL);
  g_auto (GStrv) argv = NULL;
  int status = 0;
  va_list arguments;

  va_start (arguments, command);
  words = g_strdup_vprintf (command, arguments);
  va_end (arguments);
  g_file_set_contents (in, input.data != NULL ? (const char *) input.data : "", (gssize) input.size, &error);
  g_assert_no_error (error);

  line = g_strdup_printf ("openssl %s -in %s -out %s", words, in, out);
  argv = g_strsplit (line, " ", -1);
  g_spawn_sync (folder, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_test_message ("failed: %s", line);
  g_assert_cmpint (status, ==, 0);
  return smd_test_read_file (out);
}

char *
smd_test_corpus (const char *name)
{
  const char *corpora = g_getenv ("SMIMED_CORPORA");
  g_autofree char *path = NULL;

  if (corpora != NULL)
    path = g_build_filename (corpora, name, NULL);
  else
    path = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "shared", "corpora", name, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

SmdBlob *
smd_test_read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *content = NULL;
  gsize size = 0;

  g_file_get_contents (path, &content, &size, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (content, size);
  return smd_blob_new_bytes (bytes);
}

GByteArray *
smd_test_copy (SmdSpan span)
{
  return g_byte_array_append (g_byte_array_new (), span.data, (guint) span.size);
}

SmdBlob *
smd_test_blob (GByteArray *bytes)
{
  return smd_blob_new_copy (smd_span (bytes->data, bytes->len));
}

guint8 *
smd_test_find (GByteArray *bytes, SmdSpan needle)
{
  guint8 *found = memmem (bytes->data, bytes->len, needle.data, needle.size);

  g_assert_nonnull (found);
  return found;
}

SmdCms *
smd_test_parse (SmdCrypto *crypto, SmdBlob *der)
{
  g_autoptr (GError) error = NULL;
  SmdCms *cms = smd_cms_parse (crypto, der, &error);

  g_assert_no_error (error);
  return cms;
}
