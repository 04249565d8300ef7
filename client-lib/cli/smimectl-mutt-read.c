/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "smimectl-memory.h"
#include "smimectl-mutt-message.h"
#include "smimectl-mutt.h"
#include "smimectl-signer.h"

/* What mutt looks for, in English, as the first line of standard error; nothing else makes it say that a signature is good. */
#define SUCCESS "Verification successful\n"
#define FAILURE "Verification failure\n"

/* A bare CMS object: its outermost layer alone, so that mutt shows what is inside in its own way, and has it verified in turn.
 * A whole message, @sender NULL: all layers. */
static GVariant *
call_open (SmimectlContext *context, GBytes *message, gboolean bare, GBytes **content, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  gsize size;
  const void *data = g_bytes_get_data (message, &size);
  int index = smimectl_memory_add (fds, data, size, error);

  if (index < 0)
    return NULL;

  if (bare)
    {
      g_variant_dict_insert (&options, "content-type", "s", "application/pkcs7-mime");
      g_variant_dict_insert (&options, "entity-only", "b", TRUE);
      g_variant_dict_insert (&options, "depth", "u", 1);
    }
  reply = smimed_client_call_sync (context->client, NULL, "Messages", "Open",
                                   g_variant_new ("(h@a{sv})", index, g_variant_dict_end (&options)), fds, &out, NULL, error);
  if (reply == NULL)
    return NULL;

  g_variant_get (reply, "(h@a{sv})", &index, NULL);
  *content = smimectl_memory_get (out, index, error);
  return *content != NULL ? g_variant_get_child_value (reply, 1) : NULL;
}

static void
append_cipher (GString *text, GVariant *report, GBytes *content)
{
  g_autoptr (GVariant) layers = g_variant_lookup_value (report, "layers", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GVariant) layer = layers != NULL && g_variant_n_children (layers) > 0 ? g_variant_get_child_value (layers, 0) : NULL;
  g_autoptr (GVariant) warnings = g_variant_lookup_value (report, "warnings", G_VARIANT_TYPE ("aa{sv}"));
  const char *cipher;

  if (layer == NULL || !g_variant_lookup (layer, "cipher", "&s", &cipher))
    return;

  g_string_append_printf (text, _ ("The message was encrypted (%s).\n"), cipher);
  /* What is signed inside needs no protection against changes by its cipher. */
  if (smimectl_mutt_message_is_protected (content))
    return;

  g_string_append (text, _ ("It is not signed: nobody knows who wrote it.\n"));
  smimectl_signer_append_problems (text, warnings, NULL);
}

/* mutt itself asks whether the signer is the sender (see smimectl_mutt_signer()): here, nobody is named to compare with, if not by a From field
 * inside of what is signed. */
static void
append_signer (GString *text, const SmimectlSigner *signer, GVariant *report)
{
  g_autoptr (GVariant) compared = g_variant_lookup_value (report, "sender", G_VARIANT_TYPE_STRING);
  g_autofree char *name = smimectl_signer_name (signer, NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (signer->signing_time);
  g_autofree char *date = signer->signing_time > 0 && time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : NULL;

  g_string_append (text, signer->valid ? SUCCESS : FAILURE);
  g_string_append_printf (text, signer->valid ? _ ("Signed by %s\n") : _ ("Signed in the name of %s\n"), name);
  if (date != NULL)
    g_string_append_printf (text, _ ("on %s, as the signature says\n"), date);
  if (signer->valid)
    g_string_append (text, _ ("Is that the sender? mutt compares, and says so in the last line of the screen.\n"));
  else if (signer->good)
    g_string_append (text, _ ("What is signed is unchanged, but who has signed it is not proven:\n"));
  smimectl_signer_append_problems (text, signer->problems, compared ? NULL : "address-mismatch");
}

static void
tell (const GString *text)
{
  g_printerr ("%s", text->str);
}

static SmimectlExit
open_bare (SmimectlContext *context, GError **error)
{
  g_autoptr (GBytes) message = smimectl_mutt_load (context, 0, _ ("The file to open"), error);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GVariant) report = message != NULL ? call_open (context, message, TRUE, &content, error) : NULL;
  g_autoptr (SmimectlSigner) signer = report != NULL ? smimectl_signer_choose (report) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (report == NULL || !smimectl_memory_write (STDOUT_FILENO, content, error))
    return SMIMECTL_FAILED;

  if (signer != NULL)
    append_signer (text, signer, report);
  append_cipher (text, report, content);
  tell (text);
  return signer == NULL || signer->valid ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}

SmimectlExit
smimectl_mutt_decrypt (SmimectlContext *context, GError **error)
{
  return open_bare (context, error);
}

SmimectlExit
smimectl_mutt_open (SmimectlContext *context, GError **error)
{
  return open_bare (context, error);
}

static int
add_argument (SmimectlContext *context, guint index, const char *what, GUnixFDList *fds, GError **error)
{
  g_autoptr (GBytes) bytes = smimectl_mutt_load (context, index, what, error);
  gsize size = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return bytes != NULL ? smimectl_memory_add (fds, data, size, error) : -1;
}

SmimectlExit
smimectl_mutt_verify (SmimectlContext *context, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int content = add_argument (context, 0, _ ("The file that was signed"), fds, error);
  int signature = content >= 0 ? add_argument (context, 1, _ ("The file with the signature"), fds, error) : -1;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_autoptr (SmimectlSigner) signer = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (signature >= 0)
    reply = smimed_client_call_sync (context->client, NULL, "Messages", "Verify",
                                     g_variant_new ("(hha{sv})", content, signature, NULL), fds, NULL, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  report = g_variant_get_child_value (reply, 0);
  signer = smimectl_signer_choose (report);
  if (signer == NULL)
    return SMIMECTL_NOT_PROVEN;

  append_signer (text, signer, report);
  tell (text);
  return signer->valid ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}

/* mutt takes each sender as proven whose address is the *beginning* of a line that comes out. So it's told the sender's own, as the service has
 * compared it, or something that no address begins with. */
SmimectlExit
smimectl_mutt_signer (SmimectlContext *context, GError **error)
{
  g_autoptr (GBytes) copy = smimectl_mutt_load (context, 0, _ ("The message"), error);
  const char *path = copy != NULL ? smimectl_mutt_argument (context, 1, _ ("The file to write to"), error) : NULL;
  g_autoptr (GBytes) message = path != NULL ? smimectl_mutt_message_mend (copy) : NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GVariant) report = message != NULL ? call_open (context, message, FALSE, &content, error) : NULL;
  g_autofree char *line = NULL;
  const char *sender = "";
  gboolean authenticated = FALSE;

  if (report == NULL)
    return SMIMECTL_FAILED;

  g_variant_lookup (report, "authenticated", "b", &authenticated);
  g_variant_lookup (report, "sender", "&s", &sender);
  authenticated = authenticated && !smimectl_mutt_message_has_several_authors (message);
  line = g_strconcat (authenticated ? sender : "-", "\n", NULL);
  if (!g_file_set_contents_full (path, line, -1, G_FILE_SET_CONTENTS_NONE, 0600, error))
    return SMIMECTL_FAILED;

  return authenticated ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}
