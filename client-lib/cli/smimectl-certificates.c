/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "smimectl-call.h"
#include "smimectl-certificate-page.h"
#include "smimectl-entry.h"
#include "smimectl-json.h"
#include "smimectl-objects.h"
#include "smimectl-page.h"

#define PEM_LINE 64

static void
tell_details (SmimectlPage *page, GVariant *properties)
{
  static const struct { const char *key; const char *label; } lists[] = {
    { "KeyUsage", N_ ("Key usage: %s") },
    { "ExtendedKeyUsage", N_ ("Extended key usage: %s") },
    { "Addresses", N_ ("Addresses: %s") },
  };
  static const struct { const char *key; const char *label; } texts[] = {
    { "Fingerprint", N_ ("SHA-256: %s") }, { "Issuer", N_ ("Issuer: %s") },       { "SerialNumber", N_ ("Serial number: %s") },
    { "KeyAlgorithm", N_ ("Key: %s") },    { "Origin", N_ ("Comes from: %s") },   { "Trust", N_ ("Trust: %s") },
  };
  gint64 from = 0;
  g_autofree char *begin = NULL;

  g_variant_lookup (properties, "NotBefore", "x", &from);
  begin = smimectl_page_date (from);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = smimectl_page_lookup (properties, texts[i].key, "");
      g_autofree char *line = g_strdup_printf (_ (texts[i].label), text);

      smimectl_page_line (page, 2, SMIMECTL_PLAIN, "%s", line);
    }
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autofree char *text = smimectl_page_lookup_list (properties, lists[i].key);
      g_autofree char *line = g_strdup_printf (_ (lists[i].label), text);

      if (*text != '\0')
        smimectl_page_line (page, 2, SMIMECTL_PLAIN, "%s", line);
    }
  smimectl_page_line (page, 2, SMIMECTL_PLAIN, _ ("Valid from: %s"), begin);
}

static void
tell (const SmimectlContext *context, GVariant *certificates)
{
  g_autoptr (SmimectlPage) page = smimectl_page_new (context, STDOUT_FILENO);

  for (gsize i = 0; i < g_variant_n_children (certificates); i++)
    {
      g_autoptr (GVariant) properties = g_variant_get_child_value (certificates, i);

      smimectl_page_certificate (page, properties);
      if (context->details)
        tell_details (page, properties);
    }
}

/* RFC 7468 */
static void
print_pem (GVariant *properties)
{
  g_autoptr (GVariant) encoded = g_variant_lookup_value (properties, "Encoded", G_VARIANT_TYPE_BYTESTRING);
  gsize size = 0;
  const guint8 *der = encoded != NULL ? g_variant_get_fixed_array (encoded, &size, 1) : NULL;
  g_autofree char *base64 = g_base64_encode (der, size);

  g_print ("-----BEGIN CERTIFICATE-----\n");
  for (const char *line = base64; *line != '\0'; line += MIN (PEM_LINE, strlen (line)))
    g_print ("%.*s\n", PEM_LINE, line);
  g_print ("-----END CERTIFICATE-----\n");
}

gboolean
smimectl_certificates_show (SmimectlContext *context, GVariant *paths, GError **error)
{
  g_autoptr (GVariant) certificates = smimectl_objects_certificates (context, paths, error);

  if (certificates == NULL)
    return FALSE;

  if (context->json)
    smimectl_json_print (certificates);
  else if (!context->pem)
    tell (context, certificates);
  for (gsize i = 0; context->pem && !context->json && i < g_variant_n_children (certificates); i++)
    {
      g_autoptr (GVariant) properties = g_variant_get_child_value (certificates, i);

      print_pem (properties);
    }
  return TRUE;
}

