/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-call.h"
#include "smimectl-entry.h"
#include "smimectl-input.h"
#include "smimectl-json.h"
#include "smimectl-output.h"
#include "smimectl-page.h"
#include "smimectl-report.h"

/* RFC 3339, or seconds since 1970 */
static gboolean
parse_time (const char *text, gint64 *seconds, GError **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = NULL;

  if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, seconds, NULL))
    return TRUE;

  time = g_date_time_new_from_iso8601 (text, zone);
  if (time == NULL)
    smimectl_usage (error, _ ("“%s” is no time; write it as 2026-11-27T08:00:00Z"), text);
  else
    *seconds = g_date_time_to_unix (time);
  return time != NULL;
}

static gboolean
fill_options (const SmimectlContext *context, GVariantDict *options, GError **error)
{
  gint64 seconds;

  if (context->sender != NULL)
    g_variant_dict_insert (options, "sender", "s", context->sender);
  if (context->content_type != NULL)
    g_variant_dict_insert (options, "content-type", "s", context->content_type);
  if (context->entity_only)
    g_variant_dict_insert (options, "entity-only", "b", TRUE);
  if (context->depth > 0)
    g_variant_dict_insert (options, "depth", "u", (guint) context->depth);
  if (context->as_is)
    g_variant_dict_insert (options, "as-is", "b", TRUE);
  if (context->received_at == NULL)
    return TRUE;

  if (!parse_time (context->received_at, &seconds, error))
    return FALSE;

  g_variant_dict_insert (options, "received-at", "x", seconds);
  return TRUE;
}

/* People read the verdict before the content; the exit code tells it to scripts. */
static SmimectlExit
give (SmimectlContext *context, GUnixFDList *out, int content, GVariant *report, GError **error)
{
  SmimectlExit verdict;

  if (context->json)
    {
      if (context->output != NULL && !smimectl_output_write (context, out, content, error))
        return SMIMECTL_FAILED;
      return smimectl_report_tell (context, report);
    }

  verdict = smimectl_report_tell (context, report);
  return smimectl_output_write (context, out, content, error) ? verdict : SMIMECTL_FAILED;
}

/* @method: one that takes a message alone. Returns: (transfer full): its reply */
static GVariant *
call_with_message (SmimectlContext *context, const char *method, GVariantDict *options, GUnixFDList **out, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  SmimectlCall call = { .interface = "Messages", .method = method, .options = options, .fds = fds };
  int message = smimectl_input_add (fds, context->arguments[0], error);

  if (message < 0)
    return NULL;

  call.arguments = g_variant_new ("(h)", message);
  return smimectl_call (context, &call, out, error);
}

SmimectlExit
smimectl_open (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  int content;

  if (!smimectl_context_at_most (context, 1, error) || !fill_options (context, &options, error)
      || (context->output != NULL && !smimectl_output_check (context, error)))
    return SMIMECTL_USAGE;

  reply = call_with_message (context, "Open", &options, &out, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(h@a{sv})", &content, &report);
  return give (context, out, content, report, error);
}

/* Returns: (transfer full): the reply of Verify */
static GVariant *
verify_detached (SmimectlContext *context, GVariantDict *options, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  SmimectlCall call = { .interface = "Messages", .method = "Verify", .options = options, .fds = fds };
  int content = smimectl_input_add (fds, context->arguments[0], error);
  int signature = content >= 0 ? smimectl_input_add (fds, context->arguments[1], error) : -1;

  if (signature < 0)
    return NULL;

  call.arguments = g_variant_new ("(hh)", content, signature);
  return smimectl_call (context, &call, NULL, error);
}

/* One file is a message, whose content stays with the service's reply; two are a content and its signature. */
SmimectlExit
smimectl_verify (SmimectlContext *context, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  gboolean detached = g_strv_length (context->arguments) > 1;

  if (!smimectl_context_at_most (context, 2, error) || !fill_options (context, &options, error))
    return SMIMECTL_USAGE;
  if (context->as_is && !detached)
    return smimectl_usage (error, _ ("--as-is is for a content and its signature, in two files"));

  reply = detached ? verify_detached (context, &options, error) : call_with_message (context, "Open", &options, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  report = g_variant_get_child_value (reply, detached ? 0 : 1);
  return smimectl_report_tell (context, report);
}

static void
tell_ids (SmimectlPage *page, GVariant *layer, const char *key, const char *what)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (layer, key, G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (list, i);
      g_autofree char *serial = smimectl_page_lookup (one, "serial", "");
      g_autofree char *key_id = smimectl_page_lookup (one, "key-id", "");
      g_autofree char *issuer = smimectl_page_lookup (one, "issuer", "");
      g_autofree char *id = *key_id != '\0' ? g_strdup_printf (_ ("key %s"), key_id) : g_strdup_printf (_ ("serial number %s of %s"), serial, issuer);

      smimectl_page_line (page, 2, SMIMECTL_PLAIN, "%s %s", what, id);
    }
}

static void
tell_layer (SmimectlPage *page, GVariant *layer)
{
  g_autofree char *type = smimectl_page_lookup (layer, "type", "");
  g_autofree char *format = smimectl_page_lookup (layer, "format", "");
  g_autofree char *cipher = smimectl_page_lookup (layer, "cipher", "");

  if (g_str_equal (type, "signed"))
    smimectl_page_line (page, 0, SMIMECTL_PLAIN, _ ("Signed (%s). Nothing is checked: smimectl open"), format);
  else if (g_str_equal (type, "encrypted"))
    smimectl_page_line (page, 0, SMIMECTL_PLAIN, _ ("Encrypted with %s"), cipher);
  else
    smimectl_page_line (page, 0, SMIMECTL_PLAIN, _ ("Outer layer: %s"), type);
  tell_ids (page, layer, "signers", _ ("Signer:"));
  tell_ids (page, layer, "recipients", _ ("Recipient:"));
}

static void
tell_layers (const SmimectlContext *context, GVariant *report)
{
  g_autoptr (SmimectlPage) page = smimectl_page_new (context, STDOUT_FILENO);
  g_autoptr (GVariant) layers = g_variant_lookup_value (report, "layers", G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; layers != NULL && i < g_variant_n_children (layers); i++)
    {
      g_autoptr (GVariant) layer = g_variant_get_child_value (layers, i);

      tell_layer (page, layer);
    }
}

SmimectlExit
smimectl_inspect (SmimectlContext *context, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (!smimectl_context_at_most (context, 1, error) || !fill_options (context, &options, error))
    return SMIMECTL_USAGE;

  reply = call_with_message (context, "Inspect", &options, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  report = g_variant_get_child_value (reply, 0);
  if (context->json)
    smimectl_json_print (report);
  else
    tell_layers (context, report);
  return SMIMECTL_OK;
}
