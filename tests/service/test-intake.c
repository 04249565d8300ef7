/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-intake.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "smimed-error.h"

/* One stream and what it comes to. */
typedef struct
{
  GMutex lock;
  GCond changed;
  gboolean done;
  GError *error;             /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
  SmdFdIn *input;            /* (owned) */
  int other_end;
} Stream;

static void
on_read (GError *error, gpointer data)
{
  Stream *stream = data;

  g_mutex_lock (&stream->lock);
  stream->done = TRUE;
  stream->error = error;
  g_cond_signal (&stream->changed);
  g_mutex_unlock (&stream->lock);
}

static void
await (Stream *stream)
{
  g_mutex_lock (&stream->lock);
  while (!stream->done)
    g_cond_wait (&stream->changed, &stream->lock);
  g_mutex_unlock (&stream->lock);
}

static void
start (Stream *stream, SmdIntake *intake, int fd, int other_end)
{
  *stream = (Stream){ .other_end = other_end };
  stream->cancellable = g_cancellable_new ();
  stream->input = smd_fd_in_new (fd, 5000000, "message", NULL);
  g_assert_true (smd_fd_in_is_stream (stream->input));
  smd_intake_read (intake, stream->input, NULL, stream->cancellable, on_read, stream);
}

static void
start_pipe (Stream *stream, SmdIntake *intake)
{
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  start (stream, intake, fds[0], fds[1]);
}

static void
finish (Stream *stream)
{
  if (stream->other_end >= 0)
    close (stream->other_end);
  g_clear_error (&stream->error);
  g_object_unref (stream->cancellable);
  smd_fd_in_free (stream->input);
}

static void
put (Stream *stream, const char *text)
{
  g_assert_cmpint (write (stream->other_end, text, strlen (text)), ==, strlen (text));
}

static void
assert_content (Stream *stream, const char *text)
{
  close (stream->other_end);
  stream->other_end = -1;
  await (stream);
  g_assert_no_error (stream->error);
  g_assert_true (smd_fd_in_finish (stream->input, NULL, NULL, NULL));
  g_assert_true (smd_span_equal (smd_blob_get_span (smd_fd_in_get_blob (stream->input)), smd_span_string (text)));
}

static void
test_pipe_is_read_to_its_end (void)
{
  g_autoptr (SmdIntake) intake = smd_intake_new (G_TIME_SPAN_MINUTE);
  Stream stream;

  start_pipe (&stream, intake);
  put (&stream, "first ");
  put (&stream, "second");
  assert_content (&stream, "first second");
  finish (&stream);
}

static void
test_empty_pipe_that_is_closed_already (void)
{
  g_autoptr (SmdIntake) intake = smd_intake_new (G_TIME_SPAN_MINUTE);
  Stream stream;
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  close (fds[1]);
  start (&stream, intake, fds[0], open ("/dev/null", O_WRONLY | O_CLOEXEC));
  assert_content (&stream, "");
  finish (&stream);
}

static void
test_one_that_never_closes_holds_up_nobody (void)
{
  g_autoptr (SmdIntake) intake = smd_intake_new (G_TIME_SPAN_MINUTE);
  Stream endless;
  Stream stream;
  int fds[2];

  start_pipe (&endless, intake);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  start (&stream, intake, fds[0], fds[1]);
  put (&stream, "socket");
  assert_content (&stream, "socket");
  g_assert_false (endless.done);

  g_cancellable_cancel (endless.cancellable);
  smd_intake_wake (intake);
  await (&endless);
  g_assert_error (endless.error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  finish (&stream);
  finish (&endless);
}

static void
test_idle_stream_is_given_up (void)
{
  g_autoptr (SmdIntake) intake = smd_intake_new (G_TIME_SPAN_MILLISECOND);
  Stream stream;

  start_pipe (&stream, intake);
  await (&stream);
  g_assert_error (stream.error, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  finish (&stream);
}

static void
test_endless_stream_is_too_large (void)
{
  g_autoptr (SmdIntake) intake = smd_intake_new (G_TIME_SPAN_MINUTE);
  Stream stream;

  start (&stream, intake, open ("/dev/zero", O_RDONLY | O_CLOEXEC), -1);
  await (&stream);
  g_assert_error (stream.error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
  finish (&stream);
}

static void
test_client_keeps_its_flags (void)
{
  g_autoptr (SmdFdIn) input = NULL;
  int fds[2];
  int kept;

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  kept = dup (fds[0]);
  input = smd_fd_in_new (fds[0], 100, "message", NULL);
  g_assert_cmpint (fcntl (kept, F_GETFL) & O_NONBLOCK, ==, 0);
  close (kept);
  close (fds[1]);
}

static void
test_end_of_the_service_ends_streams (void)
{
  SmdIntake *intake = smd_intake_new (G_TIME_SPAN_MINUTE);
  Stream stream;

  start_pipe (&stream, intake);
  smd_intake_free (intake);
  g_assert_true (stream.done);
  g_assert_error (stream.error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  finish (&stream);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/intake/a-pipe-is-read-to-its-end", test_pipe_is_read_to_its_end);
  g_test_add_func ("/intake/an-empty-pipe-that-is-closed-already", test_empty_pipe_that_is_closed_already);
  g_test_add_func ("/intake/one-that-never-closes-holds-up-nobody", test_one_that_never_closes_holds_up_nobody);
  g_test_add_func ("/intake/an-idle-stream-is-given-up", test_idle_stream_is_given_up);
  g_test_add_func ("/intake/an-endless-stream-is-too-large", test_endless_stream_is_too_large);
  g_test_add_func ("/intake/the-client-keeps-its-flags", test_client_keeps_its_flags);
  g_test_add_func ("/intake/the-end-of-the-service-ends-streams", test_end_of_the_service_ends_streams);
  return g_test_run ();
}
