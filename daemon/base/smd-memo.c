/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-memo.h"

/* Longer lists are rare, and would keep much memory. */
#define LONGEST_ANSWER 64

struct _SmdMemo
{
  GMutex mutex;
  guint most;
  guint generation;
  GHashTable *answers; /* (owned) GBytes -> GPtrArray */
};

static GHashTable *
answers_new (void)
{
  return g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, (GDestroyNotify) g_ptr_array_unref);
}

SmdMemo *
smd_memo_new (guint most)
{
  SmdMemo *self = g_new0 (SmdMemo, 1);

  self->most = most;
  g_mutex_init (&self->mutex);
  self->answers = answers_new ();
  return self;
}

void
smd_memo_free (SmdMemo *self)
{
  g_hash_table_unref (self->answers);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

GPtrArray *
smd_memo_get (SmdMemo *self, GBytes *question, guint *generation)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GPtrArray *answer = g_hash_table_lookup (self->answers, question);

  *generation = self->generation;
  return answer != NULL ? g_ptr_array_ref (answer) : NULL;
}

void
smd_memo_put (SmdMemo *self, GBytes *question, guint generation, GPtrArray *answer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (generation != self->generation || answer->len > LONGEST_ANSWER)
    return;
  if (g_hash_table_size (self->answers) >= self->most)
    g_hash_table_remove_all (self->answers);
  g_hash_table_insert (self->answers, g_bytes_ref (question), g_ptr_array_ref (answer));
}

/* Nobody waits while thousands of answers are freed. */
void
smd_memo_clear (SmdMemo *self)
{
  g_autoptr (GHashTable) forgotten = NULL;

  g_mutex_lock (&self->mutex);
  self->generation++;
  if (g_hash_table_size (self->answers) > 0)
    {
      forgotten = self->answers;
      self->answers = answers_new ();
    }
  g_mutex_unlock (&self->mutex);
}

guint
smd_memo_get_generation (SmdMemo *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->generation;
}
