/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sys/eventfd.h>
#include <unistd.h>

#include "smd-fd-in.h"
#include "smimed-error.h"

/* All streams are read by one thread, which must never wait inside read() for one of them. */
static void
test_blocking_descriptors_are_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdFdIn) input = smd_fd_in_new (eventfd (0, EFD_CLOEXEC), 1024, "message", &error);

  g_assert_null (input);
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT);
}

static void
test_empty_pipes_do_not_block (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdFdIn) input = NULL;
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  input = smd_fd_in_new (fds[0], 1024, "message", &error);
  g_assert_no_error (error);
  g_assert_cmpint (smd_fd_in_pump (input, NULL, &error), ==, SMD_FD_IN_MORE);
  close (fds[1]);
  g_assert_cmpint (smd_fd_in_pump (input, NULL, &error), ==, SMD_FD_IN_END);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fd-in/what-could-stop-the-intake-is-refused", test_blocking_descriptors_are_refused);
  g_test_add_func ("/fd-in/an-empty-pipe-makes-nobody-wait", test_empty_pipes_do_not_block);
  return g_test_run ();
}
