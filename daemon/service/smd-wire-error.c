/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-wire-error.h"

#include <gio/gio.h>
#include <string.h>

#include "smimed-error.h"

#define LONGEST_ERROR 16384 /* bytes */

static GError *
translate (GError *error)
{
  GError *translated;

  if (error->domain == SMIMED_ERROR)
    return error;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    translated = g_error_new_literal (SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  else
    translated = g_error_new_literal (SMIMED_ERROR, SMIMED_ERROR_FAILED, error->message);
  g_error_free (error);
  return translated;
}

GError *
smd_wire_error (GError *error)
{
  GError *translated = translate (error);
  g_autofree char *text = g_steal_pointer (&translated->message);

  /* It may quote what a server or a file has said. */
  translated->message = g_utf8_make_valid (text, (gssize) strnlen (text, LONGEST_ERROR));
  return translated;
}
