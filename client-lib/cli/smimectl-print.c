/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-print.h"

#include <glib/gi18n.h>

#define RED "\033[31m"
#define GREEN "\033[32m"
#define PLAIN "\033[0m"

static void append_json (GString *out, GVariant *value);

static void
append_json_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (out, "\\%c", *p);
    else if ((guchar) *p < 0x20)
      g_string_append_printf (out, "\\u%04x", (guint) *p);
    else
      g_string_append_c (out, *p);
  g_string_append_c (out, '"');
}

static void
append_json_children (GString *out, GVariant *value)
{
  gboolean object = g_variant_is_of_type (value, G_VARIANT_TYPE_DICTIONARY);

  g_string_append_c (out, object ? '{' : '[');
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

      if (i > 0)
        g_string_append_c (out, ',');
      append_json (out, child);
    }
  g_string_append_c (out, object ? '}' : ']');
}

static void
append_json_entry (GString *out, GVariant *entry)
{
  g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
  g_autoptr (GVariant) value = g_variant_get_child_value (entry, 1);

  append_json (out, key);
  g_string_append_c (out, ':');
  append_json (out, value);
}

static void
append_json (GString *out, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    {
      g_autoptr (GVariant) inner = g_variant_get_variant (value);

      append_json (out, inner);
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) || g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH))
    append_json_string (out, g_variant_get_string (value, NULL));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
    {
      gsize size;
      const guint8 *data = g_variant_get_fixed_array (value, &size, 1);
      g_autofree char *base64 = g_base64_encode (data, size);

      append_json_string (out, base64);
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DICT_ENTRY))
    append_json_entry (out, value);
  else if (g_variant_is_container (value))
    append_json_children (out, value);
  else
    {
      g_autofree char *text = g_variant_print (value, FALSE);

      g_string_append (out, text);
    }
}

void
smimectl_print_json (GVariant *value)
{
  g_autoptr (GString) out = g_string_new (NULL);

  append_json (out, value);
  g_print ("%s\n", out->str);
}

char *
smimectl_print_date (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("?");
}

void
smimectl_print_problems (const SmimectlContext *context, GVariant *problems, int indent)
{
  for (gsize i = 0; problems != NULL && i < g_variant_n_children (problems); i++)
    {
      g_autoptr (GVariant) problem = g_variant_get_child_value (problems, i);
      const char *code = "";
      gint days;

      g_variant_lookup (problem, "code", "&s", &code);
      g_printerr ("%*s- %s", indent, "", smimed_problem_describe (code));
      if (g_variant_lookup (problem, "days", "i", &days))
        g_printerr (g_dngettext (GETTEXT_PACKAGE, " (%d day left)", " (%d days left)", (gulong) MAX (days, 0)), days);
      g_printerr (" [%s]\n", code);
    }
}

static void
print_signer (const SmimectlContext *context, GVariant *signer)
{
  const char *subject = NULL;
  gboolean authenticated = FALSE;
  g_autoptr (GVariant) problems = g_variant_lookup_value (signer, "problems", G_VARIANT_TYPE ("aa{sv}"));

  g_variant_lookup (signer, "subject", "&s", &subject);
  g_variant_lookup (signer, "authenticated", "b", &authenticated);
  g_printerr (authenticated ? _ ("  Signed by %s: proven\n") : _ ("  Signed by %s: not proven\n"),
              subject != NULL ? subject : _ ("somebody whose certificate is missing"));
  smimectl_print_problems (context, problems, 4);
}

static void
print_layer (const SmimectlContext *context, GVariant *layer)
{
  g_autoptr (GVariant) signers = g_variant_lookup_value (layer, "signers", G_VARIANT_TYPE ("aa{sv}"));
  const char *cipher;

  for (gsize i = 0; signers != NULL && i < g_variant_n_children (signers); i++)
    {
      g_autoptr (GVariant) signer = g_variant_get_child_value (signers, i);

      print_signer (context, signer);
    }
  if (g_variant_lookup (layer, "cipher", "&s", &cipher))
    g_printerr (_ ("  Encrypted with %s\n"), cipher);
}

SmimectlExit
smimectl_print_report (const SmimectlContext *context, GVariant *report)
{
  const char *sender = NULL;
  const char *protection = "none";
  gboolean authenticated = FALSE;
  g_autoptr (GVariant) layers = g_variant_lookup_value (report, "layers", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GVariant) warnings = g_variant_lookup_value (report, "warnings", G_VARIANT_TYPE ("aa{sv}"));

  g_variant_lookup (report, "sender", "&s", &sender);
  g_variant_lookup (report, "protection", "&s", &protection);
  g_variant_lookup (report, "authenticated", "b", &authenticated);
  if (context->json)
    smimectl_print_json (report);
  else
    {
      g_printerr (_ ("From %s\n"), sender != NULL ? sender : _ ("nobody in particular"));
      g_printerr ("%s%s%s\n", context->colour ? authenticated ? GREEN : RED : "", smimed_protection_describe (protection),
                  context->colour ? PLAIN : "");
      for (gsize i = 0; layers != NULL && i < g_variant_n_children (layers); i++)
        {
          g_autoptr (GVariant) layer = g_variant_get_child_value (layers, i);

          print_layer (context, layer);
        }
      smimectl_print_problems (context, warnings, 2);
    }
  return authenticated ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}

void
smimectl_print_certificate (GVariant *properties)
{
  const char *subject = "", *fingerprint = "", *role = "";
  gint64 not_after = 0;
  g_autofree const char **addresses = NULL;
  g_autofree const char **usages = NULL;
  g_autofree char *date = NULL;
  g_autofree char *address_text = NULL;
  g_autofree char *usage_text = NULL;

  g_variant_lookup (properties, "Subject", "&s", &subject);
  g_variant_lookup (properties, "Fingerprint", "&s", &fingerprint);
  g_variant_lookup (properties, "Role", "&s", &role);
  g_variant_lookup (properties, "NotAfter", "x", &not_after);
  g_variant_lookup (properties, "Addresses", "^a&s", &addresses);
  g_variant_lookup (properties, "Usages", "^a&s", &usages);
  date = smimectl_print_date (not_after);
  address_text = addresses != NULL ? g_strjoinv (" ", (char **) addresses) : g_strdup ("");
  usage_text = usages != NULL ? g_strjoinv (",", (char **) usages) : g_strdup ("");
  g_print ("%.16s  %-13s %-12s %s  %s  (%s)\n", fingerprint, role, usage_text, date, address_text, subject);
}
