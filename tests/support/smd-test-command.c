/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-command.h"

char *
smd_test_run (const char *folder, const char *first, ...)
{
  g_autoptr (GPtrArray) command = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *complaints = NULL;
  char *said = NULL;
  int status = 0;
  va_list arguments;

  va_start (arguments, first);
  for (const char *word = first; word != NULL; word = va_arg (arguments, const char *))
    g_ptr_array_add (command, (char *) word);
  va_end (arguments);
  g_ptr_array_add (command, NULL);

  g_spawn_sync (folder, (char **) command->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &said, &complaints, &status,
                &error);
  g_assert_no_error (error);
  if (status != 0)
    g_test_message ("%s said: %s", first, complaints);
  g_assert_cmpint (status, ==, 0);
  return said;
}

gboolean
smd_test_all_have (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  if (path == NULL)
    g_print ("1..0 # SKIP no %s\n", program);
  return path != NULL;
}

gboolean
smd_test_have (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  if (path == NULL)
    {
      g_autofree char *reason = g_strdup_printf ("%s is not installed", program);

      g_test_skip (reason);
    }
  return path != NULL;
}
