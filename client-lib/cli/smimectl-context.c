/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-context.h"

#include <glib/gi18n.h>
#include <unistd.h>

gboolean
smimectl_context_parse (SmimectlContext *context, char **arguments, GError **error)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &context->json, N_ ("Print what the service said as JSON"), NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &context->output, N_ ("Write to FILE instead of standard output"), N_ ("FILE") },
    { "from", 'f', 0, G_OPTION_ARG_STRING, &context->from, N_ ("The account's address"), N_ ("ADDRESS") },
    { "to", 't', 0, G_OPTION_ARG_STRING_ARRAY, &context->to, N_ ("A recipient (may be repeated)"), N_ ("ADDRESS") },
    { "bcc", 0, 0, G_OPTION_ARG_STRING_ARRAY, &context->bcc, N_ ("A blind recipient (may be repeated)"), N_ ("ADDRESS") },
    { "sign", 's', 0, G_OPTION_ARG_NONE, &context->sign, N_ ("Sign before encrypting"), NULL },
    { "format", 0, 0, G_OPTION_ARG_STRING, &context->format, N_ ("clear, opaque or detached; mime or raw"), N_ ("FORMAT") },
    { "cipher", 0, 0, G_OPTION_ARG_STRING, &context->cipher, N_ ("The content cipher (auto)"), N_ ("CIPHER") },
    { "role", 'r', 0, G_OPTION_ARG_STRING, &context->role, N_ ("correspondent, intermediate or anchor"), N_ ("ROLE") },
    { "usage", 'u', 0, G_OPTION_ARG_STRING, &context->usage, N_ ("sign or encrypt"), N_ ("USAGE") },
    { "sender", 0, 0, G_OPTION_ARG_STRING, &context->sender, N_ ("Compare with this instead of From"), N_ ("ADDRESS") },
    { "password-fd", 0, 0, G_OPTION_ARG_INT, &context->password_fd, N_ ("Read the password from file descriptor N"), N_ ("N") },
    { "own", 0, 0, G_OPTION_ARG_NONE, &context->own, N_ ("Only certificates with a private key"), NULL },
    { "delete-key", 0, 0, G_OPTION_ARG_NONE, &context->delete_key, N_ ("Delete the private key too: old mail becomes unreadable"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &context->arguments, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);

  g_option_context_add_main_entries (options, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (options, &arguments, error))
    return FALSE;

  if (context->arguments == NULL)
    context->arguments = g_new0 (char *, 1);
  context->colour = isatty (STDERR_FILENO) && g_getenv ("NO_COLOR") == NULL;
  return TRUE;
}

void
smimectl_context_clear (SmimectlContext *context)
{
  g_clear_object (&context->client);
  g_free (context->output);
  g_free (context->from);
  g_free (context->format);
  g_free (context->cipher);
  g_free (context->role);
  g_free (context->usage);
  g_free (context->sender);
  g_strfreev (context->to);
  g_strfreev (context->bcc);
  g_strfreev (context->arguments);
}

const char *
smimectl_context_argument (const SmimectlContext *context, guint index, const char *what, GError **error)
{
  if (g_strv_length (context->arguments) > index)
    return context->arguments[index];

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("%s is missing"), what);
  return NULL;
}
