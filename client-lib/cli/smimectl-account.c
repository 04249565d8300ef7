/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "smimectl-account-page.h"
#include "smimectl-call.h"
#include "smimectl-entry.h"
#include "smimectl-json.h"
#include "smimectl-objects.h"

void
smimectl_account_page (SmimectlPage *page, GVariant *properties)
{
  g_autofree char *address = smimectl_page_lookup (properties, "Address", "");
  g_autofree char *aliases = smimectl_page_lookup_list (properties, "Aliases");
  g_autofree char *missing = smimectl_page_lookup_list (properties, "Missing");
  gboolean ready = FALSE;

  g_variant_lookup (properties, "Ready", "b", &ready);
  if (ready)
    smimectl_page_line (page, 0, SMIMECTL_GOOD, _ ("%s: ready"), address);
  else
    smimectl_page_line (page, 0, SMIMECTL_BAD, _ ("%s: not ready; missing: %s"), address, missing);
  if (*aliases != '\0')
    smimectl_page_line (page, 2, SMIMECTL_PLAIN, _ ("Aliases: %s"), aliases);
  smimectl_page_problems_in (page, properties, "Problems", 2);
}

static SmimectlExit
show (SmimectlContext *context, const char *path, GError **error)
{
  g_autoptr (GVariant) properties = smimed_client_get_all_sync (context->client, path, "Account", error);
  g_autoptr (SmimectlPage) page = NULL;

  if (properties == NULL)
    return SMIMECTL_FAILED;

  if (context->json)
    {
      smimectl_json_print (smimectl_objects_with_path (path, properties));
      return SMIMECTL_OK;
    }

  page = smimectl_page_new (context, STDOUT_FILENO);
  smimectl_account_page (page, properties);
  return SMIMECTL_OK;
}

static void
print_json (GVariant *accounts)
{
  GVariantBuilder all;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < g_variant_n_children (accounts); i++)
    {
      g_autoptr (GVariant) properties = NULL;
      const char *path;

      g_variant_get_child (accounts, i, "(&o@a{sv})", &path, &properties);
      g_variant_builder_add_value (&all, smimectl_objects_with_path (path, properties));
    }

  smimectl_json_print (g_variant_builder_end (&all));
}

static SmimectlExit
list (SmimectlContext *context, GError **error)
{
  g_autoptr (GVariant) accounts = smimectl_objects_list (context, "Account", error);
  g_autoptr (SmimectlPage) page = NULL;

  if (accounts == NULL)
    return SMIMECTL_FAILED;

  if (context->json)
    {
      print_json (accounts);
      return SMIMECTL_OK;
    }

  page = smimectl_page_new (context, STDOUT_FILENO);
  for (gsize i = 0; i < g_variant_n_children (accounts); i++)
    {
      g_autoptr (GVariant) properties = NULL;

      g_variant_get_child (accounts, i, "(o@a{sv})", NULL, &properties);
      smimectl_account_page (page, properties);
    }
  return SMIMECTL_OK;
}

static SmimectlExit
add (SmimectlContext *context, const char *address, GError **error)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  SmimectlCall call = { .interface = "Manager", .method = "RegisterAccount", .options = &options };
  g_autoptr (GVariant) reply = NULL;
  const char *path;

  if (context->aliases != NULL)
    g_variant_dict_insert (&options, "aliases", "^as", context->aliases);
  call.arguments = g_variant_new ("(s)", address);
  reply = smimectl_call (context, &call, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(&o)", &path);
  return show (context, path, error);
}

static SmimectlExit
remove_account (SmimectlContext *context, const char *address, GError **error)
{
  g_autofree char *path = smimectl_objects_find_account (context, address, error);
  SmimectlCall call = { .interface = "Manager", .method = "UnregisterAccount" };
  g_autoptr (GVariant) reply = NULL;

  if (path == NULL)
    return SMIMECTL_FAILED;

  call.arguments = g_variant_new ("(o)", path);
  reply = smimectl_call (context, &call, NULL, error);
  return smimectl_json_tell_done (context, reply != NULL);
}

static char *
find_or_auto (SmimectlContext *context, const char *name, GError **error)
{
  return g_str_equal (name, "auto") ? g_strdup ("/") : smimectl_objects_find_certificate (context, name, error);
}

static gboolean
set_certificates (SmimectlContext *context, const char *account, GError **error)
{
  g_autofree char *signing = find_or_auto (context, context->signing, error);
  g_autofree char *encryption = signing != NULL ? find_or_auto (context, context->encryption, error) : NULL;
  SmimectlCall call = { .path = account, .interface = "Account", .method = "SetCertificates" };
  g_autoptr (GVariant) reply = NULL;

  if (encryption == NULL)
    return FALSE;

  call.arguments = g_variant_new ("(oo)", signing, encryption);
  reply = smimectl_call (context, &call, NULL, error);
  return reply != NULL;
}

static gboolean
set_flag (SmimectlContext *context, const char *account, const char *property, const char *value, GError **error)
{
  return value == NULL
         || smimed_client_set_sync (context->client, account, "Account", property, g_variant_new_boolean (g_str_equal (value, "yes")), error);
}

static SmimectlExit
set (SmimectlContext *context, const char *address, GError **error)
{
  gboolean fixes = context->signing != NULL || context->encryption != NULL;
  g_autofree char *path = NULL;

  if (!fixes && context->sign_by_default == NULL && context->encrypt_by_default == NULL)
    return smimectl_usage (error, _ ("Nothing to set: give --signing, --encryption, --sign-by-default or --encrypt-by-default"));

  if (fixes && (context->signing == NULL || context->encryption == NULL))
    return smimectl_usage (error, _ ("Give both --signing and --encryption; “auto” lets the service choose"));

  path = smimectl_objects_find_account (context, address, error);
  if (path == NULL || (fixes && !set_certificates (context, path, error))
      || !set_flag (context, path, "SignByDefault", context->sign_by_default, error)
      || !set_flag (context, path, "EncryptByDefault", context->encrypt_by_default, error))
    return SMIMECTL_FAILED;

  return show (context, path, error);
}

static SmimectlExit
show_address (SmimectlContext *context, const char *address, GError **error)
{
  g_autofree char *path = smimectl_objects_find_account (context, address, error);

  return path != NULL ? show (context, path, error) : SMIMECTL_FAILED;
}

SmimectlExit
smimectl_account (SmimectlContext *context, GError **error)
{
  const char *verb = context->arguments[0] != NULL ? context->arguments[0] : "list";
  const char *address;

  if (!smimectl_context_at_most (context, g_str_equal (verb, "list") ? 1 : 2, error))
    return SMIMECTL_USAGE;
  if (g_str_equal (verb, "list"))
    return list (context, error);

  address = smimectl_context_text (context, 1, _ ("The account's address"), error);
  if (address == NULL)
    return SMIMECTL_USAGE;
  if (g_str_equal (verb, "show"))
    return show_address (context, address, error);
  if (g_str_equal (verb, "add"))
    return add (context, address, error);
  if (g_str_equal (verb, "remove"))
    return remove_account (context, address, error);
  if (g_str_equal (verb, "set"))
    return set (context, address, error);
  return smimectl_usage (error, _ ("“%s” is none of: %s"), verb, "list, show, add, remove, set");
}
