/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-pool.h"
#include "smd-share.h"

G_BEGIN_DECLS

/**
 * SmdCallers:
 *
 * Who has called: which calls of each connection are under way, which application it is, what it may have under way; tells when one of them leaves
 * the bus. One match for all, made once. Who it is, is asked once for each connection, when its first call comes. Any thread.
 */
typedef struct _SmdCallers SmdCallers;
typedef struct _SmdCaller SmdCaller;

/* In the main thread */
typedef void (*SmdCallerLeft) (gpointer data);

/**
 * SmdCallerKnown:
 * @share: what the caller's work counts as: the connection's, or the sandboxed application's
 * @error: (nullable): why it can't be told who the caller is
 */
typedef void (*SmdCallerKnown) (SmdShare *share, const GError *error, gpointer data);

/* @pool: in whose threads the bus is asked who somebody is; outlives the callers' last call */
SmdCallers *smd_callers_new (GDBusConnection *connection, SmdPool *pool);
void smd_callers_free (SmdCallers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCallers, smd_callers_free)

/* @left is called, once, with @data if @sender leaves before smd_callers_remove() */
void smd_callers_add (SmdCallers *self, const char *sender, SmdCallerLeft left, gpointer data);
/* Returns: FALSE if the callback has been or is about to be called with @data, or it was never added, or is removed already */
gboolean smd_callers_remove (SmdCallers *self, const char *sender, gpointer data);

/* Returns: (transfer full): what the next call of @sender counts as; to be followed by smd_callers_add() or smd_callers_remove() */
SmdShare *smd_callers_ref_share (SmdCallers *self, const char *sender);

/* Returns: whether @sender is known, and known to run outside of any sandbox, so that nothing needs to be asked about its rights */
gboolean smd_callers_is_free (SmdCallers *self, const char *sender);

/**
 * smd_callers_identify:
 *
 * Calls @known exactly once: at once if it is known already who @sender is, else in the main thread when the answer is there. A failure isn't
 * remembered.
 */
void smd_callers_identify (SmdCallers *self, const char *sender, SmdCallerKnown known, gpointer data);

G_END_DECLS
