/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smimed-error.h"

G_BEGIN_DECLS

/**
 * SmdProgress:
 * @stage: (atomic): what a call is doing, a static string from a closed list (`queued`, `reading`, `parsing`, `verifying`, `decrypting`,
 *   `expanding`, `judging`, `signing`, `encrypting`, `writing`, `generating`, `storing`; and `fetching`, `searching` while others are waited
 *   for); never %NULL once initialised
 * @done: (atomic): bytes of the message that have been dealt with in this stage
 * @total: (atomic): bytes to be dealt with; 0 = unknown
 * @cancellable: who wants to know of the progress may end it, too
 *
 * Written by the worker, read by the main thread; shared memory without locks.
 */
typedef struct
{
  const char *stage; /* (unowned) static */
  gsize done;
  gsize total;
  GCancellable *cancellable; /* (unowned) (nullable) */
} SmdProgress;

/* @self: (nullable). @stage: static; @total: bytes to be dealt with in it, 0 = unknown */
static inline void
smd_progress_enter (SmdProgress *self, const char *stage, gsize total)
{
  if (self == NULL)
    return;

  g_atomic_pointer_set (&self->done, 0);
  g_atomic_pointer_set (&self->total, total);
  g_atomic_pointer_set (&self->stage, stage);
}

/* How much the stage consists of, in bytes, for who finds out only inside of it */
static inline void
smd_progress_expect (SmdProgress *self, gsize total)
{
  if (self != NULL)
    g_atomic_pointer_set (&self->total, total);
}

/**
 * smd_progress_go_on:
 * @self: (nullable)
 * @done: bytes that the caller deals with next
 *
 * To be called every megabyte at least. Costs nothing.
 *
 * Returns: FALSE with `Cancelled` if the call was cancelled
 */
static inline gboolean G_GNUC_WARN_UNUSED_RESULT
smd_progress_go_on (SmdProgress *self, gsize done, GError **error)
{
  if (self == NULL)
    return TRUE;

  g_atomic_pointer_set (&self->done, self->done + done);
  if (!g_cancellable_is_cancelled (self->cancellable))
    return TRUE;

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  return FALSE;
}

G_END_DECLS
