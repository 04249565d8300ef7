/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "smimectl-json.h"
#include "smimectl-mutt-index.h"
#include "smimectl-mutt-name.h"
#include "smimectl-mutt.h"
#include "smimectl-signer.h"

#define CERTIFICATES "/org/smimed/Smime1/certificates/"
#define LABEL_LENGTH 16

static void
add_certificate (SmimectlContext *context, SmimectlMuttIndex *index, const char *path, const char *label)
{
  g_autoptr (GVariant) properties = smimed_client_get_all_sync (context->client, path, "Certificate", NULL);
  g_autofree const char **addresses = NULL;

  /* One that is gone again isn't missed. */
  if (properties == NULL || !g_variant_lookup (properties, "Addresses", "^a&s", &addresses))
    return;

  for (guint i = 0; addresses[i] != NULL; i++)
    smimectl_mutt_index_add (index, addresses[i], label, FALSE);
}

static gboolean
refresh (SmimectlContext *context, GError **error)
{
  g_autofree char *folder = smimectl_mutt_folder (FALSE, error);
  g_autoptr (SmimectlMuttIndex) index = folder != NULL ? smimectl_mutt_index_load (folder) : NULL;
  g_auto (GVariantDict) query = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) paths = NULL;

  if (index == NULL)
    return FALSE;

  g_variant_dict_insert (&query, "usage", "s", "encrypt");
  reply = smimed_client_call_sync (context->client, NULL, "Certificates", "Find",
                                   g_variant_new ("(@a{sv}a{sv})", g_variant_dict_end (&query), NULL), NULL, NULL, NULL, error);
  if (reply == NULL)
    return FALSE;

  paths = g_variant_get_child_value (reply, 0);
  for (gsize i = 0; i < g_variant_n_children (paths); i++)
    {
      const char *path;
      g_autofree char *label = NULL;

      g_variant_get_child (paths, i, "&o", &path);
      label = g_strndup (g_str_has_prefix (path, CERTIFICATES) ? path + strlen (CERTIFICATES) : path, LABEL_LENGTH);
      if (!smimectl_mutt_index_keep (index, label))
        add_certificate (context, index, path, label);
    }

  return smimectl_mutt_index_save (index, folder, error);
}

SmimectlExit
smimectl_mutt_index (SmimectlContext *context, GError **error)
{
  g_autoptr (GError) ignored = NULL;

  /* It runs while a message is written: what is wrong is told when it is to be encrypted. */
  return refresh (context, &ignored) ? SMIMECTL_OK : SMIMECTL_FAILED;
}

/* @address as a regular expression of mutt's, which needs no quoting: what isn't plain matches anything */
static char *
pattern_of (const char *address)
{
  GString *pattern = g_string_new ("^");

  for (const char *at = address; *at != '\0'; at++)
    if (g_ascii_isalnum (*at) || *at == '@' || *at == '-' || *at == '_')
      g_string_append_c (pattern, *at);
    else if (((guchar) *at & 0xc0) != 0x80)
      g_string_append_c (pattern, '.');
  g_string_append_c (pattern, '$');
  return g_string_free (pattern, FALSE);
}

static void
print_address (const char *address, SmimectlMuttIndex *own)
{
  g_autofree char *pattern = pattern_of (address);
  g_autofree char *name = smimectl_mutt_name_new (address, TRUE);

  smimectl_mutt_index_add (own, address, NULL, TRUE);
  g_print ("send2-hook '~f \"%s\"' 'set smime_default_key=%s'\n", pattern, name);
}

static void
print_account (GVariant *object, SmimectlMuttIndex *own, char **first)
{
  g_autoptr (GVariant) interfaces = g_variant_get_child_value (object, 1);
  g_autoptr (GVariant) account = g_variant_lookup_value (interfaces, "org.smimed.Smime1.Account", G_VARIANT_TYPE_VARDICT);
  const char *address = NULL;
  g_autofree const char **aliases = NULL;

  if (account == NULL || !g_variant_lookup (account, "Address", "&s", &address))
    return;

  if (*first == NULL)
    *first = g_strdup (address);
  print_address (address, own);
  g_variant_lookup (account, "Aliases", "^a&s", &aliases);
  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++)
    print_address (aliases[i], own);
}

