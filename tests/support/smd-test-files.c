/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-files.h"

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
  const char *command[] = { "rm", "-rf", folder, NULL };

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (folder);
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

char *
smd_test_read_text (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

char *
smd_test_write_file (const char *folder, const char *name, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  g_file_set_contents (path, content.data != NULL ? (const char *) content.data : "", (gssize) content.size, &error);
  g_assert_no_error (error);
  return path;
}

char *
smd_test_corpus (const char *name)
{
  const char *corpora = g_getenv ("SMIMED_CORPORA");
  g_autofree char *path = corpora != NULL
                              ? g_build_filename (corpora, name, NULL)
                              : g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "shared", "corpora", name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_skip ("no conformance data: set SMIMED_CORPORA");
  return NULL;
}
