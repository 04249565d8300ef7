/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdSlots:
 *
 * How much may be under way at once: at one place (host and port), and at all. A slow host takes its own slots alone.
 * Not for use by two threads at once.
 */
typedef struct _SmdSlots SmdSlots;

SmdSlots *smd_slots_new (guint at_one_place, guint at_all);
void smd_slots_free (SmdSlots *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdSlots, smd_slots_free)

/* Returns: FALSE: none is free */
gboolean smd_slots_take (SmdSlots *self, const char *place);
void smd_slots_give (SmdSlots *self, const char *place);

G_END_DECLS
