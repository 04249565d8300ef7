/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-env.h"
#include "smd-progress.h"

G_BEGIN_DECLS

/**
 * SmdCall:
 * @policy: the settings as they were when the call came
 * @cancellable: (unowned): triggered by Job.Cancel, by the deadline and by the caller's leaving the bus
 * @interactive: whether the user may be prompted
 * @cache_only: no network
 * @application: (unowned) (nullable): the sandboxed application that calls; %NULL: a program outside of sandboxes, or the service itself
 * @progress: (unowned) (nullable)
 * @deadline: when the call ends whatever it has, monotonic microseconds; 0 = never
 * @network_left: (unowned) (nullable): what all fetches of the call together may still take, with the judging between them, in microseconds: the
 *   policy's network deadline without the time for which the call had to wait for its turn; below 0: the whole deadline. %NULL: each group of
 *   fetches has that to itself.
 *
 * What every operation is given besides its own request.
 */
typedef struct
{
  SmdPolicy policy;
  GCancellable *cancellable; /* (unowned) */
  gboolean interactive;
  gboolean cache_only;
  const char *application; /* (unowned) */
  SmdProgress *progress; /* (unowned) */
  gint64 deadline;
  gint64 *network_left;  /* (unowned) */
} SmdCall;

/* @own: counts where the call doesn't; below 0 at first. Returns: what is left of the call's network deadline, in microseconds */
static inline gint64 *
smd_call_get_network_left (const SmdCall *self, gint64 *own)
{
  gint64 *left = self->network_left != NULL ? self->network_left : own;

  if (*left < 0)
    *left = (gint64) self->policy.network_deadline * G_TIME_SPAN_MILLISECOND;
  return left;
}

G_END_DECLS
