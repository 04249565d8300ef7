/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-memory.h"
#include "smimectl-signer.h"
#include "smimed-git.h"

static int
add_file (GUnixFDList *fds, const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  int index = -1;

  if (fd >= 0)
    {
      index = g_unix_fd_list_append (fds, fd, error);
      close (fd);
    }
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path, g_strerror (errno));
  return index;
}

static GVariant *
call_verify (SmimedClient *client, GBytes *payload, const char *path, const char *identity, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) reply = NULL;
  gsize size;
  const void *data = g_bytes_get_data (payload, &size);
  int content = smimectl_memory_add (fds, data, size, error);
  int signature = content >= 0 ? add_file (fds, path, error) : -1;

  if (signature < 0)
    return NULL;

  g_variant_dict_insert (&options, "as-is", "b", TRUE);
  if (identity != NULL)
    g_variant_dict_insert (&options, "sender", "s", identity);
  reply = smimed_client_call_sync (client, NULL, "Messages", "Verify",
                                   g_variant_new ("(hh@a{sv})", content, signature, g_variant_dict_end (&options)), fds, NULL,
                                   NULL, error);
  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

/* One of these lines alone, as git wants it. */
static void
tell_git (const SmimectlSigner *signer, const char *name, int status_fd)
{
  const char *key = *signer->fingerprint != '\0' ? signer->fingerprint : "0000000000000000";
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (signer->signing_time);
  g_autofree char *date = time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("-");
  int algorithm = smimed_git_key_number (signer->algorithm);
  int digest = smimed_git_digest_number (signer->digest);

  smimed_git_status (status_fd, "NEWSIG");
  if (g_str_equal (signer->signature, "bad"))
    smimed_git_status (status_fd, "BADSIG %s %s", key, name);
  else if (!signer->good)
    smimed_git_status (status_fd, "ERRSIG %s %d %d 00 %" G_GINT64_FORMAT " 4", key, algorithm, digest, signer->signing_time);
  else if (smimectl_signer_has (signer, "revoked"))
    smimed_git_status (status_fd, "REVKEYSIG %s %s", key, name);
  else if (smimectl_signer_has (signer, "expired"))
    smimed_git_status (status_fd, "EXPKEYSIG %s %s", key, name);
  else
    smimed_git_status (status_fd, "GOODSIG %s %s", key, name);

  if (signer->good)
    smimed_git_status (status_fd, "VALIDSIG %s %s %" G_GINT64_FORMAT " 0 0 - %d %d 00", key, date, signer->signing_time, algorithm,
                       digest);
  smimed_git_status (status_fd, signer->authenticated ? "TRUST_FULLY 0 shell" : "TRUST_NEVER 0 shell");
}

static void
tell_people (const SmimectlSigner *signer, const char *name, const char *identity)
{
  g_autofree char *shown = smimectl_signer_one_line (identity != NULL ? identity : _ ("nobody"));
  g_autoptr (GString) text = g_string_new (NULL);

  if (signer->authenticated)
    g_string_append_printf (text, _ ("smimed: Good signature by %s\n"), name);
  else if (g_str_equal (signer->signature, "bad"))
    g_string_append_printf (text, _ ("smimed: BAD signature, made in the name of %s\n"), name);
  else if (!signer->good)
    g_string_append_printf (text, _ ("smimed: The signature in the name of %s can't be checked\n"), name);
  else
    {
      g_string_append_printf (text, _ ("smimed: The signature is by %s,\nbut it does not prove that it is the work of %s:\n"), name, shown);
      if (identity == NULL)
        g_string_append (text, _ ("- What is signed names nobody as its committer or tagger, or not clearly.\n"));
    }
  smimectl_signer_append_problems (text, signer->problems, identity == NULL ? "address-mismatch" : NULL);
  g_printerr ("%s", text->str);
}

gboolean
smimed_git_verify (SmimedClient *client, const char *path, int status_fd, gboolean *proven, GError **error)
{
  g_autoptr (GBytes) payload = smimectl_memory_read (STDIN_FILENO, _ ("standard input"), error);
  g_autofree char *identity = payload != NULL ? smimed_git_identity (payload) : NULL;
  g_autoptr (GVariant) report = payload != NULL ? call_verify (client, payload, path, identity, error) : NULL;
  g_autoptr (SmimectlSigner) signer = report != NULL ? smimectl_signer_choose (report) : NULL;
  g_autofree char *name = signer != NULL ? smimectl_signer_name (signer, identity) : NULL;

  *proven = signer != NULL && signer->authenticated;
  if (report == NULL)
    return FALSE;
  if (signer == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, _ ("The signature holds no signer"));
      return FALSE;
    }

  tell_git (signer, name, status_fd);
  tell_people (signer, name, identity);
  return TRUE;
}
