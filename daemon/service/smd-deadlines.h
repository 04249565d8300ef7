/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdDeadlines:
 *
 * The moments at which calls end if they haven't ended before. One timer for all of them, set to the earliest: calls that come and go
 * before their deadlines wake nobody.
 */
typedef struct _SmdDeadlines SmdDeadlines;

typedef void (*SmdDeadlinePassed) (gpointer data);

/* Main thread: the one whose default context tells what has passed. */
SmdDeadlines *smd_deadlines_new (void);
void smd_deadlines_free (SmdDeadlines *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdDeadlines, smd_deadlines_free)

/**
 * smd_deadlines_add:
 * @when: monotonic microseconds
 *
 * Any thread: @passed is called with @data once, in the main thread, at @when or soon after, unless smd_deadlines_remove() is faster.
 */
void smd_deadlines_add (SmdDeadlines *self, gint64 when, SmdDeadlinePassed passed, gpointer data);

/* Any thread. Returns: FALSE if @passed has been or is about to be called with @data, or it was never added, or is removed already */
gboolean smd_deadlines_remove (SmdDeadlines *self, gint64 when, gpointer data);

G_END_DECLS
