/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-gmime.h"

#include <gmodule.h>

#define LIBRARY "libgmime-3.0.so.0"
#define LOAD(name) && g_module_symbol (module, "g_mime_" #name, (gpointer) &self->name)
#define LOAD_ADDRESS(name) && g_module_symbol (module, "internet_address_" #name, (gpointer) &self->address.name)

static SmdGMime *
load (void)
{
  SmdGMime *self = g_new0 (SmdGMime, 1);
  GModule *module = g_module_open (LIBRARY, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);

  if (!(module != NULL SMD_GMIME_FUNCTIONS (LOAD) SMD_GMIME_ADDRESS_FUNCTIONS (LOAD_ADDRESS)))
    g_error ("%s is missing or isn't GMime 3: install it, no message can be read without", LIBRARY);

  self->init ();
  return self;
}

const SmdGMime *
smd_gmime (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, (gsize) load ());
  return (const SmdGMime *) once;
}
