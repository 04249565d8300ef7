/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SmdDetachedCalls:
 *
 * Blocking calls whose caller may leave them: each runs in a thread of its own, one at a time. Whoever comes while one runs waits for
 * its turn. Any thread; reference counted (atomic).
 */
typedef struct _SmdDetachedCalls SmdDetachedCalls;

/* Returns: FALSE with @error set on failure */
typedef gboolean (*SmdDetachedFunc) (gpointer data, GError **error);

SmdDetachedCalls *smd_detached_calls_new (void);
SmdDetachedCalls *smd_detached_calls_ref (SmdDetachedCalls *self);
void smd_detached_calls_unref (SmdDetachedCalls *self);

/**
 * smd_detached_calls_run:
 * @data: (transfer full): freed with @destroy when @func has ended
 *
 * Returns: what @func returned; FALSE with `Cancelled` at once when @cancellable says so, while @func may still run
 */
gboolean smd_detached_calls_run (SmdDetachedCalls *self, SmdDetachedFunc func, gpointer data, GDestroyNotify destroy,
                                 GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
