/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-back-off.h"

#define MOST 4096      /* failures remembered: URLs come from strangers' certificates */
#define DOUBLINGS 20   /* more reach the bound anyway */

typedef struct
{
  char *why; /* (owned) */
  guint failures;
  gint64 until;
} Failure;

struct _SmdBackOff
{
  GHashTable *failures; /* (owned) key -> Failure */
  GRand *rand;          /* (owned) */
};

static void
failure_free (gpointer data)
{
  Failure *self = data;

  g_free (self->why);
  g_free (self);
}

SmdBackOff *
smd_back_off_new (guint32 seed)
{
  SmdBackOff *self = g_new0 (SmdBackOff, 1);

  self->failures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, failure_free);
  self->rand = g_rand_new_with_seed (seed);
  return self;
}

void
smd_back_off_free (SmdBackOff *self)
{
  g_hash_table_unref (self->failures);
  g_rand_free (self->rand);
  g_free (self);
}

static gboolean
is_over (gpointer key, gpointer value, gpointer now)
{
  return ((Failure *) value)->until <= *(gint64 *) now;
}

static void
make_room (SmdBackOff *self, gint64 now)
{
  if (g_hash_table_size (self->failures) < MOST)
    return;
  g_hash_table_foreach_remove (self->failures, is_over, &now);
  if (g_hash_table_size (self->failures) >= MOST)
    g_hash_table_remove_all (self->failures);
}

static Failure *
obtain (SmdBackOff *self, const char *key, gint64 now)
{
  Failure *failure = g_hash_table_lookup (self->failures, key);

  if (failure != NULL)
    return failure;
  make_room (self, now);
  failure = g_new0 (Failure, 1);
  g_hash_table_insert (self->failures, g_strdup (key), failure);
  return failure;
}

void
smd_back_off_failed (SmdBackOff *self, const char *key, const char *why, gint64 now)
{
  Failure *failure = obtain (self, key, now);
  gint64 delay = MIN (SMD_BACK_OFF_FIRST << MIN (failure->failures, DOUBLINGS), SMD_BACK_OFF_LONGEST);

  g_free (failure->why);
  failure->why = g_strdup (why);
  failure->failures++;
  failure->until = now + (gint64) ((double) delay * g_rand_double_range (self->rand, 0.75, 1.0));
}

void
smd_back_off_succeeded (SmdBackOff *self, const char *key)
{
  g_hash_table_remove (self->failures, key);
}

void
smd_back_off_note (SmdBackOff *self, const char *key, const char *fault, gint64 now)
{
  if (fault != NULL)
    smd_back_off_failed (self, key, fault, now);
  else
    smd_back_off_succeeded (self, key);
}

gint64
smd_back_off_wait (SmdBackOff *self, const char *key, gint64 now, const char **why)
{
  Failure *failure = g_hash_table_lookup (self->failures, key);
  gint64 wait = failure != NULL ? MAX (failure->until - now, 0) : 0;

  if (why != NULL)
    *why = wait > 0 ? failure->why : NULL;
  return wait;
}

void
smd_back_off_reset (SmdBackOff *self)
{
  g_hash_table_remove_all (self->failures);
}
