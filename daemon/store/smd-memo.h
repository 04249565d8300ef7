/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdMemo:
 *
 * Answers of the database by question, until anything in it changes: the same few look-ups come with every message, and each costs
 * file locks. Bounded; thread-safe. Lists that it gives are shared and must not be changed.
 */
typedef struct _SmdMemo SmdMemo;

SmdMemo *smd_memo_new (void);
void smd_memo_free (SmdMemo *self);

/**
 * smd_memo_get:
 * @generation: (out): to be given to smd_memo_put() with an answer that is read from now on
 *
 * Returns: (transfer full) (nullable): the answer
 */
GPtrArray *smd_memo_get (SmdMemo *self, GBytes *question, guint *generation);

/* Keeps @answer (takes a reference), unless something has changed since @generation. */
void smd_memo_put (SmdMemo *self, GBytes *question, guint generation, GPtrArray *answer);

/* Something has changed: forgets everything. */
void smd_memo_clear (SmdMemo *self);

G_END_DECLS
