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
 * @progress: (unowned) (nullable)
 *
 * What every operation is given besides its own request.
 */
typedef struct
{
  SmdPolicy policy;
  GCancellable *cancellable; /* (unowned) */
  gboolean interactive;
  gboolean cache_only;
  SmdProgress *progress; /* (unowned) */
} SmdCall;

G_END_DECLS
