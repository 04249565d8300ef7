/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-alarm.h"
#include "smd-clock.h"

G_BEGIN_DECLS

#define SMD_TYPE_WAKE (smd_wake_get_type ())
G_DECLARE_FINAL_TYPE (SmdWake, smd_wake, SMD, WAKE, GObject)

/**
 * smd_wake_new:
 * @clock: what says whether a moment has come
 *
 * #SmdAlarm by one kernel timer on the wall clock for any number of waits: no thread, no polling, no wake-up before the soonest moment.
 * The kernel tells when the clock is set and when the machine has slept.
 *
 * Returns: (transfer full): on error `Failed`
 */
SmdWake *smd_wake_new (SmdClock *clock, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
