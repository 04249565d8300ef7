/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "smimectl-memory.h"
#include "smimectl-mutt-name.h"
#include "smimectl-mutt.h"
#include "smimectl-signer.h"

/* mutt stops and waits for a key where anything stands on standard error, so that a warning is read before the message goes. */
static void
tell_warnings (GVariant *report)
{
  g_autoptr (GVariant) warnings = g_variant_lookup_value (report, "warnings", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GString) text = g_string_new (NULL);

  smimectl_signer_append_problems (text, warnings, NULL);
  g_printerr ("%s", text->str);
}

static GBytes *
canonicalize (GBytes *text)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  GByteArray *lines = g_byte_array_sized_new ((guint) (size + size / 32));

  for (const char *at = data, *end = data + size, *next; at < end; at = next)
    {
      const char *stop = memchr (at, '\n', (gsize) (end - at));

      next = stop != NULL ? stop + 1 : end;
      g_byte_array_append (lines, (const guint8 *) at, (guint) ((stop != NULL ? stop : end) - at));
      if (stop != NULL && (stop == data || stop[-1] != '\r'))
        g_byte_array_append (lines, (const guint8 *) "\r", 1);
      if (stop != NULL)
        g_byte_array_append (lines, (const guint8 *) "\n", 1);
    }

  return g_byte_array_free_to_bytes (lines);
}

static int
add_bytes (GUnixFDList *fds, GBytes *bytes, GError **error)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  return smimectl_memory_add (fds, data, size, error);
}

static gboolean
write_output (GUnixFDList *out, int index, GError **error)
{
  g_autoptr (GBytes) bytes = smimectl_memory_get (out, index, error);

  return bytes != NULL && smimectl_memory_write (STDOUT_FILENO, bytes, error);
}

static gboolean
check_account (const char *address, GError **error)
{
  if (address != NULL && !g_str_equal (address, SMIMECTL_MUTT_NOBODY))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _ ("The message comes from an address that is no S/MIME account. “smimectl status” lists the accounts; change "
                          "From, or register it with “smimectl account add ADDRESS” and start mutt anew"));
  return FALSE;
}

static char *
read_own (const char *path, GError **error)
{
  gboolean own = FALSE;
  g_autofree char *address = smimectl_mutt_name_read (path, &own);

  return check_account (own ? address : NULL, error) ? g_steal_pointer (&address) : NULL;
}

/* mutt writes $smime_sign_digest_alg into the header, whatever was done. */
static gboolean
check_digest (GVariant *report, const char *wanted, GError **error)
{
  const char *digest = "";
  g_autoptr (GString) name = g_string_new (NULL);

  g_variant_lookup (report, "digest", "&s", &digest);
  for (const char *at = digest; *at != '\0'; at++)
    if (*at != '-')
      g_string_append_c (name, *at);
  if (g_ascii_strcasecmp (name->str, wanted) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _ ("Add to your muttrc: set smime_sign_digest_alg=\"%s\" (your certificate signs with %s, but mutt would announce %s)"),
               name->str, digest, wanted);
  return FALSE;
}

static GVariant *
call_sign (SmimectlContext *context, GBytes *entity, const char *from, GUnixFDList **out, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GBytes) canonical = canonicalize (entity);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  int index = add_bytes (fds, canonical, error);

  if (index < 0)
    return NULL;

  g_variant_dict_insert (&options, "format", "s", "detached");
  return smimed_client_call_sync (context->client, NULL, "Messages", "Sign",
                                  g_variant_new ("(hs@a{sv})", index, from, g_variant_dict_end (&options)), fds, out, NULL, error);
}

SmimectlExit
smimectl_mutt_sign (SmimectlContext *context, GError **error)
{
  const char *digest = smimectl_mutt_argument (context, 2, _ ("The digest"), error);
  g_autofree char *from = digest != NULL ? read_own (context->arguments[2], error) : NULL;
  g_autoptr (GBytes) entity = from != NULL ? smimectl_mutt_load (context, 0, _ ("The text to sign"), error) : NULL;
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = entity != NULL ? call_sign (context, entity, from, &out, error) : NULL;
  g_autoptr (GVariant) report = NULL;
  int index;

  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(h@a{sv})", &index, &report);
  if (!check_digest (report, digest, error) || !write_output (out, index, error))
    return SMIMECTL_FAILED;

  tell_warnings (report);
  return SMIMECTL_OK;
}

/* mutt announces enveloped-data always: GCM, which is authEnveloped-data, can't be had. */
static const char *
find_cipher (const char *algorithm, GError **error)
{
  static const char *const ciphers[][2]
      = { { "aes128", "aes-128-cbc" }, { "aes192", "aes-192-cbc" }, { "aes256", "aes-256-cbc" } };

  for (guint i = 0; i < G_N_ELEMENTS (ciphers); i++)
    if (g_str_equal (algorithm, ciphers[i][0]))
      return ciphers[i][1];

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _ ("Nothing is encrypted with “%s” any more; set $smime_encrypt_with to aes256, aes192 or aes128"), algorithm);
  return NULL;
}

