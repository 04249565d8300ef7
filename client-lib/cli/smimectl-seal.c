/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-call.h"
#include "smimectl-entry.h"
#include "smimectl-input.h"
#include "smimectl-json.h"
#include "smimectl-output.h"
#include "smimectl-page.h"

static void
add_string (GVariantDict *options, const char *key, const char *value)
{
  if (value != NULL)
    g_variant_dict_insert (options, key, "s", value);
}

/* Whose certificate it is: a recipient's, or else one's own. Returns: (transfer none) */
static const char *
find_owner (const SmimectlContext *context, GVariant *recipients, const char *certificate)
{
  GVariantIter iter;
  GVariant *one;
  const char *owner = context->from;

  g_variant_iter_init (&iter, recipients);
  while (g_variant_iter_loop (&iter, "@a{sv}", &one))
    {
      const char *address = NULL;
      const char *theirs = NULL;

      if (g_variant_lookup (one, "address", "&s", &address) && g_variant_lookup (one, "certificate", "&s", &theirs)
          && g_str_equal (theirs, certificate))
        owner = address;
    }
  return owner;
}

static GVariant *
name_owner (const SmimectlContext *context, GVariant *recipients, GVariant *warning)
{
  g_auto (GVariantDict) named = G_VARIANT_DICT_INIT (warning);
  const char *certificate = NULL;
  guint depth = 0;

  g_variant_lookup (warning, "depth", "u", &depth);
  if (depth == 0 && g_variant_lookup (warning, "certificate", "&s", &certificate))
    g_variant_dict_insert (&named, "address", "s", find_owner (context, recipients, certificate));
  return g_variant_dict_end (&named);
}

/* Returns: (transfer full) (nullable): the report's warnings; where there are several people in it, each with the address that it is about */
static GVariant *
list_warnings (const SmimectlContext *context, GVariant *report)
{
  g_autoptr (GVariant) warnings = g_variant_lookup_value (report, "warnings", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GVariant) recipients = g_variant_lookup_value (report, "recipients", G_VARIANT_TYPE ("aa{sv}"));
  GVariantBuilder builder;

  if (warnings == NULL || recipients == NULL)
    return g_steal_pointer (&warnings);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < g_variant_n_children (warnings); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (warnings, i);

      g_variant_builder_add_value (&builder, name_owner (context, recipients, one));
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
tell (const SmimectlContext *context, GVariant *report)
{
  g_autoptr (SmimectlPage) page = NULL;
  g_autoptr (GVariant) warnings = NULL;
  const char *cipher;

  if (context->json)
    {
      smimectl_json_print (report);
      return;
    }

  page = smimectl_page_new (context, STDERR_FILENO);
  if (g_variant_lookup (report, "cipher", "&s", &cipher))
    smimectl_page_line (page, 0, SMIMECTL_PLAIN, _ ("Encrypted with %s"), cipher);
  warnings = list_warnings (context, report);
  smimectl_page_problems (page, warnings, 0);
}

SmimectlExit
smimectl_sign (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  SmimectlCall call = { .interface = "Messages", .method = "Sign", .options = &options, .fds = fds };
  int message;
  int output;

  if (smimectl_context_need_from (context, error) == NULL || !smimectl_output_check (context, error)
      || !smimectl_context_at_most (context, 1, error))
    return SMIMECTL_USAGE;

  message = smimectl_input_add (fds, context->arguments[0], error);
  if (message < 0)
    return SMIMECTL_FAILED;

  add_string (&options, "format", context->format);
  call.arguments = g_variant_new ("(hs)", message, context->from);
  reply = smimectl_call (context, &call, &out, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(h@a{sv})", &output, &report);
  if (!smimectl_output_write (context, out, output, error))
    return SMIMECTL_FAILED;

  tell (context, report);
  return SMIMECTL_OK;
}

/* The copy for To and Cc goes to the output itself, each Bcc copy beside it; without To the first, too, so that none seems to be for all. */
static gboolean
write_copies (const SmimectlContext *context, GVariant *outputs, GUnixFDList *out, GError **error)
{
  g_autoptr (SmimectlOutput) output = smimectl_output_new (context);

  for (gsize i = 0; i < g_variant_n_children (outputs); i++)
    {
      g_autofree const char **addresses = NULL;
      g_autofree char *suffix = NULL;
      int index;

      g_variant_get_child (outputs, i, "(^a&sh)", &addresses, &index);
      if (i > 0 || context->to == NULL)
        suffix = g_strdelimit (g_strdup_printf (".%s", addresses[0]), "/", '_');
      if (!smimectl_output_add (output, out, index, suffix, error))
        return FALSE;
    }

  return smimectl_output_commit (output, error);
}

static void
fill_options (const SmimectlContext *context, GVariantDict *options)
{
  add_string (options, "cipher", context->cipher);
  add_string (options, "format", context->format);
  add_string (options, "signature-format", context->signature_format);
  if (context->sign)
    g_variant_dict_insert (options, "sign", "b", TRUE);
  if (context->bcc != NULL)
    g_variant_dict_insert (options, "bcc", "^as", context->bcc);
}

static gboolean
check_encrypt (const SmimectlContext *context, GError **error)
{
  if (smimectl_context_need_from (context, error) == NULL || !smimectl_output_check (context, error)
      || !smimectl_context_at_most (context, 1, error))
    return FALSE;

  if (context->to == NULL && context->bcc == NULL)
    smimectl_usage (error, _ ("Give the recipients, each with --to"));
  else if (context->bcc != NULL && context->output == NULL)
    smimectl_usage (error, _ ("With --bcc, give --output: each blind recipient gets a file of his own"));
  else
    return TRUE;
  return FALSE;
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
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  SmimectlCall call = { .interface = "Messages", .method = "Encrypt", .options = &options, .fds = fds };
  int message;

  if (!check_encrypt (context, error))
    return SMIMECTL_USAGE;

  message = smimectl_input_add (fds, context->arguments[0], error);
  if (message < 0)
    return SMIMECTL_FAILED;

  fill_options (context, &options);
  call.arguments = g_variant_new ("(hs^as)", message, context->from, context->to != NULL ? (const char *const *) context->to : nobody);
  reply = smimectl_call (context, &call, &out, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(@a(ash)@a{sv})", &outputs, &report);
  if (!write_copies (context, outputs, out, error))
    return SMIMECTL_FAILED;

  tell (context, report);
  return SMIMECTL_OK;
}
