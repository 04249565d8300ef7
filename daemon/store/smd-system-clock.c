/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-system-clock.h"

struct _SmdSystemClock
{
  GObject parent_instance;
};

static gint64
get_now (SmdClock *clock)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
init_interface (SmdClockInterface *iface)
{
  iface->now = get_now;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdSystemClock, smd_system_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_CLOCK, init_interface))

static void
smd_system_clock_class_init (SmdSystemClockClass *klass)
{
}

static void
smd_system_clock_init (SmdSystemClock *self)
{
}

SmdClock *
smd_system_clock_new (void)
{
  return SMD_CLOCK (g_object_new (SMD_TYPE_SYSTEM_CLOCK, NULL));
}
