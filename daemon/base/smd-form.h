/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdForm:
 *
 * What a value looks like to others, made once and kept with it: a part of the value's struct, zero at first. Any thread may keep and get one.
 */
typedef struct
{
  gpointer value;            /* (owned) (nullable) atomic */
  GDestroyNotify free_value; /* whoever kept the value sets it; read only when the owner ends */
} SmdForm;

/**
 * smd_form_keep:
 * @value: (transfer full)
 *
 * Returns: (transfer none): what is kept: @value, or what somebody else has kept before
 */
gpointer smd_form_keep (SmdForm *self, gpointer value, GDestroyNotify free_value);
gpointer smd_form_get (SmdForm *self);
void smd_form_clear (SmdForm *self);

G_END_DECLS
