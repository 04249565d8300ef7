/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdProgress:
 * @stage: (atomic): what a call is doing, a static string from a closed list (`queued`, `reading`, `parsing`, `verifying`, `decrypting`,
 *   `expanding`, `judging`, `signing`, `encrypting`, `writing`, `storing`); never %NULL once initialised
 * @done: (atomic): bytes of the message that have been dealt with in this stage
 * @total: (atomic): bytes to be dealt with; 0 = unknown
 *
 * Written by the worker, read by the main thread; shared memory without locks.
 */
typedef struct
{
  const char *stage; /* (unowned) static */
  gsize done;
  gsize total;
} SmdProgress;

static inline void
smd_progress_enter (SmdProgress *self, const char *stage, gsize total)
{
  if (self == NULL)
    return;

  g_atomic_pointer_set (&self->done, 0);
  g_atomic_pointer_set (&self->total, total);
  g_atomic_pointer_set (&self->stage, stage);
}

G_END_DECLS
