/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-intake.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "smimed-error.h"

typedef struct
{
  SmdFdIn *input;            /* (unowned) */
  SmdProgress *progress;     /* (unowned) (nullable) */
  GCancellable *cancellable; /* (owned) */
  SmdIntakeFunc func;
  gpointer data;             /* (unowned) */
  gint64 deadline;           /* monotonic time */
  gboolean fresh;            /* read before waiting: a pipe that was empty and closed from the start may never wake a poll */
} Stream;

struct _SmdIntake
{
  GMutex lock;
  GPtrArray *arrived; /* (owned) of Stream: not yet seen by the thread; under the lock */
  gboolean ending;    /* under the lock */
  GThread *thread;    /* (owned) (nullable) started when first needed; under the lock */
  GPtrArray *streams; /* (owned) of Stream: the thread's own */
  GArray *polls;      /* (owned) of struct pollfd: the thread's own; the wake-up first, then one for each stream */
  gint64 idle;
  int wake;           /* (owned) eventfd */
};

static void
stream_free (Stream *stream)
{
  g_clear_object (&stream->cancellable);
  g_free (stream);
}

SmdIntake *
smd_intake_new (gint64 idle)
{
  SmdIntake *self = g_new0 (SmdIntake, 1);

  g_mutex_init (&self->lock);
  self->idle = idle;
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->arrived = g_ptr_array_new_with_free_func ((GDestroyNotify) stream_free);
  self->streams = g_ptr_array_new_with_free_func ((GDestroyNotify) stream_free);
  self->polls = g_array_new (FALSE, FALSE, sizeof (struct pollfd));
  return self;
}

/* Returns: whether the stream is done, well or with @error */
static gboolean
advance (SmdIntake *self, Stream *stream, gboolean ready, gint64 now, GError **error)
{
  /* First of all: the wake-up that told of it may have been the one that is being dealt with. */
  if (g_cancellable_is_cancelled (stream->cancellable))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
      return TRUE;
    }

  if (ready || stream->fresh)
    {
      stream->fresh = FALSE;
      stream->deadline = now + self->idle;
      return smd_fd_in_pump (stream->input, stream->progress, error) != SMD_FD_IN_MORE;
    }

  if (now < stream->deadline)
    return FALSE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED,
               "Nothing came through the file descriptor for a while; write the rest and close it");
  return TRUE;
}

static void
advance_all (SmdIntake *self)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = self->streams->len; i > 0; i--)
    {
      Stream *stream = self->streams->pdata[i - 1];
      gboolean polled = i < self->polls->len;
      GError *error = NULL;

      if (!advance (self, stream, polled && g_array_index (self->polls, struct pollfd, i).revents != 0, now, &error))
        continue;

      stream->func (error, stream->data);
      g_ptr_array_remove_index (self->streams, i - 1);
    }
}

static gboolean
take_arrived (SmdIntake *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (self->arrived->len > 0)
    g_ptr_array_add (self->streams, g_ptr_array_steal_index (self->arrived, self->arrived->len - 1));

  return !self->ending;
}

static int
prepare_polls (SmdIntake *self)
{
  struct pollfd wake = { .fd = self->wake, .events = POLLIN };
  gint64 next = G_MAXINT64;

  g_array_set_size (self->polls, 0);
  g_array_append_val (self->polls, wake);
  for (guint i = 0; i < self->streams->len; i++)
    {
      Stream *stream = self->streams->pdata[i];
      struct pollfd one = { .fd = smd_fd_in_get_fd (stream->input), .events = POLLIN };

      g_array_append_val (self->polls, one);
      next = stream->fresh ? 0 : MIN (next, stream->deadline);
    }

  if (next == G_MAXINT64)
    return -1;
  return (int) CLAMP ((next - g_get_monotonic_time () + 999) / 1000, 0, G_MAXINT / 2);
}

static void
drain_wake (SmdIntake *self)
{
  guint64 count;

  if (read (self->wake, &count, sizeof count) < 0 && errno != EAGAIN)
    g_warning ("The intake's wake-up failed: %s", g_strerror (errno));
}

static gpointer
run_intake (gpointer data)
{
  SmdIntake *self = data;

  while (take_arrived (self))
    {
      int wait = prepare_polls (self);

      if (poll ((struct pollfd *) self->polls->data, self->polls->len, wait) < 0)
        g_array_set_size (self->polls, 0);
      drain_wake (self);
      advance_all (self);
    }

  return NULL;
}

void
smd_intake_wake (SmdIntake *self)
{
  guint64 one = 1;

  if (write (self->wake, &one, sizeof one) < 0 && errno != EAGAIN)
    g_warning ("Can't wake the intake: %s", g_strerror (errno));
}

void
smd_intake_read (SmdIntake *self, SmdFdIn *input, SmdProgress *progress, GCancellable *cancellable, SmdIntakeFunc func, gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Stream *stream = g_new0 (Stream, 1);

  stream->input = input;
  stream->progress = progress;
  stream->cancellable = g_object_ref (cancellable);
  stream->func = func;
  stream->data = data;
  stream->fresh = TRUE;
  g_ptr_array_add (self->arrived, stream);
  if (self->thread == NULL)
    self->thread = g_thread_new ("smimed-intake", run_intake, self);
  smd_intake_wake (self);
}

static void
report_cancelled (GPtrArray *streams)
{
  for (guint i = 0; i < streams->len; i++)
    {
      Stream *stream = streams->pdata[i];

      stream->func (g_error_new_literal (SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The service ends"), stream->data);
    }
}

void
smd_intake_free (SmdIntake *self)
{
  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  g_mutex_unlock (&self->lock);
  smd_intake_wake (self);
  g_clear_pointer (&self->thread, g_thread_join);

  report_cancelled (self->streams);
  report_cancelled (self->arrived);
  g_ptr_array_unref (self->streams);
  g_ptr_array_unref (self->arrived);
  g_array_unref (self->polls);
  close (self->wake);
  g_mutex_clear (&self->lock);
  g_free (self);
}
