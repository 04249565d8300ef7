/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pool.h"

#include <sched.h>

#include "smimed-error.h"

#define STUCK_AFTER (20 * G_TIME_SPAN_MILLISECOND) /* without any work taken from the queue */
#define IDLE_END (30 * G_TIME_SPAN_SECOND)

typedef struct
{
  SmdPoolFunc func;
  gpointer data; /* (unowned) the function's own affair */
} Work;

/* The work of one caller */
typedef struct
{
  gconstpointer key; /* (unowned) */
  GQueue waiting;    /* (owned) of Work */
  guint running;
} Lane;

struct _SmdPool
{
  GMutex lock;
  GCond work;    /* there is work, or the end */
  GCond waits;   /* for the watcher: the queue is no longer empty, or the end */
  GCond never;   /* what the watcher waits for in order to let time pass; signalled at the end only */
  GHashTable *lanes; /* (owned) key -> Lane: those with work that waits or runs */
  GPtrArray *threads; /* (owned) of GThread (owned): those whose end smd_pool_free() awaits */
  GThread *ended; /* (owned) (nullable) the last one that had nothing to do: the next one awaits its end */
  GQueue ring;   /* (owned) of Lane (unowned): those with work that waits; whose turn is next comes first */
  guint waiting; /* work in all lanes */
  guint running;
  guint base;
  guint most;
  guint bound;
  guint idle;
  guint called;  /* of the idle ones: woken, but not awake yet */
  guint taken;   /* how much work was taken from the queue, ever; wraps */
  gboolean held_back; /* work was passed over, because its caller has enough threads */
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
  g_queue_init (&self->ring);
  self->lanes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->threads = g_ptr_array_new ();
  self->base = threads;
  self->most = MAX (most, threads);
  self->bound = queue;
  return self;
}

/*
 * At most half of the threads that others leave: one caller whose work is stuck, in a prompt or in the network, leaves room for the next one,
 * and the two of them for a third.
 */
static gboolean
may_run (SmdPool *self, const Lane *lane)
{
  guint others = self->running - lane->running;

  return lane->running < MAX ((self->most - MIN (others, self->most)) / 2, 1);
}

/* Returns: (transfer none) (nullable): where the next work is. Called with the lock held. */
static GList *
find_turn (SmdPool *self)
{
  for (GList *turn = self->ring.head; turn != NULL; turn = turn->next)
    {
      if (self->ending || may_run (self, turn->data))
        return turn;
      self->held_back = TRUE;
    }

  return NULL;
}

/* Who had a turn comes last. */
static Work *
take_turn (SmdPool *self, GList *turn, Lane **lane)
{
  Work *work;

  *lane = turn->data;
  work = g_queue_pop_head (&(*lane)->waiting);
  g_queue_unlink (&self->ring, turn);
  if ((*lane)->waiting.length > 0)
    g_queue_push_tail_link (&self->ring, turn);
  else
    g_list_free_1 (turn);

  (*lane)->running++;
  self->running++;
  self->waiting--;
  self->taken++;
  return work;
}

static void
end_turn (SmdPool *self, Lane *lane)
{
  self->running--;
  if (--lane->running == 0 && lane->waiting.length == 0)
    g_hash_table_remove (self->lanes, lane->key);
}

/* Returns: (nullable): the next work; %NULL when this thread may end. Called with the lock held. */
static Work *
wait_for_work (SmdPool *self, Lane **lane)
{
  gint64 end = g_get_monotonic_time () + IDLE_END;
  gboolean timely = TRUE;
  GList *turn;

  while ((turn = find_turn (self)) == NULL && !self->ending && timely)
    {
      self->idle++;
      if (self->threads->len - self->watched > self->base)
        timely = g_cond_wait_until (&self->work, &self->lock, end);
      else
        g_cond_wait (&self->work, &self->lock);
      self->idle--;
      self->called -= MIN (self->called, 1);
    }

  return turn != NULL ? take_turn (self, turn, lane) : NULL;
}

/* The end of one's work may let several others begin: whoever comes back for more passes it on. */
static void
pass_on (SmdPool *self)
{
  if (!self->held_back)
    return;

  self->held_back = FALSE;
  if (find_turn (self) == NULL)
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
 * time with 16 of them under way. Where the sandbox forbids it, it stays as it is.
 */
static void
dont_push_away (void)
{
  const struct sched_param none = { 0 };

  if (sched_setscheduler (0, SCHED_BATCH, &none) < 0)
    g_debug ("SCHED_BATCH: %s", g_strerror (errno));
}

static gpointer
run_thread (gpointer data)
{
  SmdPool *self = data;
  Lane *lane;
  Work *work;

  dont_push_away ();
  g_mutex_lock (&self->lock);
  while ((work = wait_for_work (self, &lane)) != NULL)
    {
      pass_on (self);
      g_mutex_unlock (&self->lock);
      work->func (work->data);
      g_free (work);
      g_mutex_lock (&self->lock);
      end_turn (self, lane);
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
  stuck = taken == self->taken && find_turn (self) != NULL && self->idle == 0;
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
      if (find_turn (self) != NULL)
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
  if (self->called >= self->waiting)
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

static Lane *
find_lane (SmdPool *self, gconstpointer key)
{
  Lane *lane = g_hash_table_lookup (self->lanes, key);

  if (lane == NULL)
    {
      lane = g_new0 (Lane, 1);
      lane->key = key;
      g_hash_table_insert (self->lanes, (gpointer) key, lane);
    }
  return lane;
}

/* When the queue is full, who has less than an even share of it may still come. */
static gboolean
has_room (SmdPool *self, gconstpointer key)
{
  const Lane *lane = g_hash_table_lookup (self->lanes, key);
  guint lanes = g_hash_table_size (self->lanes) + (lane == NULL);

  return self->waiting < self->bound || (lane != NULL ? lane->waiting.length : 0) < self->bound / lanes;
}

/* Called with the lock held */
static void
queue (SmdPool *self, gconstpointer key, Work work)
{
  Lane *lane = find_lane (self, key);

  g_queue_push_tail (&lane->waiting, g_memdup2 (&work, sizeof work));
  if (lane->waiting.length == 1)
    g_queue_push_tail (&self->ring, lane);
  self->waiting++;
}

gboolean
smd_pool_push (SmdPool *self, gconstpointer key, SmdPoolFunc func, gpointer data, GError **error)
{
  GCond *called = NULL;
  gboolean room;
  guint waiting;

  g_mutex_lock (&self->lock);
  room = has_room (self, key);
  if (room)
    {
      queue (self, key, (Work){ func, data });
      called = call_a_thread (self);
    }
  waiting = self->waiting;
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
  g_cond_broadcast (&self->work);
  g_cond_broadcast (&self->waits);
  g_cond_broadcast (&self->never);
  join_all (self);
  g_mutex_unlock (&self->lock);

  g_hash_table_unref (self->lanes);
  g_ptr_array_unref (self->threads);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->work);
  g_cond_clear (&self->waits);
  g_cond_clear (&self->never);
  g_free (self);
}
