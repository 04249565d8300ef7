/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-openssl-error.h"

#include <openssl/err.h>

gboolean
smd_openssl_fail (GError **error, SmimedError code, const char *format, ...)
{
  unsigned long reason = ERR_peek_last_error ();
  const char *text = reason != 0 ? ERR_reason_error_string (reason) : NULL;
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (text != NULL)
    g_set_error (error, SMIMED_ERROR, (int) code, "%s (%s)", message, text);
  else
    g_set_error_literal (error, SMIMED_ERROR, (int) code, message);
  ERR_clear_error ();
  return FALSE;
}

void
smd_openssl_forget (void)
{
  ERR_clear_error ();
}
