/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-json.h"

#include <stdio.h>

static void append (GString *out, GVariant *value);

static void
append_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (out, "\\%c", *p);
    else if ((guchar) *p < 0x20 || *p == 0x7f)
      g_string_append_printf (out, "\\u%04x", (guint) *p);
    else
      g_string_append_c (out, *p);
  g_string_append_c (out, '"');
}

static void
append_children (GString *out, GVariant *value)
{
  gboolean object = g_variant_is_of_type (value, G_VARIANT_TYPE_DICTIONARY);

  g_string_append_c (out, object ? '{' : '[');
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

      if (i > 0)
        g_string_append_c (out, ',');
      append (out, child);
    }
  g_string_append_c (out, object ? '}' : ']');
}

static void
append_entry (GString *out, GVariant *entry)
{
  g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
  g_autoptr (GVariant) value = g_variant_get_child_value (entry, 1);

  append (out, key);
  g_string_append_c (out, ':');
  append (out, value);
}

static void
append_bytes (GString *out, GVariant *value)
{
  gsize size;
  const guint8 *data = g_variant_get_fixed_array (value, &size, 1);
  g_autofree char *base64 = g_base64_encode (data, size);

  append_string (out, base64);
}

static void
append_number (GString *out, GVariant *value)
{
  g_autofree char *text = g_variant_print (value, FALSE);

  g_string_append (out, text);
}

static void
append_variant (GString *out, GVariant *value)
{
  g_autoptr (GVariant) inner = g_variant_get_variant (value);

  append (out, inner);
}

static void
append (GString *out, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    append_variant (out, value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) || g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH))
    append_string (out, g_variant_get_string (value, NULL));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
    append_bytes (out, value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DICT_ENTRY))
    append_entry (out, value);
  else if (g_variant_is_container (value))
    append_children (out, value);
  else
    append_number (out, value);
}

/* Not through g_print(), which would recode it: JSON is UTF-8. */
void
smimectl_json_print (GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autoptr (GString) out = g_string_new (NULL);

  append (out, owned);
  g_string_append_c (out, '\n');
  fwrite (out->str, 1, out->len, stdout);
  fflush (stdout);
}

SmimectlExit
smimectl_json_tell_done (const SmimectlContext *context, gboolean done)
{
  if (done && context->json)
    smimectl_json_print (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  return done ? SMIMECTL_OK : SMIMECTL_FAILED;
}

void
smimectl_json_print_error (const char *name, const char *message)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "error", "s", name);
  g_variant_dict_insert (&dict, "message", "s", valid);
  smimectl_json_print (g_variant_dict_end (&dict));
}
