/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "smimectl-memory.h"
#include "smimed-git.h"

#define CERTIFICATES "/org/smimed/Smime1/certificates/"
#define COLUMNS 64

/* Lower-case digits of a fingerprint that may be written `0xAB:CD…`; NULL if @key isn't one */
static char *
read_fingerprint (const char *key)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  const char *start = g_str_has_prefix (key, "0x") ? key + 2 : key;

  for (const char *at = start; *at != '\0'; at++)
    if (g_ascii_isxdigit (*at))
      g_string_append_c (digits, g_ascii_tolower (*at));
    else if (*at != ':' && *at != ' ')
      return NULL;

  return digits->len >= 8 ? g_string_free (g_steal_pointer (&digits), FALSE) : NULL;
}

/* The address of the account that signs with the certificate at @path's beginning */
static gboolean
matches (GVariant *object, const char *start, char **address)
{
  g_autoptr (GVariant) interfaces = g_variant_get_child_value (object, 1);
  g_autoptr (GVariant) account = g_variant_lookup_value (interfaces, "org.smimed.Smime1.Account", G_VARIANT_TYPE_VARDICT);
  const char *path = "";

  if (account == NULL || !g_variant_lookup (account, "SigningCertificate", "&o", &path) || !g_str_has_prefix (path, start))
    return FALSE;

  g_free (*address);
  *address = NULL;
  return g_variant_lookup (account, "Address", "s", address);
}

static char *
find_account (SmimedClient *client, const char *fingerprint, GError **error)
{
  g_autoptr (GVariant) objects = smimed_client_get_objects_sync (client, error);
  g_autofree char *start = g_strconcat (CERTIFICATES, fingerprint, NULL);
  g_autofree char *address = NULL;
  guint found = 0;

  for (gsize i = 0; objects != NULL && i < g_variant_n_children (objects); i++)
    {
      g_autoptr (GVariant) object = g_variant_get_child_value (objects, i);

      found += matches (object, start, &address) ? 1 : 0;
    }

  if (objects != NULL && found != 1)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NO_SUCH_ACCOUNT,
                   found == 0 ? _ ("No account signs with the certificate %s; “smimectl status” lists the accounts")
                              : _ ("Several accounts sign with certificates that begin with %s; give an address as user.signingkey"),
                   fingerprint);
      return NULL;
    }

  return g_steal_pointer (&address);
}

static char *
find_address (SmimedClient *client, const char *key, GError **error)
{
  const char *open = strrchr (key, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;
  g_autofree char *fingerprint = NULL;

  if (close != NULL)
    return g_strndup (open + 1, (gsize) (close - open) - 1);
  if (strchr (key, '@') != NULL)
    return g_strdup (key);

  fingerprint = read_fingerprint (key);
  if (fingerprint != NULL)
    return find_account (client, fingerprint, error);

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("“%s” is neither an address nor a certificate's SHA-256 fingerprint; set user.signingkey to one of them"), key);
  return NULL;
}

static GBytes *
armour (GBytes *der)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (der, &size);
  g_autofree char *base64 = g_base64_encode (data, size);
  GString *text = g_string_new ("-----BEGIN SIGNED MESSAGE-----\n");
  gsize length = strlen (base64);

  for (gsize at = 0; at < length; at += COLUMNS)
    g_string_append_printf (text, "%.*s\n", COLUMNS, base64 + at);
  g_string_append (text, "-----END SIGNED MESSAGE-----\n");
  return g_string_free_to_bytes (text);
}

static void
tell_created (SmimedClient *client, GVariant *report, int status_fd)
{
  const char *digest = "";
  const char *fingerprint = "";
  g_autofree char *path = NULL;
  g_autoptr (GVariant) algorithm = NULL;

  g_variant_lookup (report, "digest", "&s", &digest);
  g_variant_lookup (report, "certificate", "&s", &fingerprint);
  path = g_strconcat (CERTIFICATES, fingerprint, NULL);
  algorithm = smimed_client_get_sync (client, path, "Certificate", "KeyAlgorithm", NULL);
  smimed_git_status (status_fd, "BEGIN_SIGNING");
  smimed_git_status (status_fd, "SIG_CREATED D %d %d 00 %" G_GINT64_FORMAT " %s",
                     algorithm != NULL ? smimed_git_key_number (g_variant_get_string (algorithm, NULL)) : 0,
                     smimed_git_digest_number (digest), g_get_real_time () / G_USEC_PER_SEC, fingerprint);
}

gboolean
smimed_git_sign (SmimedClient *client, const char *key, int status_fd, GError **error)
{
  g_autofree char *address = find_address (client, key, error);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GUnixFDList) out = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) report = NULL;
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GBytes) text = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  int payload = address != NULL ? g_unix_fd_list_append (fds, STDIN_FILENO, error) : -1;
  int index;

  if (payload < 0)
    return FALSE;

  g_variant_dict_insert (&options, "format", "s", "detached");
  reply = smimed_client_call_sync (client, NULL, "Messages", "Sign",
                                   g_variant_new ("(hs@a{sv})", payload, address, g_variant_dict_end (&options)), fds, &out, NULL,
                                   error);
  if (reply == NULL)
    return FALSE;

  g_variant_get (reply, "(h@a{sv})", &index, &report);
  signature = smimectl_memory_get (out, index, error);
  text = signature != NULL ? armour (signature) : NULL;
  if (text == NULL || !smimectl_memory_write (STDOUT_FILENO, text, error))
    return FALSE;

  tell_created (client, report, status_fd);
  return TRUE;
}
