/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-clock.h"

G_DEFINE_INTERFACE (SmdClock, smd_clock, G_TYPE_OBJECT)

static void
smd_clock_default_init (SmdClockInterface *iface)
{
}

gint64
smd_clock_now (SmdClock *self)
{
  return SMD_CLOCK_GET_IFACE (self)->now (self);
}
