/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-library.h"

#include <gmodule.h>

#define LOCK_BIT 0

static gpointer
load (const SmdLibrary *self)
{
  GModule *module = g_module_open (self->file, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  g_autofree gpointer functions = g_malloc0 (self->size);
  gboolean complete = module != NULL;

  for (const SmdSymbol *symbol = self->symbols; complete && symbol->name != NULL; symbol++)
    complete = g_module_symbol (module, symbol->name, G_STRUCT_MEMBER_P (functions, symbol->offset));

  return complete && (self->start == NULL || self->start (functions)) ? g_steal_pointer (&functions) : NULL;
}

gconstpointer
smd_library_get (const SmdLibrary *self, gsize *functions)
{
  gsize loaded = g_atomic_pointer_get (functions);
  gsize locked = (gsize) 1 << LOCK_BIT;

  if (loaded != 0 && (loaded & locked) == 0)
    return (gconstpointer) loaded;

  g_pointer_bit_lock (functions, LOCK_BIT);
  loaded = g_atomic_pointer_get (functions) & ~locked;
  if (loaded == 0)
    loaded = (gsize) load (self);
  g_atomic_pointer_set (functions, loaded | locked);
  g_pointer_bit_unlock (functions, LOCK_BIT);
  return (gconstpointer) loaded;
}
