/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "smimectl-files.h"
#include "smimectl-print.h"

#define CERTIFICATES "/org/smimed/Smime1/certificates/"

static gboolean
print_path (SmimectlContext *context, const char *path, GError **error)
{
  g_autoptr (GVariant) properties = smimed_client_get_all_sync (context->client, path, "Certificate", error);

  if (properties == NULL)
    return FALSE;

  if (context->json)
    smimectl_print_json (properties);
  else
    smimectl_print_certificate (properties);
  return TRUE;
}

static SmimectlExit
print_paths (SmimectlContext *context, GVariant *paths, GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (paths); i++)
    {
      const char *path;

      g_variant_get_child (paths, i, "&o", &path);
      if (!print_path (context, path, error))
        return SMIMECTL_FAILED;
    }

  return SMIMECTL_OK;
}

static SmimectlExit
import_pkcs12 (SmimectlContext *context, GUnixFDList *fds, int file, GError **error)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  int password = smimectl_files_add_password (context, fds, _ ("Password of the PKCS#12 file"), FALSE, error);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) paths = NULL;

  if (password == -1)
    return SMIMECTL_FAILED;
  if (password >= 0)
    g_variant_dict_insert (&options, "password-fd", "h", password);

  reply = smimed_client_call_sync (context->client, NULL, "Certificates", "ImportPkcs12",
                                   g_variant_new ("(h@a{sv})", file, g_variant_dict_end (&options)), fds, NULL, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  paths = g_variant_get_child_value (reply, 0);
  return print_paths (context, paths, error);
}

static SmimectlExit
import_role (SmimectlContext *context, GUnixFDList *fds, int file, GError **error)
{
  g_autoptr (GVariant) reply
      = smimed_client_call_sync (context->client, NULL, "Certificates", "Import",
                                 g_variant_new ("(hsa{sv})", file, context->role, NULL), fds, NULL, NULL, error);
  g_autoptr (GVariant) paths = NULL;
  g_autoptr (GVariant) refused = NULL;
  SmimectlExit result;

  if (reply == NULL)
    return SMIMECTL_FAILED;

  paths = g_variant_get_child_value (reply, 0);
  refused = g_variant_get_child_value (reply, 1);
  result = print_paths (context, paths, error);
  if (g_variant_n_children (refused) == 0)
    return result;

  g_printerr (_ ("Refused:\n"));
  smimectl_print_problems (context, refused, 2);
  return SMIMECTL_NOT_PROVEN;
}

SmimectlExit
smimectl_import (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  const char *path = smimectl_context_argument (context, 0, _ ("The file to import"), error);
  int file = path != NULL ? smimectl_files_add (fds, path, error) : -1;

  if (file < 0)
    return SMIMECTL_FAILED;

  return context->role != NULL ? import_role (context, fds, file, error) : import_pkcs12 (context, fds, file, error);
}

/* The path of a certificate whose fingerprint begins with @prefix */
static char *
find_path (SmimectlContext *context, const char *prefix, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) paths = NULL;
  g_autofree char *start = g_strconcat (CERTIFICATES, prefix, NULL);
  g_autofree char *found = NULL;

  reply = smimed_client_call_sync (context->client, NULL, "Certificates", "Find", g_variant_new ("(a{sv}a{sv})", NULL, NULL), NULL,
                                   NULL, NULL, error);
  if (reply == NULL)
    return NULL;

  paths = g_variant_get_child_value (reply, 0);
  for (gsize i = 0; i < g_variant_n_children (paths); i++)
    {
      const char *path;

      g_variant_get_child (paths, i, "&o", &path);
      if (!g_str_has_prefix (path, start))
        continue;
      if (found != NULL)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("Several certificates begin with %s; give more digits"),
                       prefix);
          return NULL;
        }
      found = g_strdup (path);
    }

  if (found == NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND, _ ("No certificate's fingerprint begins with %s"), prefix);
  return g_steal_pointer (&found);
}

static GVariant *
find_paths (SmimectlContext *context, GError **error)
{
  g_autoptr (GVariantBuilder) builder = g_variant_builder_new (G_VARIANT_TYPE ("ao"));

  for (guint i = 0; context->arguments[i] != NULL; i++)
    {
      g_autofree char *path = find_path (context, context->arguments[i], error);

      if (path == NULL)
        return NULL;
      g_variant_builder_add (builder, "o", path);
    }

  return g_variant_ref_sink (g_variant_builder_end (builder));
}

