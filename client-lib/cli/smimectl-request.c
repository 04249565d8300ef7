/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-call.h"
#include "smimectl-certificate-page.h"
#include "smimectl-entry.h"
#include "smimectl-input.h"
#include "smimectl-json.h"
#include "smimectl-output.h"
#include "smimectl-page.h"

static void
tell_request (const SmimectlContext *context, const char *request)
{
  g_autoptr (SmimectlPage) page = NULL;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "request", "s", request);
  if (context->json)
    {
      smimectl_json_print (g_variant_dict_end (&dict));
      return;
    }

  page = smimectl_page_new (context, STDERR_FILENO);
  smimectl_page_line (page, 0, SMIMECTL_PLAIN, _ ("The request is called %s. Send it to a certification authority; with what that answers:"), request);
  smimectl_page_line (page, 2, SMIMECTL_PLAIN, "smimectl request complete %s %s", request, _ ("FILE"));
}

static SmimectlExit
create_request (SmimectlContext *context, GError **error)
{
  const char *address = smimectl_context_text (context, 1, _ ("The address that a certificate is wanted for"), error);
  g_autoptr (GUnixFDList) out = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  SmimectlCall call = { .interface = "Certificates", .method = "CreateRequest", .options = &options };
  g_autoptr (GVariant) reply = NULL;
  const char *request;
  int csr;

  if (address == NULL || !smimectl_context_at_most (context, 2, error) || !smimectl_output_check (context, error))
    return SMIMECTL_USAGE;

  if (context->key_type != NULL)
    g_variant_dict_insert (&options, "key-type", "s", context->key_type);
  call.arguments = g_variant_new ("(s)", address);
  reply = smimectl_call (context, &call, &out, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(h&s)", &csr, &request);
  if (!smimectl_output_write (context, out, csr, error))
    return SMIMECTL_FAILED;

  tell_request (context, request);
  return SMIMECTL_OK;
}

static SmimectlExit
complete_request (SmimectlContext *context, GError **error)
{
  const char *request = smimectl_context_text (context, 1, _ ("What “request create” called the request"), error);
  const char *path = request != NULL ? smimectl_context_argument (context, 2, _ ("The file from the certification authority"), error) : NULL;
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  SmimectlCall call = { .interface = "Certificates", .method = "CompleteRequest", .fds = fds };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) paths = NULL;
  int file;

  if (path == NULL || !smimectl_context_at_most (context, 3, error))
    return SMIMECTL_USAGE;

  file = smimectl_input_add (fds, path, error);
  if (file < 0)
    return SMIMECTL_FAILED;

  call.arguments = g_variant_new ("(sh)", request, file);
  reply = smimectl_call (context, &call, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  paths = g_variant_get_child_value (reply, 0);
  return smimectl_certificates_show (context, paths, error) ? SMIMECTL_OK : SMIMECTL_FAILED;
}

static void
tell_waiting (SmimectlPage *page, GVariant *one)
{
  g_autofree char *request = smimectl_page_lookup (one, "request", "");
  g_autofree char *address = smimectl_page_lookup (one, "address", "");
  g_autofree char *when = NULL;
  gint64 seconds = 0;

  g_variant_lookup (one, "created-at", "x", &seconds);
  when = seconds != 0 ? smimectl_page_time (seconds) : g_strdup ("-");
  smimectl_page_line (page, 0, SMIMECTL_PLAIN, "%s  %s  %s", request, when, address);
}

static SmimectlExit
list_requests (SmimectlContext *context, GError **error)
{
  SmimectlCall call = { .interface = "Certificates", .method = "ListRequests" };
  g_autoptr (GVariant) reply = smimectl_call (context, &call, NULL, error);
  g_autoptr (GVariant) requests = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  g_autoptr (SmimectlPage) page = NULL;

  if (requests == NULL)
    return SMIMECTL_FAILED;

  if (context->json)
    {
      smimectl_json_print (requests);
      return SMIMECTL_OK;
    }

  page = smimectl_page_new (context, STDOUT_FILENO);
  for (gsize i = 0; i < g_variant_n_children (requests); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (requests, i);

      tell_waiting (page, one);
    }
  return SMIMECTL_OK;
}

static SmimectlExit
discard_request (SmimectlContext *context, GError **error)
{
  const char *request = smimectl_context_text (context, 1, _ ("What “request create” called the request"), error);
  SmimectlCall call = { .interface = "Certificates", .method = "DiscardRequest" };
  g_autoptr (GVariant) reply = NULL;

  if (request == NULL || !smimectl_context_at_most (context, 2, error))
    return SMIMECTL_USAGE;

  call.arguments = g_variant_new ("(s)", request);
  reply = smimectl_call (context, &call, NULL, error);
  return smimectl_json_tell_done (context, reply != NULL);
}

SmimectlExit
smimectl_request (SmimectlContext *context, GError **error)
{
  const char *verb = context->arguments[0] != NULL ? context->arguments[0] : "list";

  if (g_str_equal (verb, "list"))
    return smimectl_context_at_most (context, 1, error) ? list_requests (context, error) : SMIMECTL_USAGE;
  if (g_str_equal (verb, "discard"))
    return discard_request (context, error);
  if (g_str_equal (verb, "create"))
    return create_request (context, error);
  if (g_str_equal (verb, "complete"))
    return complete_request (context, error);
  return smimectl_usage (error, _ ("“%s” is none of: %s"), verb, "list, create, complete, discard");
}
