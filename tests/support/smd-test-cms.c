/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-cms.h"

#include "smimed-error.h"

void
smd_test_fixture_set_up (SmdTestFixture *fixture, gconstpointer data)
{
  fixture->crypto = smd_test_crypto_new ();
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

void
smd_test_assert_needs_all (SmdCrypto *crypto, SmdBlob *der)
{
  SmdSpan span = smd_blob_get_span (der);

  for (gsize size = 0; size < span.size; size++)
    {
      g_autoptr (SmdBlob) part = smd_blob_new_copy (smd_span_head (span, size));
      g_autoptr (GError) error = NULL;

      g_assert_null (smd_cms_parse (crypto, part, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
    }
}
