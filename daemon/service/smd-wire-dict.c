/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-wire-dict.h"

void
smd_wire_dict_init (GVariantBuilder *dict)
{
  g_variant_builder_init (dict, G_VARIANT_TYPE_VARDICT);
}

/* A format string would be read anew for each entry. */
static void
add (GVariantBuilder *dict, const char *key, GVariant *value)
{
  g_variant_builder_add_value (dict, g_variant_new_dict_entry (g_variant_new_string (key), g_variant_new_variant (value)));
}

/* What comes from foreign bytes may not be UTF-8, which D-Bus demands. */
void
smd_wire_dict_string (GVariantBuilder *dict, const char *key, const char *value)
{
  if (value == NULL)
    return;

  if (g_utf8_validate (value, -1, NULL))
    add (dict, key, g_variant_new_string (value));
  else
    add (dict, key, g_variant_new_take_string (g_utf8_make_valid (value, -1)));
}

void
smd_wire_dict_boolean (GVariantBuilder *dict, const char *key, gboolean value)
{
  add (dict, key, g_variant_new_boolean (value));
}

void
smd_wire_dict_int64 (GVariantBuilder *dict, const char *key, gint64 value)
{
  add (dict, key, g_variant_new_int64 (value));
}

void
smd_wire_dict_value (GVariantBuilder *dict, const char *key, GVariant *value)
{
  add (dict, key, value);
}
