/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-clock.h"

G_DEFINE_INTERFACE (SmdClock, smd_clock, G_TYPE_OBJECT)

static gint64
get_monotonic (SmdClock *self)
{
  return g_get_monotonic_time ();
}

static void
smd_clock_default_init (SmdClockInterface *iface)
{
  iface->monotonic = get_monotonic;
}

gint64
smd_clock_now (SmdClock *self)
{
  return SMD_CLOCK_GET_IFACE (self)->now (self);
}

gint64
smd_clock_monotonic (SmdClock *self)
{
  return SMD_CLOCK_GET_IFACE (self)->monotonic (self);
}
