/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SMD_TYPE_CLOCK (smd_clock_get_type ())
G_DECLARE_INTERFACE (SmdClock, smd_clock, SMD, CLOCK, GObject)

/**
 * SmdClockInterface:
 * @now: seconds since 1970 UTC
 * @monotonic: microseconds, as g_get_monotonic_time(), which it is where this isn't set
 */
struct _SmdClockInterface
{
  GTypeInterface parent;
  gint64 (*now) (SmdClock *self);
  gint64 (*monotonic) (SmdClock *self);
};

gint64 smd_clock_now (SmdClock *self);
gint64 smd_clock_monotonic (SmdClock *self);

G_END_DECLS