/* What mutt sources at its start. The key of a message is set by its From, anew each time that it changes. */
SmimectlExit
smimectl_mutt_accounts (SmimectlContext *context, GError **error)
{
  g_autofree char *certificates = smimectl_mutt_folder (FALSE, error);
  g_autofree char *keys = certificates != NULL ? smimectl_mutt_folder (TRUE, error) : NULL;
  g_autoptr (GVariant) objects = keys != NULL ? smimed_client_get_objects_sync (context->client, error) : NULL;
  g_autoptr (SmimectlMuttIndex) own = NULL;
  g_autofree char *first = NULL;
  g_autofree char *name = NULL;
  g_autofree char *nobody = smimectl_mutt_name_new (SMIMECTL_MUTT_NOBODY, TRUE);

  if (objects == NULL || !refresh (context, error))
    return SMIMECTL_FAILED;

  own = smimectl_mutt_index_new ();
  g_print ("set smime_certificates=\"%s\"\nset smime_keys=\"%s\"\nunset smime_sign_as\n", certificates, keys);
  g_print ("send2-hook . 'set smime_default_key=%s'\n", nobody);
  for (gsize i = 0; i < g_variant_n_children (objects); i++)
    {
      g_autoptr (GVariant) object = g_variant_get_child_value (objects, i);

      print_account (object, own, &first);
    }

  name = smimectl_mutt_name_new (first != NULL ? first : SMIMECTL_MUTT_NOBODY, TRUE);
  g_print ("set smime_default_key=%s\n", name);
  return smimectl_mutt_index_save (own, keys, error) ? SMIMECTL_OK : SMIMECTL_FAILED;
}

static void
tell_verdict (const SmimectlContext *context, GVariant *verdict, SmimectlMuttIndex *index)
{
  const char *address = "";
  gboolean usable = FALSE;
  g_autoptr (GVariant) problems = g_variant_lookup_value (verdict, "problems", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *shown = NULL;

  g_variant_lookup (verdict, "address", "&s", &address);
  g_variant_lookup (verdict, "usable", "b", &usable);
  shown = smimectl_signer_one_line (address);
  g_string_append_printf (text, usable ? _ ("%s: can be encrypted to\n") : _ ("%s: can't be encrypted to\n"), shown);
  smimectl_signer_append_problems (text, problems, NULL);
  if (!context->json)
    g_print ("%s", text->str);
  if (usable)
    smimectl_mutt_index_add (index, address, NULL, FALSE);
}

static char *
first_account (SmimectlContext *context, GError **error)
{
  g_autoptr (GVariant) objects = smimed_client_get_objects_sync (context->client, error);
  char *address = objects != NULL ? g_strdup (context->from) : NULL;

  for (gsize i = 0; objects != NULL && address == NULL && i < g_variant_n_children (objects); i++)
    {
      g_autoptr (GVariant) object = g_variant_get_child_value (objects, i);
      g_autoptr (GVariant) interfaces = g_variant_get_child_value (object, 1);
      g_autoptr (GVariant) account = g_variant_lookup_value (interfaces, "org.smimed.Smime1.Account", G_VARIANT_TYPE_VARDICT);

      if (account != NULL)
        g_variant_lookup (account, "Address", "s", &address);
    }

  if (objects != NULL && address == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _ ("There is no account yet; register your address with “smimectl account add ADDRESS”"));
  return address;
}

SmimectlExit
smimectl_mutt_find (SmimectlContext *context, GError **error)
{
  const char *first = smimectl_mutt_argument (context, 0, _ ("The address to look for"), error);
  g_autofree char *from = first != NULL ? first_account (context, error) : NULL;
  g_autofree char *folder = from != NULL ? smimectl_mutt_folder (FALSE, error) : NULL;
  g_autoptr (SmimectlMuttIndex) index = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) verdicts = NULL;
  gboolean ready = FALSE;

  if (folder == NULL)
    return first != NULL ? SMIMECTL_FAILED : SMIMECTL_USAGE;

  reply = smimed_client_call_sync (context->client, NULL, "Recipients", "Evaluate",
                                   g_variant_new ("(s^asa{sv})", from, context->arguments + 1, NULL), NULL, NULL, NULL, error);
  if (reply == NULL || !refresh (context, error))
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(b@aa{sv})", &ready, &verdicts);
  index = smimectl_mutt_index_load (folder);
  smimectl_mutt_index_keep_all (index);
  for (gsize i = 0; i < g_variant_n_children (verdicts); i++)
    {
      g_autoptr (GVariant) verdict = g_variant_get_child_value (verdicts, i);

      tell_verdict (context, verdict, index);
    }

  if (context->json)
    smimectl_json_print (verdicts);
  if (!smimectl_mutt_index_save (index, folder, error))
    return SMIMECTL_FAILED;
  return ready ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}
