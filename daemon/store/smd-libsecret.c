/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-libsecret.h"

#include "smd-library.h"
#include "smimed-error.h"

#define LIBRARY "libsecret-1.so.0"
#define SYMBOL(name) { "secret_" #name, G_STRUCT_OFFSET (SmdLibsecret, name) },

static const SmdSymbol symbols[] = { SMD_LIBSECRET_FUNCTIONS (SYMBOL) { NULL } };

const SmdLibsecret *
smd_libsecret (void)
{
  static const SmdLibrary library = { LIBRARY, symbols, sizeof (SmdLibsecret) };
  static gsize functions = 0;

  return smd_library_get (&library, &functions);
}

gboolean
smd_libsecret_load (GError **error)
{
  if (smd_libsecret () != NULL)
    return TRUE;

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED, LIBRARY " is missing; install libsecret to keep private keys");
  return FALSE;
}
