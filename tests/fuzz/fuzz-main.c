/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <string.h>

/* In libFuzzer's place: runs the target once over each seed. Arguments: the target's name, folders of the conformance data. */

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static guint
run_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint count = 0;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL), *content = NULL;
      g_autofree guint8 *exact = NULL;
      gsize size = 0;

      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        count += run_folder (file);
      if (!g_file_get_contents (file, &content, &size, NULL))
        continue;

      /* Without GLib's terminating NUL, so that a sanitizer sees a read behind the end. */
      exact = g_memdup2 (content, size);
      LLVMFuzzerTestOneInput (exact, size);
      count++;
    }

  return count;
}

int
main (int argc, char **argv)
{
  const char *corpora = g_getenv ("SMIMED_CORPORA"), *source = g_getenv ("G_TEST_SRCDIR");
  g_autofree char *beside = g_build_filename (source, "..", "shared", "corpora", NULL);
  g_autofree char *seeds = g_build_filename (source, "tests", "fuzz", "seeds", argv[1], NULL);
  guint own, others = 0;

  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);
  g_print ("1..%d\n", argc > 2 ? 2 : 1);
  LLVMFuzzerTestOneInput ((const guint8 *) "", 0);
  own = run_folder (seeds);
  g_print ("ok 1 %s takes nothing and its own %u seeds\n", argv[1], own);
  if (argc == 2)
    return 0;

  for (int i = 2; i < argc; i++)
    {
      g_autofree char *path = g_build_filename (corpora != NULL ? corpora : beside, argv[i], NULL);

      others += run_folder (path);
    }

  g_print ("ok 2 %s takes %u seeds of others%s\n", argv[1], others, others == 0 ? " # SKIP no conformance data" : "");
  return 0;
}
