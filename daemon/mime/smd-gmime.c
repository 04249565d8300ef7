/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-gmime.h"

#include "smd-library.h"

#define SYMBOL(name) { "g_mime_" #name, G_STRUCT_OFFSET (SmdGMime, name) },
#define ADDRESS_SYMBOL(name) { "internet_address_" #name, G_STRUCT_OFFSET (SmdGMime, address.name) },

static const SmdSymbol symbols[] = { SMD_GMIME_FUNCTIONS (SYMBOL) SMD_GMIME_ADDRESS_FUNCTIONS (ADDRESS_SYMBOL) { NULL } };

static gboolean
start (gpointer functions)
{
  ((const SmdGMime *) functions)->init ();
  return TRUE;
}

const SmdGMime *
smd_gmime (void)
{
  static const SmdLibrary library = { "libgmime-3.0.so.0", symbols, sizeof (SmdGMime), start };
  static gsize functions = 0;
  const SmdGMime *self = smd_library_get (&library, &functions);

  if (self == NULL)
    g_error ("%s is missing or isn't GMime 3: install it, no message can be read without", library.file);
  return self;
}
