/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "smimectl-entry.h"
#include "smimectl-json.h"
#include "smimectl-page.h"
#include "smimectl-settings.h"

/* One setting: `value`, `default`, `locked` */
static GVariant *
describe (GSettings *settings, const char *key)
{
  g_autoptr (GVariant) value = g_settings_get_value (settings, key);
  g_autoptr (GVariant) standard = g_settings_get_default_value (settings, key);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert_value (&dict, "value", value);
  g_variant_dict_insert_value (&dict, "default", standard);
  g_variant_dict_insert (&dict, "locked", "b", !g_settings_is_writable (settings, key));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* As `policy set` reads it: a text without quotes */
static char *
print_value (GVariant *value)
{
  return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (value, NULL) : g_variant_print (value, FALSE);
}

static void
tell (SmimectlPage *page, GSettings *settings, const char *key)
{
  g_autoptr (GVariant) value = g_settings_get_value (settings, key);
  g_autoptr (GVariant) standard = g_settings_get_default_value (settings, key);
  g_autofree char *text = print_value (value);
  g_autofree char *standard_text = print_value (standard);
  g_autoptr (GString) notes = g_string_new (NULL);

  if (!g_variant_equal (value, standard))
    g_string_append_printf (notes, _ ("  (default: %s)"), standard_text);
  if (!g_settings_is_writable (settings, key))
    g_string_append (notes, _ ("  (locked by the administrator)"));
  smimectl_page_line (page, 0, SMIMECTL_PLAIN, "%-26s %s%s", key, text, notes->str);
}

static SmimectlExit
list (const SmimectlContext *context, GSettings *settings)
{
  g_auto (GStrv) keys = smimectl_settings_keys (settings);
  g_auto (GVariantDict) all = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (SmimectlPage) page = smimectl_page_new (context, STDOUT_FILENO);

  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autoptr (GVariant) one = describe (settings, keys[i]);

      g_variant_dict_insert_value (&all, keys[i], one);
      if (!context->json)
        tell (page, settings, keys[i]);
    }

  if (context->json)
    smimectl_json_print (g_variant_dict_end (&all));
  return SMIMECTL_OK;
}

static SmimectlExit
get (const SmimectlContext *context, GSettings *settings, const char *key)
{
  g_autoptr (GVariant) value = g_settings_get_value (settings, key);
  g_autoptr (GVariant) one = describe (settings, key);
  g_autofree char *text = print_value (value);

  if (context->json)
    smimectl_json_print (one);
  else
    g_print ("%s\n", text);
  return SMIMECTL_OK;
}

static SmimectlExit
refuse_locked (const char *key, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS, _ ("“%s” is locked by the administrator of this computer"), key);
  return SMIMECTL_FAILED;
}

static SmimectlExit
set (const SmimectlContext *context, GSettings *settings, const char *key, GError **error)
{
  g_autoptr (GVariant) value = smimectl_settings_parse (settings, key, (const char *const *) context->arguments + 2, error);

  if (value == NULL)
    return SMIMECTL_USAGE;
  if (!g_settings_set_value (settings, key, value))
    return refuse_locked (key, error);

  g_settings_sync ();
  return context->json ? get (context, settings, key) : SMIMECTL_OK;
}

static SmimectlExit
reset (const SmimectlContext *context, GSettings *settings, const char *key, GError **error)
{
  if (!g_settings_is_writable (settings, key))
    return refuse_locked (key, error);

  g_settings_reset (settings, key);
  g_settings_sync ();
  return context->json ? get (context, settings, key) : SMIMECTL_OK;
}

static SmimectlExit
with_key (SmimectlContext *context, GSettings *settings, const char *verb, GError **error)
{
  const char *key = smimectl_context_text (context, 1, _ ("The name of the setting"), error);
  guint most = g_str_equal (verb, "set") ? G_MAXUINT : 2;

  if (key == NULL || !smimectl_context_at_most (context, most, error))
    return SMIMECTL_USAGE;
  if (!smimectl_settings_has (settings, key))
    return smimectl_usage (error, _ ("There is no setting “%s”; smimectl policy lists them"), key);

  if (g_str_equal (verb, "get"))
    return get (context, settings, key);
  if (g_str_equal (verb, "set"))
    return set (context, settings, key, error);
  return reset (context, settings, key, error);
}

SmimectlExit
smimectl_policy (SmimectlContext *context, GError **error)
{
  static const char *const verbs[] = { "get", "set", "reset", NULL };
  const char *verb = context->arguments[0] != NULL ? context->arguments[0] : "list";
  g_autoptr (GSettings) settings = NULL;

  if (g_str_equal (verb, "list") ? !smimectl_context_at_most (context, 1, error) : FALSE)
    return SMIMECTL_USAGE;
  if (!g_str_equal (verb, "list") && !g_strv_contains (verbs, verb))
    return smimectl_usage (error, _ ("“%s” is none of: %s"), verb, "list, get, set, reset");

  settings = smimectl_settings_open (error);
  if (settings == NULL)
    return SMIMECTL_FAILED;
  return g_str_equal (verb, "list") ? list (context, settings) : with_key (context, settings, verb, error);
}
