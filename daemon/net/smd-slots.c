/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-slots.h"

struct _SmdSlots
{
  GHashTable *places; /* (owned) place -> number of slots taken */
  guint at_one_place;
  guint at_all;
  guint taken;
};

SmdSlots *
smd_slots_new (guint at_one_place, guint at_all)
{
  SmdSlots *self = g_new0 (SmdSlots, 1);

  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->at_one_place = at_one_place;
  self->at_all = at_all;
  return self;
}

void
smd_slots_free (SmdSlots *self)
{
  g_hash_table_unref (self->places);
  g_free (self);
}

gboolean
smd_slots_take (SmdSlots *self, const char *place)
{
  guint taken = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, place));

  if (taken >= self->at_one_place || self->taken >= self->at_all)
    return FALSE;
  g_hash_table_insert (self->places, g_strdup (place), GUINT_TO_POINTER (taken + 1));
  self->taken++;
  return TRUE;
}

void
smd_slots_give (SmdSlots *self, const char *place)
{
  guint taken = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, place));

  g_return_if_fail (taken > 0);
  self->taken--;
  if (taken == 1)
    g_hash_table_remove (self->places, place);
  else
    g_hash_table_insert (self->places, g_strdup (place), GUINT_TO_POINTER (taken - 1));
}
