/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ldap-library.h"

#include <gmodule.h>

#include "smimed-error.h"

#define LOAD(name) && g_module_symbol (module, "ldap_" #name, (gpointer) &self->name)

static gboolean
load (SmdLdapLibrary *self)
{
  GModule *module = g_module_open (SMD_LDAP_LIBRARY, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);

  /* liblber comes with it. */
  return module != NULL SMD_LDAP_FUNCTIONS (LOAD) && g_module_symbol (module, "ber_sockbuf_ctrl", (gpointer) &self->sockbuf_ctrl) &&
         g_module_symbol (module, "ber_free", (gpointer) &self->free_ber);
}

gboolean
smd_ldap_library_load (SmdLdapLibrary *self, GError **error)
{
  gboolean loaded;

  g_mutex_lock (&self->lock);
  self->loaded = self->loaded || load (self);
  loaded = self->loaded;
  g_mutex_unlock (&self->lock);
  if (!loaded)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED, SMD_LDAP_LIBRARY " is missing; install libldap to use LDAP");
  return loaded;
}

void
smd_ldap_library_clear (SmdLdapLibrary *self)
{
  g_mutex_clear (&self->lock);
}
