/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-alarm.h"

G_DEFINE_INTERFACE (SmdAlarm, smd_alarm, G_TYPE_OBJECT)

static void
smd_alarm_default_init (SmdAlarmInterface *iface)
{
}

void
smd_alarm_set (SmdAlarm *self, gint64 when, SmdAlarmFunc func, gpointer data)
{
  SMD_ALARM_GET_IFACE (self)->set (self, when, func, data);
}

void
smd_alarm_clear (SmdAlarm *self, SmdAlarmFunc func, gpointer data)
{
  SMD_ALARM_GET_IFACE (self)->clear (self, func, data);
}
