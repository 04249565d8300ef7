/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pool.h"

#include <sched.h>

#include "smd-turns.h"
#include "smimed-error.h"

#define STUCK_AFTER (20 * G_TIME_SPAN_MILLISECOND) /* without any work taken from the queue */
#define IDLE_END (30 * G_TIME_SPAN_SECOND)

struct _SmdPool
{
  GMutex lock;
  GCond work;    /* there is work, or the end */
  GCond waits;   /* for the watcher: the queue is no longer empty, or the end */
  GCond never;   /* what the watcher waits for in order to let time pass; signalled at the end only */
  SmdTurns *turns;   /* (owned) */
  GPtrArray *threads; /* (owned) of GThread (owned): those whose end smd_pool_free() awaits */
  GThread *ended; /* (owned) (nullable) the last one that had nothing to do: the next one awaits its end */
  guint base;
  guint most;
  guint idle;
  guint called;  /* of the idle ones: woken, but not awake yet */
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
  self->threads = g_ptr_array_new ();
  self->base = threads;
  self->most = MAX (most, threads);
  self->turns = smd_turns_new (self->most, queue);
  return self;
}

/* Returns: FALSE when this thread may end. Called with the lock held. */
static gboolean
wait_for_turn (SmdPool *self, SmdTurn *turn)
{
  gint64 end = g_get_monotonic_time () + IDLE_END;
  gboolean timely = TRUE;
  gboolean took;

  while (!(took = smd_turns_take (self->turns, turn)) && !self->ending && timely)
    {
      self->idle++;
      if (self->threads->len - self->watched > self->base)
        timely = g_cond_wait_until (&self->work, &self->lock, end);
      else
        g_cond_wait (&self->work, &self->lock);
      self->idle--;
      self->called -= MIN (self->called, 1);
    }

  self->taken += took;
  return took;
}

/* The end of one's work may let several others begin: whoever comes back for more passes it on. */
static void
pass_on (SmdPool *self)
{
  if (!smd_turns_passes_on (self->turns))
    return;

  if (self->called < self->idle)
    {
      self->called++;
      g_cond_signal (&self->work);
    }
  else if (self->watcher_sleeps)
    g_cond_signal (&self->waits);
}

/*
 * Called with the lock held, which it releases. Each thread is joined, because it is still at work when its function has returned: OpenSSL
 * clears up behind it, and mustn't do so in a context, or a library, that another thread takes down meanwhile.
 */
static void
leave (SmdPool *self)
{
  GThread *previous = NULL;

  if (!self->ending)
    {
      g_ptr_array_remove_fast (self->threads, g_thread_self ());
      previous = g_steal_pointer (&self->ended);
      self->ended = g_thread_self ();
    }
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&previous, g_thread_join);
}

/*
 * A worker that wakes lets whoever runs go on: the bus's thread reads and writes several calls at once then, and a call costs about 6 % less CPU
 * time with 16 of them under way. What somebody has chosen for the service stays, and what the sandbox forbids.
 */
static void
dont_push_away (void)
{
  const struct sched_param none = { 0 };

  if (sched_getscheduler (0) == SCHED_OTHER && sched_setscheduler (0, SCHED_BATCH, &none) < 0)
    g_debug ("SCHED_BATCH: %s", g_strerror (errno));
}

static gpointer
run_thread (gpointer data)
{
  SmdPool *self = data;
  SmdTurn turn;

  dont_push_away ();
  g_mutex_lock (&self->lock);
  while (wait_for_turn (self, &turn))
    {
      pass_on (self);
      g_mutex_unlock (&self->lock);
      turn.func (turn.data);
      g_mutex_lock (&self->lock);
      smd_turns_end (self->turns, &turn);
    }

  leave (self);
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

  g_ptr_array_add (self->threads, thread);
  return TRUE;
}

static void
watch_once (SmdPool *self)
{
  guint taken = self->taken;
  gboolean stuck;

  g_cond_wait_until (&self->never, &self->lock, g_get_monotonic_time () + STUCK_AFTER);
  stuck = taken == self->taken && smd_turns_has_next (self->turns) && self->idle == 0;
  if (stuck && !self->ending && self->threads->len - 1 < self->most)
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
      if (smd_turns_has_next (self->turns))
        {
          watch_once (self);
          continue;
        }

      self->watcher_sleeps = TRUE;
      g_cond_wait (&self->waits, &self->lock);
      self->watcher_sleeps = FALSE;
    }

  leave (self);
  return NULL;
}

/*
 * Called with the lock held. Who is called is woken only when the lock is free again: otherwise it would wake only to wait for the lock.
 * The watcher counts as a thread, once there is one.
 *
 * Returns: (transfer none) (nullable): what to signal
 */
static GCond *
call_a_thread (SmdPool *self)
{
  if (self->called >= smd_turns_get_waiting (self->turns))
    return NULL;

  if (self->called < self->idle)
    {
      self->called++;
      return &self->work;
    }

  if (self->threads->len - self->watched < self->base)
    start_thread (self, "smimed-worker", run_thread);
  else if (!self->watched)
    self->watched = start_thread (self, "smimed-watcher", run_watcher);
  return self->watcher_sleeps ? &self->waits : NULL;
}

gboolean
smd_pool_push (SmdPool *self, gconstpointer key, SmdPoolFunc func, gpointer data, GError **error)
{
  GCond *called = NULL;
  gboolean room;
  guint waiting;

  g_mutex_lock (&self->lock);
  room = smd_turns_add (self->turns, key, (SmdTurn){ func, data, NULL });
  if (room)
    called = call_a_thread (self);
  waiting = smd_turns_get_waiting (self->turns);
  g_mutex_unlock (&self->lock);

  if (called != NULL)
    g_cond_signal (called);
  if (!room)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED, "Too many calls are under way (%u wait); try again later", waiting);
  return room;
}

/* Called with the lock held: what is still queued is done, and may add more. */
static void
join_all (SmdPool *self)
{
  while (self->threads->len > 0)
    {
      GThread *thread = g_ptr_array_remove_index_fast (self->threads, 0);

      g_mutex_unlock (&self->lock);
      g_thread_join (thread);
      g_mutex_lock (&self->lock);
    }
  g_clear_pointer (&self->ended, g_thread_join);
}

void
smd_pool_free (SmdPool *self)
{
  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  smd_turns_let_all (self->turns);
  g_cond_broadcast (&self->work);
  g_cond_broadcast (&self->waits);
  g_cond_broadcast (&self->never);
  join_all (self);
  g_mutex_unlock (&self->lock);

  smd_turns_free (self->turns);
  g_ptr_array_unref (self->threads);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->work);
  g_cond_clear (&self->waits);
  g_cond_clear (&self->never);
  g_free (self);
}
