/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ldap-library.h"

#include "smd-library.h"
#include "smimed-error.h"

#define SYMBOL(name) { "ldap_" #name, G_STRUCT_OFFSET (SmdLdapLibrary, name) },

/* liblber comes with it. */
static const SmdSymbol symbols[] = { SMD_LDAP_FUNCTIONS (SYMBOL) { "ber_sockbuf_ctrl", G_STRUCT_OFFSET (SmdLdapLibrary, sockbuf_ctrl) },
                                     { "ber_free", G_STRUCT_OFFSET (SmdLdapLibrary, free_ber) }, { NULL } };

const SmdLdapLibrary *
smd_ldap_library (GError **error)
{
  static const SmdLibrary library = { SMD_LDAP_LIBRARY, symbols, sizeof (SmdLdapLibrary) };
  static gsize functions = 0;
  const SmdLdapLibrary *self = smd_library_get (&library, &functions);

  if (self == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED, SMD_LDAP_LIBRARY " is missing; install libldap to use LDAP");
  return self;
}
