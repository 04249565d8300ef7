/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SMD_TYPE_ALARM (smd_alarm_get_type ())
G_DECLARE_INTERFACE (SmdAlarm, smd_alarm, SMD, ALARM, GObject)

/* Never, but tell when the clock is changed */
#define SMD_ALARM_NEVER G_MAXINT64

/**
 * SmdAlarmFunc:
 * @clock_changed: whether the clock was set, or the machine has slept: whatever was planned is to be planned again
 * @data: as given
 *
 * In the main context, once: for being woken again, set it again.
 */
typedef void (*SmdAlarmFunc) (gboolean clock_changed, gpointer data);

/**
 * SmdAlarmInterface:
 * @set: calls @func with @data as soon as the clock (#SmdClock) says @when (seconds since 1970 UTC) or later, in the past: soon; also right
 *   after a suspend. Called before, and with `clock_changed`, if the clock is set. Replaces what the same @func and @data waited for
 * @clear: forgets it
 *
 * A wall clock's alarm; belongs to the thread of the main context.
 */
struct _SmdAlarmInterface
{
  GTypeInterface parent;
  void (*set) (SmdAlarm *self, gint64 when, SmdAlarmFunc func, gpointer data);
  void (*clear) (SmdAlarm *self, SmdAlarmFunc func, gpointer data);
};

void smd_alarm_set (SmdAlarm *self, gint64 when, SmdAlarmFunc func, gpointer data);
void smd_alarm_clear (SmdAlarm *self, SmdAlarmFunc func, gpointer data);

G_END_DECLS
