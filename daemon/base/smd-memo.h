/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdMemo:
 *
 * Answers by question, until anything that they rest on changes: the same few look-ups come with every message. Bounded; thread-safe. Lists that
 * it gives are shared and must not be changed.
 */
typedef struct _SmdMemo SmdMemo;

/* @most: so many answers are kept at most */
SmdMemo *smd_memo_new (guint most);
void smd_memo_free (SmdMemo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdMemo, smd_memo_free)

/**
 * smd_memo_get:
 * @generation: (out): to be given to smd_memo_put() with an answer that is read from now on
 *
 * Returns: (transfer full) (nullable): the answer
 */
GPtrArray *smd_memo_get (SmdMemo *self, GBytes *question, guint *generation);

/* Keeps @answer (takes a reference), unless something has changed since @generation. */
void smd_memo_put (SmdMemo *self, GBytes *question, guint generation, GPtrArray *answer);

/* Returns: a number that is another one after each smd_memo_clear() */
guint smd_memo_get_generation (SmdMemo *self);

/* Something has changed: forgets everything. */
void smd_memo_clear (SmdMemo *self);

G_END_DECLS