SmimectlExit
smimectl_export (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GUnixFDList) out = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) paths = NULL;
  g_autoptr (GVariant) reply = NULL;
  int password;
  int file;

  if (smimectl_context_argument (context, 0, _ ("The fingerprint of an own certificate"), error) == NULL)
    return SMIMECTL_USAGE;

  paths = find_paths (context, error);
  password = paths != NULL ? smimectl_files_add_password (context, fds, _ ("Password for the new file"), TRUE, error) : -1;
  if (password == -1)
    return SMIMECTL_FAILED;
  if (password >= 0)
    g_variant_dict_insert (&options, "password-fd", "h", password);

  reply = smimed_client_call_sync (context->client, NULL, "Certificates", "ExportPkcs12",
                                   g_variant_new ("(@ao@a{sv})", paths, g_variant_dict_end (&options)), fds, &out, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(h)", &file);
  return smimectl_files_write (context, out, file, NULL, error) ? SMIMECTL_OK : SMIMECTL_FAILED;
}

SmimectlExit
smimectl_certificates (SmimectlContext *context, GError **error)
{
  g_auto (GVariantDict) query = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) paths = NULL;

  if (context->arguments[0] != NULL)
    g_variant_dict_insert (&query, "text", "s", context->arguments[0]);
  if (context->role != NULL)
    g_variant_dict_insert (&query, "role", "s", context->role);
  if (context->usage != NULL)
    g_variant_dict_insert (&query, "usage", "s", context->usage);
  if (context->own)
    g_variant_dict_insert (&query, "own", "b", TRUE);
  reply = smimed_client_call_sync (context->client, NULL, "Certificates", "Find",
                                   g_variant_new ("(@a{sv}a{sv})", g_variant_dict_end (&query), NULL), NULL, NULL, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  paths = g_variant_get_child_value (reply, 0);
  return print_paths (context, paths, error);
}

static SmimectlExit
call_certificate (SmimectlContext *context, const char *method, GVariant *arguments, GError **error)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);
  const char *prefix = smimectl_context_argument (context, 0, _ ("The certificate's fingerprint"), error);
  g_autofree char *path = prefix != NULL ? find_path (context, prefix, error) : NULL;
  g_autoptr (GVariant) reply = NULL;

  if (path != NULL)
    reply = smimed_client_call_sync (context->client, path, "Certificate", method, owned, NULL, NULL, NULL, error);
  return reply != NULL ? SMIMECTL_OK : SMIMECTL_FAILED;
}

SmimectlExit
smimectl_delete (SmimectlContext *context, GError **error)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (context->delete_key)
    g_variant_dict_insert (&options, "delete-key", "b", TRUE);
  return call_certificate (context, "Delete", g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), error);
}

SmimectlExit
smimectl_trust (SmimectlContext *context, GError **error)
{
  const char *trust = smimectl_context_argument (context, 1, _ ("“default”, “trusted” or “distrusted”"), error);

  if (trust == NULL)
    return SMIMECTL_USAGE;

  return call_certificate (context, "SetTrust", g_variant_new ("(sa{sv})", trust, NULL), error);
}

static void
print_verdict (const SmimectlContext *context, GVariant *verdict)
{
  const char *address = "";
  gboolean usable = FALSE;
  g_autoptr (GVariant) problems = g_variant_lookup_value (verdict, "problems", G_VARIANT_TYPE ("aa{sv}"));

  g_variant_lookup (verdict, "address", "&s", &address);
  g_variant_lookup (verdict, "usable", "b", &usable);
  g_print (usable ? _ ("%s: can be encrypted to\n") : _ ("%s: can't be encrypted to\n"), address);
  smimectl_print_problems (context, problems, 2);
}

SmimectlExit
smimectl_recipients (SmimectlContext *context, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) verdicts = NULL;
  gboolean ready = FALSE;

  if (context->from == NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("Give the account's address with --from"));
      return SMIMECTL_USAGE;
    }

  reply = smimed_client_call_sync (context->client, NULL, "Recipients", "Evaluate",
                                   g_variant_new ("(s^asa{sv})", context->from, context->arguments, NULL), NULL, NULL, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(b@aa{sv})", &ready, &verdicts);
  if (context->json)
    smimectl_print_json (verdicts);
  for (gsize i = 0; !context->json && i < g_variant_n_children (verdicts); i++)
    {
      g_autoptr (GVariant) verdict = g_variant_get_child_value (verdicts, i);

      print_verdict (context, verdict);
    }
  return ready ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}
