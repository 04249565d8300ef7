/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-git.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "smimectl-signer.h"

typedef struct
{
  char *key;        /* (owned) (nullable) */
  char **arguments; /* (owned) (nullable) */
  int status_fd;
  gboolean detach;
  gboolean sign;
  gboolean armour;
  gboolean verify;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->key);
  g_strfreev (options->arguments);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

void
smimed_git_status (int status_fd, const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL;

  if (status_fd < 0)
    return;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
  dprintf (status_fd, "[GNUPG:] %s\n", text);
}

int
smimed_git_digest_number (const char *micalg)
{
  static const struct
  {
    const char *name;
    int number;
  } digests[] = { { "sha-1", 2 }, { "sha-256", 8 }, { "sha-384", 9 }, { "sha-512", 10 }, { "sha-224", 11 } };

  for (guint i = 0; micalg != NULL && i < G_N_ELEMENTS (digests); i++)
    if (g_str_equal (micalg, digests[i].name))
      return digests[i].number;

  return 0;
}

int
smimed_git_key_number (const char *algorithm)
{
  if (strstr (algorithm, "rsa") != NULL)
    return 1;
  if (g_str_has_prefix (algorithm, "ed"))
    return 22;
  return g_str_has_prefix (algorithm, "p-") || strstr (algorithm, "ecdsa") != NULL ? 19 : 0;
}

/* @argv: (transfer full): what is understood is taken out of it */
static gboolean
parse (Options *options, char **argv, GError **error)
{
  g_auto (GStrv) rest = argv;
  char *format = NULL;
  const GOptionEntry entries[] = {
    { "status-fd", 0, 0, G_OPTION_ARG_INT, &options->status_fd, N_ ("Write status lines to file descriptor N"), N_ ("N") },
    { "local-user", 'u', 0, G_OPTION_ARG_STRING, &options->key, N_ ("Sign as: an address or a fingerprint"), N_ ("KEY") },
    { "detach-sign", 'b', 0, G_OPTION_ARG_NONE, &options->detach, N_ ("Make a detached signature"), NULL },
    { "sign", 's', 0, G_OPTION_ARG_NONE, &options->sign, N_ ("Sign standard input"), NULL },
    { "armor", 'a', 0, G_OPTION_ARG_NONE, &options->armour, N_ ("Write text instead of bytes"), NULL },
    { "verify", 0, 0, G_OPTION_ARG_NONE, &options->verify, N_ ("Verify the signature in a file of standard input"), NULL },
    { "keyid-format", 0, 0, G_OPTION_ARG_STRING, &format, N_ ("Ignored"), N_ ("FORMAT") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->arguments, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (N_ ("SIGNATURE - "));
  gboolean done;

  g_option_context_set_summary (context, _ ("Signs and verifies git's commits and tags with the keys and the trust of smimed:\n"
                                            "  git config gpg.format x509\n  git config gpg.x509.program smimed-git"));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  done = g_option_context_parse_strv (context, &rest, error);
  g_free (format);
  return done;
}

static gboolean
wrong_usage (GError **error)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       _ ("Only “-bsau KEY” and “--verify SIGNATURE -” are understood, as git calls it"));
  return FALSE;
}

static gboolean
run (const Options *options, gboolean *proven, GError **error)
{
  g_autoptr (SmimedClient) client = NULL;
  guint n = options->arguments != NULL ? g_strv_length (options->arguments) : 0;

  if (options->verify == options->sign || (options->verify && (n != 2 || !g_str_equal (options->arguments[1], "-"))))
    return wrong_usage (error);
  if (options->sign && (!options->detach || !options->armour || options->key == NULL || n > 0))
    return wrong_usage (error);

  client = smimed_client_new_sync (NULL, error);
  if (client == NULL)
    return FALSE;

  *proven = TRUE;
  return options->verify ? smimed_git_verify (client, options->arguments[0], options->status_fd, proven, error)
                         : smimed_git_sign (client, options->key, options->status_fd, error);
}

/* git before 2.41 throws away what is said when signing fails; a person at a terminal learns it all the same. */
static void
tell (const Options *options, const GError *error)
{
  FILE *terminal = options->sign && options->status_fd == STDERR_FILENO ? fopen ("/dev/tty", "we") : NULL;
  g_autofree char *text = smimectl_signer_one_line (error->message);

  g_printerr ("smimed: %s\n", text);
  if (terminal != NULL)
    {
      fprintf (terminal, "smimed: %s\n", text);
      fclose (terminal);
    }
  smimed_git_status (options->status_fd, "FAILURE %s 1", options->verify ? "verify" : "sign");
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { .status_fd = -1 };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = g_strdupv (argv);
  gboolean proven = FALSE;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (parse (&options, g_steal_pointer (&arguments), &error) && run (&options, &proven, &error))
    return proven ? 0 : 1;

  tell (&options, error);
  return 2;
}
