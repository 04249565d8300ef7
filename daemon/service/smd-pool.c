/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pool.h"

#include "smimed-error.h"

#define STUCK_AFTER (20 * G_TIME_SPAN_MILLISECOND) /* without any work taken from the queue */
#define IDLE_END (30 * G_TIME_SPAN_SECOND)

typedef struct
{
  SmdPoolFunc func;
  gpointer data; /* (unowned) the function's own affair */
} Work;

struct _SmdPool
{
  GMutex lock;
  GCond work;    /* there is work, or the end */
  GCond waits;   /* for the watcher: the queue is no longer empty, or the end */
  GCond never;   /* what the watcher waits for in order to let time pass; signalled at the end only */
  GCond gone;    /* a thread has ended */
  GQueue queue;  /* (owned) of Work */
  guint base;
  guint most;
  guint bound;
  guint threads;
  guint idle;
  guint taken;   /* how much work was taken from the queue, ever; wraps */
  gboolean watched;
  gboolean watcher_sleeps;
  gboolean ending;
};

SmdPool *
smd_pool_new (guint threads, guint most, guint queue)
{
  SmdPool *self = g_new0 (SmdPool, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->work);
  g_cond_init (&self->waits);
  g_cond_init (&self->never);
  g_cond_init (&self->gone);
  g_queue_init (&self->queue);
  self->base = threads;
  self->most = MAX (most, threads);
  self->bound = queue;
  return self;
}

/* Returns: (nullable): the next work; %NULL when this thread may end. Called with the lock held. */
static Work *
wait_for_work (SmdPool *self)
{
  gint64 end = g_get_monotonic_time () + IDLE_END;
  gboolean timely = TRUE;

  while (self->queue.length == 0 && !self->ending && timely)
    {
      self->idle++;
      if (self->threads - self->watched > self->base)
        timely = g_cond_wait_until (&self->work, &self->lock, end);
      else
        g_cond_wait (&self->work, &self->lock);
      self->idle--;
    }

  self->taken++;
  return g_queue_pop_head (&self->queue);
}

static gpointer
run_thread (gpointer data)
{
  SmdPool *self = data;
  Work *work;

  g_mutex_lock (&self->lock);
  while ((work = wait_for_work (self)) != NULL)
    {
      g_mutex_unlock (&self->lock);
      work->func (work->data);
      g_free (work);
      g_mutex_lock (&self->lock);
    }

  self->threads--;
  g_cond_signal (&self->gone);
  g_mutex_unlock (&self->lock);
  return NULL;
}

static gboolean
start_thread (SmdPool *self, const char *name, GThreadFunc func)
{
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_try_new (name, func, self, &error);

  if (thread == NULL)
    {
      g_warning ("Can't start a thread: %s", error->message);
      return FALSE;
    }

  self->threads++;
  g_thread_unref (thread);
  return TRUE;
}

static void
watch_once (SmdPool *self)
{
  guint taken = self->taken;
  gboolean stuck;

  g_cond_wait_until (&self->never, &self->lock, g_get_monotonic_time () + STUCK_AFTER);
  stuck = taken == self->taken && self->queue.length > 0 && self->idle == 0;
  if (stuck && !self->ending && self->threads - 1 < self->most)
    start_thread (self, "smimed-extra", run_thread);
}

/* Adds a thread whenever work has waited for a while and none was taken meanwhile: all threads are stuck in something. */
static gpointer
run_watcher (gpointer data)
{
  SmdPool *self = data;

  g_mutex_lock (&self->lock);
  while (!self->ending)
    {
      if (self->queue.length > 0)
        {
          watch_once (self);
          continue;
        }

      self->watcher_sleeps = TRUE;
      g_cond_wait (&self->waits, &self->lock);
      self->watcher_sleeps = FALSE;
    }

  self->threads--;
  g_cond_signal (&self->gone);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* Called with the lock held. The watcher counts as a thread, once there is one. */
static void
call_a_thread (SmdPool *self)
{
  if (self->idle >= self->queue.length)
    g_cond_signal (&self->work);
  else if (self->threads - self->watched < self->base)
    start_thread (self, "smimed-worker", run_thread);
  else if (!self->watched)
    self->watched = start_thread (self, "smimed-watcher", run_watcher);
  else if (self->watcher_sleeps)
    g_cond_signal (&self->waits);
}

gboolean
smd_pool_push (SmdPool *self, SmdPoolFunc func, gpointer data, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Work *work;

  if (self->queue.length >= self->bound)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED, "Too many calls are under way (%u wait); try again later",
                   self->queue.length);
      return FALSE;
    }

  work = g_new (Work, 1);
  *work = (Work){ func, data };
  g_queue_push_tail (&self->queue, work);
  call_a_thread (self);
  return TRUE;
}

void
smd_pool_free (SmdPool *self)
{
  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  g_cond_broadcast (&self->work);
  g_cond_broadcast (&self->waits);
  g_cond_broadcast (&self->never);
  while (self->threads > 0)
    g_cond_wait (&self->gone, &self->lock);
  g_mutex_unlock (&self->lock);

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->work);
  g_cond_clear (&self->waits);
  g_cond_clear (&self->never);
  g_cond_clear (&self->gone);
  g_free (self);
}
