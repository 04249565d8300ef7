/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-context.h"

#include <glib/gi18n.h>

void
smimectl_context_clear (SmimectlContext *context)
{
  g_clear_object (&context->client);
  g_clear_object (&context->bus);
  g_free (context->output);
  g_free (context->from);
  g_free (context->format);
  g_free (context->signature_format);
  g_free (context->cipher);
  g_free (context->role);
  g_free (context->usage);
  g_free (context->address);
  g_free (context->sender);
  g_free (context->content_type);
  g_free (context->received_at);
  g_free (context->key_type);
  g_free (context->signing);
  g_free (context->encryption);
  g_free (context->sign_by_default);
  g_free (context->encrypt_by_default);
  g_strfreev (context->aliases);
  g_strfreev (context->to);
  g_strfreev (context->bcc);
  g_strfreev (context->arguments);
}

void
smimectl_context_fill_signals (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGINT);
  sigaddset (set, SIGTERM);
  sigaddset (set, SIGHUP);
  sigaddset (set, SIGTSTP);
}

void
smimectl_context_hold_signals (gboolean hold)
{
  sigset_t set;

  smimectl_context_fill_signals (&set);
  pthread_sigmask (hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

/* The bus's threads never take these signals: else one of them would end us while the terminal's echo is off. */
gboolean
smimectl_context_connect (SmimectlContext *context, GError **error)
{
  smimectl_context_hold_signals (TRUE);
  context->client = smimed_client_new_sync (NULL, error);
  context->bus = context->client != NULL ? g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error) : NULL;
  smimectl_context_hold_signals (FALSE);
  if (context->bus != NULL)
    g_dbus_connection_set_exit_on_close (context->bus, FALSE);
  return context->bus != NULL;
}

const char *
smimectl_context_argument (const SmimectlContext *context, guint index, const char *what, GError **error)
{
  if (g_strv_length (context->arguments) > index)
    return context->arguments[index];

  smimectl_usage (error, _ ("%s is missing"), what);
  return NULL;
}

const char *
smimectl_context_text (const SmimectlContext *context, guint index, const char *what, GError **error)
{
  const char *text = smimectl_context_argument (context, index, what, error);

  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return text;

  smimectl_usage (error, _ ("%s is not UTF-8"), what);
  return NULL;
}

gboolean
smimectl_context_at_most (const SmimectlContext *context, guint most, GError **error)
{
  if (g_strv_length (context->arguments) <= most)
    return TRUE;

  smimectl_usage (error, _ ("“%s” is one argument too many"), context->arguments[most]);
  return FALSE;
}

const char *
smimectl_context_need_from (const SmimectlContext *context, GError **error)
{
  if (context->from == NULL)
    smimectl_usage (error, _ ("Give the account's address with --from"));
  return context->from;
}

SmimectlExit
smimectl_usage (GError **error, const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  return SMIMECTL_USAGE;
}
