/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdPool:
 *
 * The threads in which operations run. Few while calls flow; when all of them are stuck (in a prompt, in the keyring, on a slow file)
 * and work waits, more are started, one by one, up to a bound; they end when they are no longer needed. The queue is bounded, too.
 *
 * Fair: callers take turns, one piece of work each, and nobody has more than half of the threads that the others leave.
 */
typedef struct _SmdPool SmdPool;

typedef void (*SmdPoolFunc) (gpointer data);

/**
 * smd_pool_new:
 * @threads: as many are started as soon as there is work for them
 * @most: as many at most when all are stuck
 * @queue: as much work waits at most
 */
SmdPool *smd_pool_new (guint threads, guint most, guint queue);

/**
 * smd_pool_free:
 *
 * Waits until everything that was pushed is done.
 */
void smd_pool_free (SmdPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdPool, smd_pool_free)

/**
 * smd_pool_push:
 * @key: (nullable): whose work it is: a caller's, or the service's own
 * @func: run once in some thread; first come first served among the work of one caller
 *
 * Any thread.
 *
 * Returns: FALSE on error: `LimitExceeded`; then @func is never run
 */
gboolean smd_pool_push (SmdPool *self, gconstpointer key, SmdPoolFunc func, gpointer data,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
