/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-objects.h"

#include <glib/gi18n.h>
#include <string.h>

#include "smimectl-call.h"

#define CERTIFICATES "/org/smimed/Smime1/certificates/"

GVariant *
smimectl_objects_list (SmimectlContext *context, const char *interface, GError **error)
{
  g_autoptr (GVariant) objects = smimed_client_get_objects_sync (context->client, error);
  g_autofree char *full = g_strconcat ("org.smimed.Smime1.", interface, NULL);
  GVariantBuilder found;

  if (objects == NULL)
    return NULL;

  g_variant_builder_init (&found, G_VARIANT_TYPE ("a(oa{sv})"));
  for (gsize i = 0; i < g_variant_n_children (objects); i++)
    {
      g_autoptr (GVariant) interfaces = NULL;
      g_autoptr (GVariant) properties = NULL;
      const char *path;

      g_variant_get_child (objects, i, "{&o@a{sa{sv}}}", &path, &interfaces);
      properties = g_variant_lookup_value (interfaces, full, G_VARIANT_TYPE_VARDICT);
      if (properties != NULL)
        g_variant_builder_add (&found, "(o@a{sv})", path, properties);
    }

  return g_variant_ref_sink (g_variant_builder_end (&found));
}

char *
smimectl_objects_find_account (SmimectlContext *context, const char *address, GError **error)
{
  g_autoptr (GVariant) accounts = smimectl_objects_list (context, "Account", error);

  for (gsize i = 0; accounts != NULL && i < g_variant_n_children (accounts); i++)
    {
      g_autoptr (GVariant) properties = NULL;
      const char *path;
      const char *found = "";

      g_variant_get_child (accounts, i, "(&o@a{sv})", &path, &properties);
      g_variant_lookup (properties, "Address", "&s", &found);
      if (g_ascii_strcasecmp (found, address) == 0)
        return g_strdup (path);
    }

  if (accounts != NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_SUCH_ACCOUNT, _ ("No account is registered for %s"), address);
  return NULL;
}

GVariant *
smimectl_objects_query (SmimectlContext *context, GVariantDict *query, GError **error)
{
  SmimectlCall call = { .interface = "Certificates", .method = "Find" };
  g_autoptr (GVariant) reply = NULL;

  call.arguments = g_variant_new ("(@a{sv})", g_variant_dict_end (query));
  reply = smimectl_call (context, &call, NULL, error);
  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

/* The path in @paths that begins with @start; @name is what was asked for */
static char *
choose (GVariant *paths, const char *start, const char *name, GError **error)
{
  const char *found = NULL;

  for (gsize i = 0; i < g_variant_n_children (paths); i++)
    {
      const char *path;

      g_variant_get_child (paths, i, "&o", &path);
      if (!g_str_has_prefix (path, start))
        continue;
      if (found != NULL)
        {
          smimectl_usage (error, _ ("“%s” means several certificates; give the beginning of a fingerprint, long enough for one"), name);
          return NULL;
        }
      found = path;
    }

  if (found == NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, _ ("No certificate's fingerprint begins with “%s”; smimectl certificates lists them"),
                 name);
  return g_strdup (found);
}

static char *
normalise (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  g_auto (GStrv) parts = g_strsplit (lower, ":", -1);

  return g_strjoinv ("", parts);
}

char *
smimectl_objects_find_certificate (SmimectlContext *context, const char *name, GError **error)
{
  g_auto (GVariantDict) query = G_VARIANT_DICT_INIT (NULL);
  gboolean address = strchr (name, '@') != NULL;
  g_autofree char *digits = normalise (name);
  g_autofree char *start = g_strconcat (CERTIFICATES, address ? "" : digits, NULL);
  g_autoptr (GVariant) paths = NULL;

  if (address)
    g_variant_dict_insert (&query, "address", "s", name);
  paths = smimectl_objects_query (context, &query, error);
  return paths != NULL ? choose (paths, start, name, error) : NULL;
}

GVariant *
smimectl_objects_certificates (SmimectlContext *context, GVariant *paths, GError **error)
{
  g_autoptr (GVariantBuilder) all = g_variant_builder_new (G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; i < g_variant_n_children (paths); i++)
    {
      g_autoptr (GVariant) properties = NULL;
      const char *path;

      g_variant_get_child (paths, i, "&o", &path);
      properties = smimed_client_get_all_sync (context->client, path, "Certificate", error);
      if (properties == NULL)
        return NULL;
      g_variant_builder_add_value (all, properties);
    }

  return g_variant_ref_sink (g_variant_builder_end (all));
}

GVariant *
smimectl_objects_with_path (const char *path, GVariant *properties)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (properties);

  g_variant_dict_insert (&dict, "Path", "o", path);
  return g_variant_dict_end (&dict);
}
