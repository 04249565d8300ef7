/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "smimectl-memory.h"
#include "smimectl-mutt-message.h"
#include "smimectl-mutt.h"
#include "smimectl-signer.h"

static GVariant *
call (SmimectlContext *context, const char *interface, const char *method, GBytes *message, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  gsize size;
  const void *data = g_bytes_get_data (message, &size);
  int index = smimectl_memory_add (fds, data, size, error);

  if (index < 0)
    return NULL;

  return smimed_client_call_sync (context->client, NULL, interface, method, g_variant_new ("(ha{sv})", index, NULL), fds, NULL, NULL,
                                  error);
}

/* Of an encrypted message mutt passes on what was inside, without the outer From: then the signer's certificate is stored for the address that
 * it names itself, which is all that it can be used for. */
static GBytes *
name_author (SmimectlContext *context, GBytes *message)
{
  g_autofree char *from = smimectl_mutt_message_get_field (message, "From");
  g_autoptr (GVariant) reply = from == NULL ? call (context, "Messages", "Open", message, NULL) : NULL;
  g_autoptr (GVariant) report = reply != NULL ? g_variant_get_child_value (reply, 1) : NULL;
  g_autoptr (SmimectlSigner) signer = report != NULL ? smimectl_signer_choose (report) : NULL;
  gboolean named = signer != NULL && signer->valid && signer->addresses != NULL;

  return smimectl_mutt_message_add_from (message, named ? signer->addresses[0] : NULL);
}

static gboolean
tell (SmimectlContext *context, const char *path, GError **error)
{
  g_autoptr (GVariant) properties = smimed_client_get_all_sync (context->client, path, "Certificate", error);
  g_autofree const char **addresses = NULL;
  g_autofree char *joined = NULL;
  g_autofree char *line = NULL;
  const char *subject = "";

  if (properties == NULL)
    return FALSE;

  g_variant_lookup (properties, "Subject", "&s", &subject);
  g_variant_lookup (properties, "Addresses", "^a&s", &addresses);
  joined = g_strdup_printf ("%s (%s)", addresses != NULL && addresses[0] != NULL ? addresses[0] : "", subject);
  line = smimectl_signer_one_line (joined);
  g_print (_ ("The certificate of %s is stored: you can encrypt to it.\n"), line);
  return TRUE;
}

SmimectlExit
smimectl_mutt_import (SmimectlContext *context, GError **error)
{
  g_autoptr (GBytes) message = smimectl_mutt_load (context, 0, _ ("The message"), error);
  g_autoptr (GBytes) named = message != NULL ? name_author (context, message) : NULL;
  g_autoptr (GVariant) reply = named != NULL ? call (context, "Certificates", "ImportFromMessage", named, error) : NULL;
  g_autoptr (GVariant) paths = NULL;

  if (reply == NULL)
    return SMIMECTL_FAILED;

  paths = g_variant_get_child_value (reply, 0);
  for (gsize i = 0; i < g_variant_n_children (paths); i++)
    {
      const char *path;

      g_variant_get_child (paths, i, "&o", &path);
      if (!tell (context, path, error))
        return SMIMECTL_FAILED;
    }

  return smimectl_mutt_index (context, error);
}
