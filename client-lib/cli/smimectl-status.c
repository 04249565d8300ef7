/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "smimectl-print.h"

static void
print_account (const SmimectlContext *context, GVariant *properties)
{
  const char *address = "";
  gboolean ready = FALSE;
  g_autoptr (GVariant) problems = g_variant_lookup_value (properties, "Problems", G_VARIANT_TYPE ("aa{sv}"));
  g_autofree const char **missing = NULL;
  g_autofree char *missing_text = NULL;

  g_variant_lookup (properties, "Address", "&s", &address);
  g_variant_lookup (properties, "Ready", "b", &ready);
  g_variant_lookup (properties, "Missing", "^a&s", &missing);
  missing_text = missing != NULL ? g_strjoinv (", ", (char **) missing) : g_strdup ("");
  if (ready)
    g_print (_ ("%s: ready\n"), address);
  else
    g_print (_ ("%s: not ready; missing: %s\n"), address, missing_text);
  smimectl_print_problems (context, problems, 2);
}

static void
print_accounts (const SmimectlContext *context, GVariant *objects)
{
  for (gsize i = 0; i < g_variant_n_children (objects); i++)
    {
      g_autoptr (GVariant) object = g_variant_get_child_value (objects, i);
      g_autoptr (GVariant) interfaces = g_variant_get_child_value (object, 1);
      g_autoptr (GVariant) properties
          = g_variant_lookup_value (interfaces, "org.smimed.Smime1.Account", G_VARIANT_TYPE_VARDICT);

      if (properties != NULL)
        print_account (context, properties);
    }
}

SmimectlExit
smimectl_status (SmimectlContext *context, GError **error)
{
  g_autoptr (GVariant) manager = smimed_client_get_all_sync (context->client, NULL, "Manager", error);
  g_autoptr (GVariant) objects = manager != NULL ? smimed_client_get_objects_sync (context->client, error) : NULL;
  gboolean enabled = FALSE;
  const char *version = "";

  if (objects == NULL)
    return SMIMECTL_FAILED;
  if (context->json)
    {
      smimectl_print_json (manager);
      return SMIMECTL_OK;
    }

  g_variant_lookup (manager, "Enabled", "b", &enabled);
  g_variant_lookup (manager, "Version", "&s", &version);
  g_print (enabled ? _ ("S/MIME is on (smimed %s)\n") : _ ("S/MIME is off (smimed %s); switch it on with: smimectl enable\n"),
           version);
  print_accounts (context, objects);
  return SMIMECTL_OK;
}

static SmimectlExit
set_enabled (SmimectlContext *context, gboolean enabled, GError **error)
{
  gboolean done
      = smimed_client_set_sync (context->client, NULL, "Manager", "Enabled", g_variant_new_boolean (enabled), error);

  return done ? SMIMECTL_OK : SMIMECTL_FAILED;
}

SmimectlExit
smimectl_enable (SmimectlContext *context, GError **error)
{
  return set_enabled (context, TRUE, error);
}

SmimectlExit
smimectl_disable (SmimectlContext *context, GError **error)
{
  return set_enabled (context, FALSE, error);
}

static char *
register_account (SmimectlContext *context, const char *address, GError **error)
{
  g_autoptr (GVariant) reply = smimed_client_call_sync (context->client, NULL, "Manager", "RegisterAccount",
                                                        g_variant_new ("(sa{sv})", address, NULL), NULL, NULL, NULL, error);
  char *path = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(o)", &path);
  return path;
}

static char *
find_account (SmimectlContext *context, const char *address, GError **error)
{
  g_autoptr (GVariant) objects = smimed_client_get_objects_sync (context->client, error);

  for (gsize i = 0; objects != NULL && i < g_variant_n_children (objects); i++)
    {
      g_autoptr (GVariant) object = g_variant_get_child_value (objects, i);
      g_autoptr (GVariant) interfaces = g_variant_get_child_value (object, 1);
      g_autoptr (GVariant) properties
          = g_variant_lookup_value (interfaces, "org.smimed.Smime1.Account", G_VARIANT_TYPE_VARDICT);
      const char *found = NULL;

      if (properties != NULL && g_variant_lookup (properties, "Address", "&s", &found)
          && g_ascii_strcasecmp (found, address) == 0)
        {
          char *path = NULL;

          g_variant_get_child (object, 0, "o", &path);
          return path;
        }
    }

  if (objects != NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_SUCH_ACCOUNT, _ ("No account is registered for %s"), address);
  return NULL;
}

SmimectlExit
smimectl_account (SmimectlContext *context, GError **error)
{
  const char *verb = smimectl_context_argument (context, 0, _ ("“add” or “remove”"), error);
  const char *address = verb != NULL ? smimectl_context_argument (context, 1, _ ("The account's address"), error) : NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autofree char *path = NULL;

  if (address == NULL)
    return SMIMECTL_USAGE;

  if (g_str_equal (verb, "remove"))
    {
      g_autoptr (GVariant) reply = NULL;

      path = find_account (context, address, error);
      if (path != NULL)
        reply = smimed_client_call_sync (context->client, NULL, "Manager", "UnregisterAccount",
                                         g_variant_new ("(oa{sv})", path, NULL), NULL, NULL, NULL, error);
      return reply != NULL ? SMIMECTL_OK : SMIMECTL_FAILED;
    }
  if (!g_str_equal (verb, "add"))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("“%s” is neither “add” nor “remove”"), verb);
      return SMIMECTL_USAGE;
    }

  path = register_account (context, address, error);
  properties = path != NULL ? smimed_client_get_all_sync (context->client, path, "Account", error) : NULL;
  if (properties == NULL)
    return SMIMECTL_FAILED;

  print_account (context, properties);
  return SMIMECTL_OK;
}
