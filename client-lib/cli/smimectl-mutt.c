/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-mutt.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *name; /* (unowned) static */
  SmimectlExit (*run) (SmimectlContext *context, GError **error);
} Action;

static const Action actions[] = {
  { "accounts", smimectl_mutt_accounts }, /* to be sourced: the accounts as mutt's settings and hooks; makes the index */
  { "index", smimectl_mutt_index },       /* to be sourced: brings the index up to date, says nothing */
  { "find", smimectl_mutt_find },         /* ADDRESS...: looks everywhere, tells, and adds to the index */
  { "sign", smimectl_mutt_sign },         /* ENTITY KEY DIGEST */
  { "encrypt", smimectl_mutt_encrypt },   /* ENTITY CIPHER CERTIFICATE..., the sender's own last */
  { "decrypt", smimectl_mutt_decrypt },   /* CMS */
  { "open", smimectl_mutt_open },         /* CMS: signed, opaque; or what else calls itself smime.p7m */
  { "verify", smimectl_mutt_verify },     /* ENTITY SIGNATURE */
  { "signer", smimectl_mutt_signer },     /* MESSAGE OUTPUT: the sender's address, if it is proven */
  { "import", smimectl_mutt_import },     /* MESSAGE */
};

SmimectlExit
smimectl_mutt (SmimectlContext *context, GError **error)
{
  const char *name = smimectl_context_argument (context, 0, _ ("What to do for mutt"), error);

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].name, name))
      return actions[i].run (context, error);

  if (name != NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("mutt needs no “%s”; source the configuration smimed.rc in your muttrc, which calls the right commands"), name);
  return SMIMECTL_USAGE;
}

const char *
smimectl_mutt_argument (const SmimectlContext *context, guint index, const char *what, GError **error)
{
  return smimectl_context_argument (context, index + 1, what, error);
}

GBytes *
smimectl_mutt_load (const SmimectlContext *context, guint index, const char *what, GError **error)
{
  const char *path = smimectl_mutt_argument (context, index, what, error);
  char *data;
  gsize size;

  return path != NULL && g_file_get_contents (path, &data, &size, error) ? g_bytes_new_take (data, size) : NULL;
}
