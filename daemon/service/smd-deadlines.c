/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-deadlines.h"

typedef struct
{
  gint64 when;
  gpointer data; /* (unowned) */
  SmdDeadlinePassed passed;
} Deadline;

struct _SmdDeadlines
{
  GMutex lock;
  GTree *deadlines; /* (owned) of Deadline (owned), by time; under the lock */
  gint64 alarm;     /* what the timer is set to, G_MAXINT64 = nothing; under the lock */
  GSource *timer;   /* (owned) */
};

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const Deadline *left = a;
  const Deadline *right = b;

  if (left->when != right->when)
    return left->when < right->when ? -1 : 1;
  return left->data < right->data ? -1 : left->data > right->data;
}

/* Called with the lock held. Too early an alarm does no harm, so it is never put off. */
static void
set_alarm (SmdDeadlines *self, gint64 when)
{
  if (when >= self->alarm)
    return;

  self->alarm = when;
  g_source_set_ready_time (self->timer, when);
}

/* Returns: FALSE if none has passed; then the timer is set to the next one */
static gboolean
take_passed (SmdDeadlines *self, gint64 now, Deadline *taken)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GTreeNode *first = g_tree_node_first (self->deadlines);

  if (first == NULL)
    return FALSE;

  *taken = *(const Deadline *) g_tree_node_key (first);
  if (taken->when <= now)
    return g_tree_remove (self->deadlines, taken);

  set_alarm (self, taken->when);
  return FALSE;
}

static gboolean
on_timer (gpointer user_data)
{
  SmdDeadlines *self = user_data;
  gint64 now = g_get_monotonic_time ();
  Deadline passed;

  g_mutex_lock (&self->lock);
  self->alarm = G_MAXINT64;
  g_source_set_ready_time (self->timer, -1);
  g_mutex_unlock (&self->lock);

  while (take_passed (self, now, &passed))
    passed.passed (passed.data);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

SmdDeadlines *
smd_deadlines_new (void)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };
  SmdDeadlines *self = g_new0 (SmdDeadlines, 1);

  g_mutex_init (&self->lock);
  self->deadlines = g_tree_new_full (compare, NULL, g_free, NULL);
  self->alarm = G_MAXINT64;
  self->timer = g_source_new (&funcs, sizeof (GSource));
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, NULL);
  return self;
}

void
smd_deadlines_free (SmdDeadlines *self)
{
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_tree_unref (self->deadlines);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
smd_deadlines_add (SmdDeadlines *self, gint64 when, SmdDeadlinePassed passed, gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const Deadline deadline = { when, data, passed };

  g_tree_insert (self->deadlines, g_memdup2 (&deadline, sizeof deadline), NULL);
  set_alarm (self, when);
}

gboolean
smd_deadlines_remove (SmdDeadlines *self, gint64 when, gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const Deadline deadline = { when, data };

  return g_tree_remove (self->deadlines, &deadline);
}
