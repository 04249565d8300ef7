/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-options.h"

#include <glib/gi18n.h>
#include <string.h>

#define AT(field) G_STRUCT_OFFSET (SmimectlContext, field)
#define FLAG G_OPTION_ARG_NONE
#define TEXT G_OPTION_ARG_STRING
#define TEXTS G_OPTION_ARG_STRING_ARRAY

static const SmimectlOption table[] = {
  { "json", "json", 0, FLAG, AT (json), NULL, N_ ("Print what the service says as one line of JSON"), NULL },
  { "quiet", "quiet", 'q', FLAG, AT (quiet), NULL, N_ ("Say nothing but errors: the exit code tells"), NULL },
  { "deadline", "deadline", 0, G_OPTION_ARG_DOUBLE, AT (deadline), N_ ("SECONDS"), N_ ("Give up after so long"), "text" },
  { "offline", "offline", 0, FLAG, AT (offline), NULL, N_ ("Fetch nothing: use what is at hand"), NULL },
  { "no-prompt", "no-prompt", 0, FLAG, AT (no_prompt), NULL, N_ ("Ask nobody: fail where a password would be needed"), NULL },
  { "output", "output", 'o', G_OPTION_ARG_FILENAME, AT (output), N_ ("FILE"), N_ ("Write to FILE instead of standard output"), "file" },
  { "from", "from", 'f', TEXT, AT (from), N_ ("ADDRESS"), N_ ("The account's address"), "account" },
  { "to", "to", 't', TEXTS, AT (to), N_ ("ADDRESS"), N_ ("A recipient, of To or Cc (may be repeated)"), "recipient" },
  { "bcc", "bcc", 0, TEXTS, AT (bcc), N_ ("ADDRESS"), N_ ("A blind recipient (may be repeated)"), "recipient" },
  { "sign", "sign", 's', FLAG, AT (sign), NULL, N_ ("Sign before encrypting"), NULL },
  { "sign-format", "format", 0, TEXT, AT (format), N_ ("FORMAT"), N_ ("clear (multipart/signed, default), opaque, or detached (the signature alone, as DER)"),
    "clear|opaque|detached" },
  { "encrypt-format", "format", 0, TEXT, AT (format), N_ ("FORMAT"), N_ ("mime (a message, default) or raw (the DER alone)"), "mime|raw" },
  { "signature-format", "signature-format", 0, TEXT, AT (signature_format), N_ ("FORMAT"), N_ ("With --sign: clear (default) or opaque"),
    "clear|opaque" },
  { "cipher", "cipher", 0, TEXT, AT (cipher), N_ ("CIPHER"), N_ ("The content cipher, such as aes-256-gcm (default: auto)"),
    "auto|aes-128-cbc|aes-192-cbc|aes-256-cbc|aes-128-gcm|aes-192-gcm|aes-256-gcm" },
  { "role", "role", 'r', TEXT, AT (role), N_ ("ROLE"), N_ ("correspondent, intermediate or anchor"), "correspondent|intermediate|anchor" },
  { "any-role", "role", 'r', TEXT, AT (role), N_ ("ROLE"), N_ ("own, correspondent, intermediate or anchor"),
    "own|correspondent|intermediate|anchor" },
  { "usage", "usage", 'u', TEXT, AT (usage), N_ ("USAGE"), N_ ("sign or encrypt"), "sign|encrypt" },
  { "address", "address", 'a', TEXT, AT (address), N_ ("ADDRESS"), N_ ("Certificates that name this address"), "recipient" },
  { "own", "own", 0, FLAG, AT (own), NULL, N_ ("Only certificates with a private key"), NULL },
  { "check", "check", 'c', FLAG, AT (check), NULL, N_ ("Judge each; exit code 3 if one is not valid"), NULL },
  { "details", "details", 'l', FLAG, AT (details), NULL, N_ ("Tell everything about each"), NULL },
  { "pem", "pem", 0, FLAG, AT (pem), NULL, N_ ("Print the certificates themselves, as PEM"), NULL },
  { "sender", "sender", 0, TEXT, AT (sender), N_ ("ADDRESS"), N_ ("Compare signers with this address instead of the From field"), "recipient" },
  { "content-type", "content-type", 0, TEXT, AT (content_type), N_ ("TYPE"), N_ ("The input is a bare CMS object of this media type"),
    "application/pkcs7-mime|application/pkcs7-signature" },
  { "received-at", "received-at", 0, TEXT, AT (received_at), N_ ("TIME"), N_ ("Judge also as of then: RFC 3339 or seconds since 1970"), "text" },
  { "entity-only", "entity-only", 0, FLAG, AT (entity_only), NULL, N_ ("Write the inner entity alone, byte for byte what was signed"), NULL },
  { "depth", "depth", 0, G_OPTION_ARG_INT, AT (depth), N_ ("N"), N_ ("Peel at most so many layers; only these are judged"), "text" },
  { "as-is", "as-is", 0, FLAG, AT (as_is), NULL, N_ ("CONTENT is no MIME entity: take its bytes as they are"), NULL },
  { "password-fd", "password-fd", 0, G_OPTION_ARG_INT, AT (password_fd), N_ ("N"), N_ ("Read the password from file descriptor N"), "text" },
  { "prompter", "prompter", 0, FLAG, AT (prompter), NULL, N_ ("Let the desktop ask for the password, not this terminal"), NULL },
  { "notify", "notify", 0, FLAG, AT (notify), NULL, N_ ("Tell the result as a notification of the desktop, too"), NULL },
  { "key-type", "key-type", 'k', TEXT, AT (key_type), N_ ("TYPE"), N_ ("rsa-3072 (default), rsa-2048, rsa-4096, p-256 or p-384"),
    "rsa-3072|rsa-2048|rsa-4096|p-256|p-384" },
  { "alias", "alias", 0, TEXTS, AT (aliases), N_ ("ADDRESS"), N_ ("A further address that it sends from (may be repeated)"), "text" },
  { "signing", "signing", 0, TEXT, AT (signing), N_ ("FINGERPRINT"), N_ ("The certificate to sign with, or “auto”"), "own" },
  { "encryption", "encryption", 0, TEXT, AT (encryption), N_ ("FINGERPRINT"), N_ ("The certificate that others encrypt to, or “auto”"), "own" },
  { "sign-by-default", "sign-by-default", 0, TEXT, AT (sign_by_default), N_ ("yes|no"), N_ ("Whether mail programs sign unless told otherwise"),
    "yes|no" },
  { "encrypt-by-default", "encrypt-by-default", 0, TEXT, AT (encrypt_by_default), N_ ("yes|no"),
    N_ ("Whether mail programs encrypt unless told otherwise"), "yes|no" },
  { "force", "force", 0, FLAG, AT (force), NULL, N_ ("Fetch all, not only what is due"), NULL },
  { "delete-key", "delete-key", 0, FLAG, AT (delete_key), NULL, N_ ("Delete the private key too: mail encrypted to it becomes unreadable"), NULL },
};

