/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-libsecret.h"

#include <gmodule.h>

#include "smimed-error.h"

#define LIBRARY "libsecret-1.so.0"
#define LOAD(name) && g_module_symbol (module, "secret_" #name, (gpointer) &self->name)

static SmdLibsecret *
load (void)
{
  SmdLibsecret *self = g_new0 (SmdLibsecret, 1);
  GModule *module = g_module_open (LIBRARY, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);

  self->loaded = module != NULL SMD_LIBSECRET_FUNCTIONS (LOAD);
  return self;
}

const SmdLibsecret *
smd_libsecret (void)
{
  static gsize once = 0;
  const SmdLibsecret *self;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, (gsize) load ());
  self = (const SmdLibsecret *) once;
  return self->loaded ? self : NULL;
}

gboolean
smd_libsecret_load (GError **error)
{
  if (smd_libsecret () != NULL)
    return TRUE;

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED, LIBRARY " is missing; install libsecret to keep private keys");
  return FALSE;
}