/* Returns: (transfer full): a report with `certificate` added */
static GVariant *
validate (SmimectlContext *context, const char *path, GError **error)
{
  SmimectlCall call = { .path = path, .interface = "Certificate", .method = "Validate" };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_auto (GVariantDict) dict = { 0 };

  call.arguments = g_variant_new ("(s)", context->usage != NULL ? context->usage : "any");
  reply = smimectl_call (context, &call, NULL, error);
  if (reply == NULL)
    return NULL;

  report = g_variant_get_child_value (reply, 0);
  g_variant_dict_init (&dict, report);
  g_variant_dict_insert (&dict, "certificate", "s", strrchr (path, '/') + 1);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gboolean
is_valid (GVariant *report)
{
  const char *chain = "";

  g_variant_lookup (report, "chain", "&s", &chain);
  return g_str_equal (chain, "valid");
}

static void
tell_check (const SmimectlContext *context, GVariant *properties, GVariant *report)
{
  g_autoptr (SmimectlPage) page = smimectl_page_new (context, STDOUT_FILENO);
  gboolean valid = is_valid (report);

  smimectl_page_certificate (page, properties);
  if (context->details)
    tell_details (page, properties);
  smimectl_page_line (page, 2, valid ? SMIMECTL_GOOD : SMIMECTL_BAD, "%s", smimed_chain_describe (valid ? "valid" : "invalid"));
  smimectl_page_problems_in (page, report, "problems", 2);
}

/* Judges the certificates at @paths. */
static SmimectlExit
check (SmimectlContext *context, GVariant *paths, GError **error)
{
  g_autoptr (GVariantBuilder) reports = g_variant_builder_new (G_VARIANT_TYPE ("aa{sv}"));
  gboolean all = TRUE;

  for (gsize i = 0; i < g_variant_n_children (paths); i++)
    {
      g_autoptr (GVariant) properties = NULL;
      g_autoptr (GVariant) report = NULL;
      const char *path;

      g_variant_get_child (paths, i, "&o", &path);
      properties = smimed_client_get_all_sync (context->client, path, "Certificate", error);
      report = properties != NULL ? validate (context, path, error) : NULL;
      if (report == NULL)
        return SMIMECTL_FAILED;

      all = all && is_valid (report);
      g_variant_builder_add_value (reports, report);
      if (!context->json)
        tell_check (context, properties, report);
    }

  if (context->json)
    smimectl_json_print (g_variant_builder_end (reports));
  return all ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}

SmimectlExit
smimectl_certificates (SmimectlContext *context, GError **error)
{
  g_auto (GVariantDict) query = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) paths = NULL;

  if (!smimectl_context_at_most (context, 1, error))
    return SMIMECTL_USAGE;
  if (context->arguments[0] != NULL && smimectl_context_text (context, 0, _ ("The text"), error) == NULL)
    return SMIMECTL_USAGE;

  if (context->arguments[0] != NULL)
    g_variant_dict_insert (&query, "text", "s", context->arguments[0]);
  if (context->address != NULL)
    g_variant_dict_insert (&query, "address", "s", context->address);
  if (context->role != NULL)
    g_variant_dict_insert (&query, "role", "s", context->role);
  if (context->usage != NULL)
    g_variant_dict_insert (&query, "usage", "s", context->usage);
  if (context->own)
    g_variant_dict_insert (&query, "own", "b", TRUE);
  paths = smimectl_objects_query (context, &query, error);
  if (paths == NULL)
    return SMIMECTL_FAILED;

  if (context->check)
    return check (context, paths, error);
  return smimectl_certificates_show (context, paths, error) ? SMIMECTL_OK : SMIMECTL_FAILED;
}

/* The service refuses it, too, but in general words. */
static gboolean
check_key (SmimectlContext *context, const char *path, GError **error)
{
  g_autoptr (GVariant) properties = NULL;
  gboolean own = FALSE;

  if (context->delete_key)
    return TRUE;

  properties = smimed_client_get_all_sync (context->client, path, "Certificate", error);
  if (properties == NULL)
    return FALSE;
  if (!g_variant_lookup (properties, "Own", "b", &own) || !own)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("This is one of your own certificates, and mail encrypted to it becomes unreadable without its private key; to delete "
                          "both, add --delete-key"));
  return FALSE;
}

SmimectlExit
smimectl_delete (SmimectlContext *context, GError **error)
{
  const char *name = smimectl_context_text (context, 0, _ ("The certificate's fingerprint"), error);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  SmimectlCall call = { .interface = "Certificate", .method = "Delete", .options = &options };
  g_autofree char *path = NULL;
  g_autoptr (GVariant) reply = NULL;

  if (name == NULL || !smimectl_context_at_most (context, 1, error))
    return SMIMECTL_USAGE;

  call.path = path = smimectl_objects_find_certificate (context, name, error);
  if (path == NULL || !check_key (context, path, error))
    return SMIMECTL_FAILED;

  if (context->delete_key)
    g_variant_dict_insert (&options, "delete-key", "b", TRUE);
  reply = smimectl_call (context, &call, NULL, error);
  return smimectl_json_tell_done (context, reply != NULL);
}

static gboolean
set_trust (SmimectlContext *context, const char *path, const char *trust, GError **error)
{
  SmimectlCall call = { .path = path, .interface = "Certificate", .method = "SetTrust" };
  g_autoptr (GVariant) reply = NULL;

  call.arguments = g_variant_new ("(s)", trust);
  reply = smimectl_call (context, &call, NULL, error);
  return reply != NULL;
}

SmimectlExit
smimectl_trust (SmimectlContext *context, GError **error)
{
  const char *name = smimectl_context_text (context, 0, _ ("The certificate's fingerprint"), error);
  const char *trust = name != NULL ? context->arguments[1] : NULL;
  static const char *const words[] = { "default", "trusted", "distrusted", NULL };
  g_autofree char *path = NULL;
  g_autoptr (GVariant) paths = NULL;

  if (name == NULL || !smimectl_context_at_most (context, 2, error))
    return SMIMECTL_USAGE;
  if (trust != NULL && !g_strv_contains (words, trust))
    return smimectl_usage (error, _ ("“%s” is none of: %s"), trust, "default, trusted, distrusted");

  path = smimectl_objects_find_certificate (context, name, error);
  if (path == NULL || (trust != NULL && !set_trust (context, path, trust, error)))
    return SMIMECTL_FAILED;

  paths = g_variant_ref_sink (g_variant_new_objv ((const char *const[]){ path }, 1));
  if (trust == NULL)
    return check (context, paths, error);
  return smimectl_certificates_show (context, paths, error) ? SMIMECTL_OK : SMIMECTL_FAILED;
}
