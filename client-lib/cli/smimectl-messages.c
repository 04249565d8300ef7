/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "smimectl-files.h"
#include "smimectl-print.h"

static void
add_string (GVariantDict *options, const char *key, const char *value)
{
  if (value != NULL)
    g_variant_dict_insert (options, key, "s", value);
}

static const char *
need_from (const SmimectlContext *context, GError **error)
{
  if (context->from == NULL)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("Give the account's address with --from"));
  return context->from;
}

static void
print_seal (const SmimectlContext *context, GVariant *report)
{
  g_autoptr (GVariant) warnings = g_variant_lookup_value (report, "warnings", G_VARIANT_TYPE ("aa{sv}"));
  const char *cipher;

  if (context->json && context->output != NULL)
    smimectl_print_json (report);
  else if (g_variant_lookup (report, "cipher", "&s", &cipher))
    g_printerr (_ ("Encrypted with %s\n"), cipher);
  smimectl_print_problems (context, warnings, 0);
}

SmimectlExit
smimectl_sign (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  int message;
  int output;

  if (need_from (context, error) == NULL)
    return SMIMECTL_USAGE;

  message = smimectl_files_add (fds, context->arguments[0], error);
  if (message < 0)
    return SMIMECTL_FAILED;

  add_string (&options, "format", context->format);
  reply = smimed_client_call_sync (context->client, NULL, "Messages", "Sign",
                                   g_variant_new ("(hs@a{sv})", message, context->from, g_variant_dict_end (&options)), fds, &out,
                                   NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(h@a{sv})", &output, &report);
  print_seal (context, report);
  return smimectl_files_write (context, out, output, NULL, error) ? SMIMECTL_OK : SMIMECTL_FAILED;
}

/* The copy for To and Cc goes to the output itself, each Bcc copy beside it. */
static gboolean
write_copies (const SmimectlContext *context, GVariant *outputs, GUnixFDList *out, GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (outputs); i++)
    {
      g_autofree const char **addresses = NULL;
      g_autofree char *suffix = NULL;
      int index;

      g_variant_get_child (outputs, i, "(^a&sh)", &addresses, &index);
      if (i > 0)
        suffix = g_strdup_printf (".%s", addresses[0]);
      if (!smimectl_files_write (context, out, index, suffix, error))
        return FALSE;
    }

  return TRUE;
}

static GVariant *
encrypt_options (const SmimectlContext *context)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  gboolean raw = g_strcmp0 (context->format, "raw") == 0;

  add_string (&options, "cipher", context->cipher);
  if (context->sign)
    g_variant_dict_insert (&options, "sign", "b", TRUE);
  if (context->bcc != NULL)
    g_variant_dict_insert (&options, "bcc", "^as", context->bcc);
  add_string (&options, raw || g_strcmp0 (context->format, "mime") == 0 ? "format" : "signature-format", context->format);
  return g_variant_dict_end (&options);
}

SmimectlExit
smimectl_encrypt (SmimectlContext *context, GError **error)
{
  static const char *const nobody[] = { NULL };
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) outputs = NULL;
  g_autoptr (GVariant) report = NULL;
  int message;

  if (need_from (context, error) == NULL)
    return SMIMECTL_USAGE;
  if (context->bcc != NULL && context->output == NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("With --bcc, give --output: each blind recipient gets a file of his own"));
      return SMIMECTL_USAGE;
    }

  message = smimectl_files_add (fds, context->arguments[0], error);
  if (message < 0)
    return SMIMECTL_FAILED;

  reply = smimed_client_call_sync (context->client, NULL, "Messages", "Encrypt",
                                   g_variant_new ("(hs^as@a{sv})", message, context->from,
                                                  context->to != NULL ? (const char *const *) context->to : nobody,
                                                  encrypt_options (context)),
                                   fds, &out, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(@a(ash)@a{sv})", &outputs, &report);
  print_seal (context, report);
  return write_copies (context, outputs, out, error) ? SMIMECTL_OK : SMIMECTL_FAILED;
}

SmimectlExit
smimectl_open (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  int message = smimectl_files_add (fds, context->arguments[0], error);
  int content;

  if (message < 0)
    return SMIMECTL_FAILED;

  add_string (&options, "sender", context->sender);
  reply = smimed_client_call_sync (context->client, NULL, "Messages", "Open",
                                   g_variant_new ("(h@a{sv})", message, g_variant_dict_end (&options)), fds, &out, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(h@a{sv})", &content, &report);
  if ((!context->json || context->output != NULL) && !smimectl_files_write (context, out, content, NULL, error))
    return SMIMECTL_FAILED;
  return smimectl_print_report (context, report);
}

SmimectlExit
smimectl_verify (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  const char *signature_file = smimectl_context_argument (context, 1, _ ("The file with the signature"), error);
  int content = signature_file != NULL ? smimectl_files_add (fds, context->arguments[0], error) : -1;
  int signature = content >= 0 ? smimectl_files_add (fds, signature_file, error) : -1;

  if (signature < 0)
    return SMIMECTL_FAILED;

  add_string (&options, "sender", context->sender);
  reply = smimed_client_call_sync (context->client, NULL, "Messages", "Verify",
                                   g_variant_new ("(hh@a{sv})", content, signature, g_variant_dict_end (&options)), fds, NULL, NULL,
                                   error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(@a{sv})", &report);
  return smimectl_print_report (context, report);
}

SmimectlExit
smimectl_inspect (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  int message = smimectl_files_add (fds, context->arguments[0], error);

  if (message < 0)
    return SMIMECTL_FAILED;

  reply = smimed_client_call_sync (context->client, NULL, "Messages", "Inspect", g_variant_new ("(ha{sv})", message, NULL), fds,
                                   NULL, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(@a{sv})", &report);
  smimectl_print_json (report);
  return SMIMECTL_OK;
}