/* All the addresses in @paths but the last, which is the sender's: @from */
static char **
read_recipients (char **paths, char **from, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = g_strv_length (paths);
  guint count = 0;

  for (guint i = 0; i < n; i++)
    {
      gboolean own = FALSE;
      g_autofree char *address = smimectl_mutt_name_read (paths[i], &own);

      if (address == NULL || own != (i == n - 1))
        break;
      if (own)
        *from = g_steal_pointer (&address);
      else
        g_strv_builder_add (builder, address);
      count++;
    }

  if (n > 0 && count == n)
    return g_strv_builder_end (builder);

  g_clear_pointer (from, g_free);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("mutt has not passed on all recipients and the sender, so that nothing is encrypted. Too many recipients at "
                          "once? (mutt cuts their list.) Otherwise check that $smime_self_encrypt is set and that From is one of the "
                          "accounts that “smimectl status” lists"));
  return NULL;
}

static GVariant *
call_encrypt (SmimectlContext *context, GBytes *entity, const char *cipher, const char *from, char **recipients, GUnixFDList **out,
              GError **error)
{
  const char *const self[] = { from, NULL };
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  int index = add_bytes (fds, entity, error);

  if (index < 0)
    return NULL;

  g_variant_dict_insert (&options, "format", "s", "raw");
  g_variant_dict_insert (&options, "cipher", "s", cipher);
  return smimed_client_call_sync (context->client, NULL, "Messages", "Encrypt",
                                  g_variant_new ("(hs^as@a{sv})", index, from,
                                                 recipients[0] != NULL ? (const char *const *) recipients : self,
                                                 g_variant_dict_end (&options)),
                                  fds, out, NULL, error);
}

static void
append_verdict (GString *text, GVariant *verdict)
{
  const char *address = "";
  gboolean usable = FALSE;
  g_autoptr (GVariant) problems = g_variant_lookup_value (verdict, "problems", G_VARIANT_TYPE ("aa{sv}"));
  g_autofree char *shown = NULL;

  g_variant_lookup (verdict, "address", "&s", &address);
  g_variant_lookup (verdict, "usable", "b", &usable);
  shown = smimectl_signer_one_line (address);
  if (usable)
    return;
  g_string_append_printf (text, _ ("%s: can't be encrypted to\n"), shown);
  smimectl_signer_append_problems (text, problems, NULL);
}

/* Why nothing was encrypted: the error names the addresses only. */
static void
tell_reasons (SmimectlContext *context, const char *from, char **recipients)
{
  g_autoptr (GVariant) reply
      = smimed_client_call_sync (context->client, NULL, "Recipients", "Evaluate",
                                 g_variant_new ("(s^asa{sv})", from, recipients, NULL), NULL, NULL, NULL, NULL);
  g_autoptr (GVariant) verdicts = reply != NULL ? g_variant_get_child_value (reply, 1) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; verdicts != NULL && i < g_variant_n_children (verdicts); i++)
    {
      g_autoptr (GVariant) verdict = g_variant_get_child_value (verdicts, i);

      append_verdict (text, verdict);
    }
  g_printerr ("%s", text->str);
}

SmimectlExit
smimectl_mutt_encrypt (SmimectlContext *context, GError **error)
{
  const char *algorithm = smimectl_mutt_argument (context, 1, _ ("The cipher"), error);
  const char *cipher = algorithm != NULL ? find_cipher (algorithm, error) : NULL;
  g_autofree char *from = NULL;
  g_auto (GStrv) recipients = cipher != NULL ? read_recipients (context->arguments + 3, &from, error) : NULL;
  g_autoptr (GBytes) entity = recipients != NULL ? smimectl_mutt_load (context, 0, _ ("The text to encrypt"), error) : NULL;
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) outputs = NULL;
  g_autoptr (GVariant) report = NULL;
  int index;

  if (entity != NULL && check_account (from, error))
    reply = call_encrypt (context, entity, cipher, from, recipients, &out, error);
  if (reply == NULL && entity != NULL && g_error_matches (*error, SMIMED_ERROR, SMIMED_ERROR_RECIPIENTS_NOT_READY))
    tell_reasons (context, from, recipients);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(@a(ash)@a{sv})", &outputs, &report);
  g_variant_get_child (outputs, 0, "(ash)", NULL, &index);
  if (!write_output (out, index, error))
    return SMIMECTL_FAILED;

  tell_warnings (report);
  return SMIMECTL_OK;
}
