/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-settings.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "smimectl-context.h"

#define SCHEMA "org.smimed"

GSettings *
smimectl_settings_open (GError **error)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;

  if (schema == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _ ("The settings schema org.smimed isn't installed; install smimed, or set GSETTINGS_SCHEMA_DIR"));
      return NULL;
    }

  return g_settings_new_full (schema, NULL, NULL);
}

static GSettingsSchema *
schema_of (GSettings *settings)
{
  GSettingsSchema *schema = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  return schema;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
smimectl_settings_keys (GSettings *settings)
{
  g_autoptr (GSettingsSchema) schema = schema_of (settings);
  char **keys = g_settings_schema_list_keys (schema);

  qsort (keys, g_strv_length (keys), sizeof *keys, compare);
  return keys;
}

gboolean
smimectl_settings_has (GSettings *settings, const char *key)
{
  g_autoptr (GSettingsSchema) schema = schema_of (settings);

  return g_settings_schema_has_key (schema, key);
}

static GVariant *
parse_boolean (const char *word)
{
  static const char *const yes[] = { "true", "yes", "on", "1", NULL };
  static const char *const no[] = { "false", "no", "off", "0", NULL };

  if (g_strv_contains (yes, word))
    return g_variant_new_boolean (TRUE);
  return g_strv_contains (no, word) ? g_variant_new_boolean (FALSE) : NULL;
}

/* Words that begin like GVariant text are GVariant text: no setting's own values begin with a quote or a bracket. */
static GVariant *
parse_words (const GVariantType *type, const char *const *words)
{
  guint count = g_strv_length ((char **) words);
  gboolean text = count == 1 && strchr ("['\"@", words[0][0]) != NULL;

  if (g_variant_type_equal (type, G_VARIANT_TYPE_STRING_ARRAY) && !text)
    return g_variant_new_strv (words, count);
  if (count != 1)
    return NULL;
  if (g_variant_type_equal (type, G_VARIANT_TYPE_BOOLEAN))
    return parse_boolean (words[0]);
  if (g_variant_type_equal (type, G_VARIANT_TYPE_STRING) && !text)
    return g_variant_new_string (words[0]);
  return g_variant_parse (type, words[0], NULL, NULL, NULL);
}

/* What the schema permits, for people: `the words a, b` or `from 1 to 10` */
static char *
describe_range (GSettingsSchemaKey *key)
{
  g_autoptr (GVariant) range = g_settings_schema_key_get_range (key);
  g_autoptr (GVariant) values = NULL;
  g_autofree char *text = NULL;
  const char *kind;

  g_variant_get (range, "(&sv)", &kind, &values);
  text = g_variant_print (values, FALSE);
  if (g_str_equal (kind, "enum") || g_str_equal (kind, "flags"))
    return g_strdup_printf (_ ("one of %s"), text);
  if (g_str_equal (kind, "range"))
    return g_strdup_printf (_ ("in the range %s"), text);
  return g_strdup_printf (_ ("of the type “%s”"), g_variant_type_peek_string (g_settings_schema_key_get_value_type (key)));
}

GVariant *
smimectl_settings_parse (GSettings *settings, const char *key, const char *const *words, GError **error)
{
  g_autoptr (GSettingsSchema) schema = schema_of (settings);
  g_autoptr (GSettingsSchemaKey) about = g_settings_schema_get_key (schema, key);
  g_autoptr (GVariant) value = NULL;
  g_autofree char *range = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    if (!g_utf8_validate (words[i], -1, NULL))
      {
        smimectl_usage (error, _ ("%s is not UTF-8"), key);
        return NULL;
      }

  if (words[0] != NULL)
    value = parse_words (g_settings_schema_key_get_value_type (about), words);
  if (value != NULL)
    g_variant_take_ref (value);
  if (value != NULL && g_settings_schema_key_range_check (about, value))
    return g_steal_pointer (&value);

  range = describe_range (about);
  smimectl_usage (error, _ ("The value of “%s” has to be %s"), key, range);
  return NULL;
}