static const SmimectlOption *
find (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].id, id))
      return &table[i];

  g_error ("the table of commands names the option “%s”, which there isn't", id);
}

const SmimectlOption **
smimectl_options_of (const SmimectlEntry *entry)
{
  g_auto (GStrv) ids = g_strsplit (entry->options, " ", -1);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; ids[i] != NULL; i++)
    g_ptr_array_add (found, (gpointer) find (ids[i]));

  g_ptr_array_add (found, NULL);
  return (const SmimectlOption **) g_ptr_array_free (g_steal_pointer (&found), FALSE);
}

static void
add_option (GArray *entries, const SmimectlOption *option, SmimectlContext *context)
{
  GOptionEntry entry = { option->name, option->letter, 0, option->arg, G_STRUCT_MEMBER_P (context, option->offset), option->summary,
                         option->value };

  g_array_append_val (entries, entry);
}

/* A word that the service's closed list doesn't have is a wrong command line, told before anything is read. */
static gboolean
check_words (const SmimectlContext *context, const SmimectlOption *option, GError **error)
{
  const char *value = option->arg == TEXT ? G_STRUCT_MEMBER (char *, context, option->offset) : NULL;
  g_auto (GStrv) words = NULL;

  if (value == NULL || option->kind == NULL || strchr (option->kind, '|') == NULL)
    return TRUE;

  words = g_strsplit (option->kind, "|", -1);
  if (g_str_equal (option->id, "cipher") || g_strv_contains ((const char *const *) words, value))
    return TRUE;

  smimectl_usage (error, _ ("--%s can't be “%s”, but one of: %s"), option->name, value, option->kind);
  return FALSE;
}

gboolean
smimectl_options_parse (SmimectlContext *context, const SmimectlEntry *entry, char **arguments, GError **error)
{
  g_autofree const SmimectlOption **options = smimectl_options_of (entry);
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  g_autoptr (GOptionContext) parser = g_option_context_new (*entry->arguments != '\0' ? _ (entry->arguments) : NULL);
  const GOptionEntry rest = { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &context->arguments, NULL, NULL };
  g_autofree char *name = g_strconcat ("smimectl ", entry->name, NULL);

  g_set_prgname (name);
  for (guint i = 0; options[i] != NULL; i++)
    add_option (entries, options[i], context);
  g_array_append_val (entries, rest);
  g_option_context_set_summary (parser, _ (entry->summary));
  if (entry->details != NULL)
    g_option_context_set_description (parser, _ (entry->details));
  g_option_context_add_main_entries (parser, (GOptionEntry *) entries->data, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (parser, &arguments, error))
    return FALSE;

  if (context->arguments == NULL)
    context->arguments = g_new0 (char *, 1);
  for (guint i = 0; options[i] != NULL; i++)
    if (!check_words (context, options[i], error))
      return FALSE;
  if (context->deadline < 0)
    smimectl_usage (error, _ ("--%s can't be negative"), "deadline");
  else if (context->depth < 0)
    smimectl_usage (error, _ ("--%s can't be negative"), "depth");
  return context->deadline >= 0 && context->depth >= 0;
}
