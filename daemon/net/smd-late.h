/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-fetcher.h"

G_BEGIN_DECLS

/**
 * SmdLate:
 *
 * Brings what came when nobody waited any more to whoever takes it all the same, one by one, in a thread of its own. Any thread.
 */
typedef struct _SmdLate SmdLate;

SmdLate *smd_late_new (void);
/* Waits for what is being delivered; the rest is dropped. */
void smd_late_free (SmdLate *self);

/* @func: (nullable). Nothing is told any more when this has come back from setting another one. */
void smd_late_set (SmdLate *self, SmdFetchedFunc func, gpointer data);
/* Whether anybody takes what is pushed now */
gboolean smd_late_is_wanted (SmdLate *self);
/* @result: (transfer full) */
void smd_late_push (SmdLate *self, SmdFetchResult *result);

G_END_DECLS
