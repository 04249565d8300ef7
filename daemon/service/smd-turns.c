/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-turns.h"

/* The work of one caller */
typedef struct
{
  gconstpointer key; /* (unowned) */
  GQueue waiting;    /* (owned) of SmdTurn (owned) */
  guint running;
} Lane;

struct _SmdTurns
{
  GHashTable *lanes; /* (owned) key -> Lane: those with work that waits or runs */
  GQueue ring;       /* (owned) of Lane (unowned): those with work that waits; whose turn is next comes first */
  guint waiting;     /* in all lanes */
  guint running;
  guint most;
  guint bound;
  gboolean held_back; /* work was passed over, because its caller has enough */
  gboolean lets_all;
};

SmdTurns *
smd_turns_new (guint most, guint bound)
{
  SmdTurns *self = g_new0 (SmdTurns, 1);

  self->lanes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_queue_init (&self->ring);
  self->most = most;
  self->bound = bound;
  return self;
}

void
smd_turns_free (SmdTurns *self)
{
  g_assert (self->waiting == 0);
  g_hash_table_unref (self->lanes);
  g_free (self);
}

/* When all the room is taken, who has less than an even share of it may still come. */
static gboolean
has_room (const SmdTurns *self, const Lane *lane)
{
  guint lanes = g_hash_table_size (self->lanes) + (lane == NULL);

  return self->waiting < self->bound || (lane != NULL ? lane->waiting.length : 0) < self->bound / lanes;
}

static Lane *
add_lane (SmdTurns *self, gconstpointer key)
{
  Lane *lane = g_new0 (Lane, 1);

  lane->key = key;
  g_hash_table_insert (self->lanes, (gpointer) key, lane);
  return lane;
}

gboolean
smd_turns_add (SmdTurns *self, gconstpointer key, SmdTurn turn)
{
  Lane *lane = g_hash_table_lookup (self->lanes, key);

  if (!has_room (self, lane))
    return FALSE;

  if (lane == NULL)
    lane = add_lane (self, key);
  turn.lane = lane;
  g_queue_push_tail (&lane->waiting, g_memdup2 (&turn, sizeof turn));
  if (lane->waiting.length == 1)
    g_queue_push_tail (&self->ring, lane);
  self->waiting++;
  return TRUE;
}

guint
smd_turns_get_waiting (const SmdTurns *self)
{
  return self->waiting;
}

/*
 * At most half of what the others leave: one caller whose work is stuck, in a prompt or in the network, leaves room for the next one, and the two
 * of them for a third.
 */
static gboolean
may_begin (const SmdTurns *self, const Lane *lane)
{
  guint others = self->running - lane->running;

  return self->lets_all || lane->running < MAX ((self->most - MIN (others, self->most)) / 2, 1);
}

/* Returns: (transfer none) (nullable): where the next work is */
static GList *
find_next (SmdTurns *self)
{
  for (GList *at = self->ring.head; at != NULL; at = at->next)
    {
      if (may_begin (self, at->data))
        return at;
      self->held_back = TRUE;
    }

  return NULL;
}

gboolean
smd_turns_has_next (SmdTurns *self)
{
  return find_next (self) != NULL;
}

/* Who had a turn comes last. */
static void
move_back (SmdTurns *self, GList *at)
{
  const Lane *lane = at->data;

  g_queue_unlink (&self->ring, at);
  if (lane->waiting.length > 0)
    g_queue_push_tail_link (&self->ring, at);
  else
    g_list_free_1 (at);
}

gboolean
smd_turns_take (SmdTurns *self, SmdTurn *turn)
{
  GList *at = find_next (self);
  Lane *lane = at != NULL ? at->data : NULL;
  g_autofree SmdTurn *taken = lane != NULL ? g_queue_pop_head (&lane->waiting) : NULL;

  if (taken == NULL)
    return FALSE;

  move_back (self, at);
  lane->running++;
  self->running++;
  self->waiting--;
  *turn = *taken;
  return TRUE;
}

void
smd_turns_end (SmdTurns *self, const SmdTurn *turn)
{
  Lane *lane = turn->lane;

  self->running--;
  if (--lane->running == 0 && lane->waiting.length == 0)
    g_hash_table_remove (self->lanes, lane->key);
}

gboolean
smd_turns_passes_on (SmdTurns *self)
{
  if (!self->held_back)
    return FALSE;

  self->held_back = FALSE;
  return smd_turns_has_next (self);
}

void
smd_turns_let_all (SmdTurns *self)
{
  self->lets_all = TRUE;
}
