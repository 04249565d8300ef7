/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-haste.h"

#include <errno.h>
#include <sched.h>

gboolean
smd_haste_begin (void)
{
  const struct sched_param none = { 0 };

  return sched_getscheduler (0) == SCHED_BATCH && sched_setscheduler (0, SCHED_OTHER, &none) == 0;
}

void
smd_haste_end (void)
{
  const struct sched_param none = { 0 };

  if (sched_setscheduler (0, SCHED_BATCH, &none) < 0)
    g_debug ("SCHED_BATCH: %s", g_strerror (errno));
}
