/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-form.h"

gpointer
smd_form_keep (SmdForm *self, gpointer value, GDestroyNotify free_value)
{
  if (g_atomic_pointer_compare_and_exchange (&self->value, NULL, value))
    {
      self->free_value = free_value;
      return value;
    }

  free_value (value);
  return g_atomic_pointer_get (&self->value);
}

gpointer
smd_form_get (SmdForm *self)
{
  return g_atomic_pointer_get (&self->value);
}

void
smd_form_clear (SmdForm *self)
{
  if (self->value != NULL)
    self->free_value (self->value);
}
