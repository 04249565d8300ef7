/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "smd-policy.h"

G_BEGIN_DECLS

/**
 * SmdShare:
 *
 * What one caller has under way, and how much that may be: one connection's, or that of all connections of one sandboxed application. Any thread.
 */
typedef struct _SmdShare SmdShare;

/* @application: (nullable): the sandboxed application's id */
SmdShare *smd_share_new (const char *application);
SmdShare *smd_share_ref (SmdShare *self);
void smd_share_unref (SmdShare *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdShare, smd_share_unref)

/* Returns: (nullable) */
const char *smd_share_get_application (SmdShare *self);

/**
 * smd_share_begin:
 * @now: monotonic microseconds
 *
 * One more call is under way, until smd_share_end(). Calls a second are only counted beyond some that are under way: who waits for
 * answers is as fast as these are.
 *
 * Returns: FALSE on error: `LimitExceeded`
 */
gboolean smd_share_begin (SmdShare *self, const SmdPolicy *policy, gint64 now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_share_end (SmdShare *self);

/**
 * smd_share_take:
 * @most: bytes of all calls together
 *
 * @bytes more of input are held, until smd_share_give_back().
 *
 * Returns: FALSE on error: `LimitExceeded`; then nothing was taken
 */
gboolean smd_share_take (SmdShare *self, gsize bytes, gsize most, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_share_give_back (SmdShare *self, gsize bytes);

G_END_DECLS
