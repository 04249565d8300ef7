/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-clock.h"

G_BEGIN_DECLS

#define SMD_TYPE_SYSTEM_CLOCK (smd_system_clock_get_type ())
G_DECLARE_FINAL_TYPE (SmdSystemClock, smd_system_clock, SMD, SYSTEM_CLOCK, GObject)

/* Returns: (transfer full): the clock of this machine */
SmdClock *smd_system_clock_new (void);

G_END_DECLS
