/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdTurns:
 *
 * Work that waits, by caller, and whose turn is next: callers take turns, one piece of work each, and nobody has more at work at a time than
 * half of what the others leave. Not locked.
 */
typedef struct _SmdTurns SmdTurns;

/* A piece of work, and whose it is */
typedef struct
{
  void (*func) (gpointer data);
  gpointer data; /* (unowned) the function's own affair */
  gpointer lane; /* (unowned) where it waits; set by smd_turns_add() */
} SmdTurn;

/**
 * smd_turns_new:
 * @most: as much is at work at a time at most
 * @bound: as much waits at most; who has less than an even share of it may still come
 */
SmdTurns *smd_turns_new (guint most, guint bound);
void smd_turns_free (SmdTurns *self);

/* @key: (nullable): whose work it is. Returns: FALSE if there is no room */
gboolean smd_turns_add (SmdTurns *self, gconstpointer key, SmdTurn turn);
guint smd_turns_get_waiting (const SmdTurns *self);

/* Whether there is work that may begin */
gboolean smd_turns_has_next (SmdTurns *self);

/**
 * smd_turns_take:
 *
 * Takes what is next. It is at work until smd_turns_end().
 *
 * Returns: FALSE if nothing may begin
 */
gboolean smd_turns_take (SmdTurns *self, SmdTurn *turn);
void smd_turns_end (SmdTurns *self, const SmdTurn *turn);

/* Whether some work was passed over, because its caller had enough, and may begin now. It is told once. */
gboolean smd_turns_passes_on (SmdTurns *self);

/* From now on nobody is held back. */
void smd_turns_let_all (SmdTurns *self);

G_END_DECLS
