/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-candidates.h"

#include <string.h>
#include <unistd.h>

#include "smimectl-context.h"
#include "smimectl-objects.h"
#include "smimectl-page.h"
#include "smimectl-settings.h"

#define PATIENCE 5 /* seconds */
#define MOST 300   /* nobody chooses among more */

static void
print (const char *value, const char *description)
{
  g_autofree char *clean_value = smimectl_page_clean (value);
  g_autofree char *clean_description = smimectl_page_clean (description);

  if (strchr (clean_value, ' ') == NULL)
    g_print ("%s\t%s\n", clean_value, clean_description);
}

static void
print_addresses (GVariant *properties, const char *key, const char *description)
{
  g_autofree const char **addresses = NULL;

  g_variant_lookup (properties, key, "^a&s", &addresses);
  for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
    print (addresses[i], description);
}

static void
print_accounts (SmimectlContext *context)
{
  g_autoptr (GVariant) accounts = smimectl_objects_list (context, "Account", NULL);

  for (gsize i = 0; accounts != NULL && i < g_variant_n_children (accounts); i++)
    {
      g_autoptr (GVariant) properties = NULL;
      const char *address = "";

      g_variant_get_child (accounts, i, "(o@a{sv})", NULL, &properties);
      g_variant_lookup (properties, "Address", "&s", &address);
      print (address, "");
      print_addresses (properties, "Aliases", address);
    }
}

static void
print_certificate (GVariant *properties, gboolean address)
{
  g_autofree char *fingerprint = NULL;
  const char *whole = "";
  const char *subject = "";

  g_variant_lookup (properties, "Fingerprint", "&s", &whole);
  g_variant_lookup (properties, "Subject", "&s", &subject);
  fingerprint = g_strndup (whole, 16);
  if (address)
    print_addresses (properties, "Addresses", subject);
  else
    print (fingerprint, subject);
}

static void
print_certificates (SmimectlContext *context, gboolean own, gboolean address)
{
  g_auto (GVariantDict) query = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) paths = NULL;

  if (own)
    g_variant_dict_insert (&query, "own", "b", TRUE);
  paths = smimectl_objects_query (context, &query, NULL);
  for (gsize i = 0; paths != NULL && i < MIN (g_variant_n_children (paths), MOST); i++)
    {
      g_autoptr (GVariant) properties = NULL;
      const char *path;

      g_variant_get_child (paths, i, "&o", &path);
      properties = smimed_client_get_all_sync (context->client, path, "Certificate", NULL);
      if (properties != NULL)
        print_certificate (properties, address);
    }
}

static void
print_keys (void)
{
  g_autoptr (GSettings) settings = smimectl_settings_open (NULL);
  g_auto (GStrv) keys = settings != NULL ? smimectl_settings_keys (settings) : NULL;

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    print (keys[i], "");
}

gboolean
smimectl_candidates_print (const char *kind)
{
  g_auto (SmimectlContext) context = { .quiet = TRUE, .no_prompt = TRUE, .offline = TRUE };

  alarm (PATIENCE);
  if (g_str_equal (kind, "key"))
    print_keys ();
  else if (!smimectl_context_connect (&context, NULL))
    return TRUE;
  else if (g_str_equal (kind, "account"))
    print_accounts (&context);
  else
    print_certificates (&context, g_str_equal (kind, "own"), g_str_equal (kind, "recipient"));
  return TRUE;
}
