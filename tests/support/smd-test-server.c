/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-server.h"

GSubprocess *
smd_test_server_start (const char *script, const char *argument, char **line)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "tests", "support", script, NULL);
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *self = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                        "/usr/bin/python3", path, argument, NULL);

  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self));
  *line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (*line);
  return self;
}

void
smd_test_server_stop (GSubprocess *self)
{
  g_assert_true (g_output_stream_close (g_subprocess_get_stdin_pipe (self), NULL, NULL));
  g_assert_true (g_subprocess_wait (self, NULL, NULL));
  g_object_unref (self);
}
