/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#include "smimectl-context.h"

static void
print_help (void)
{
  g_print (_ ("Usage: smimectl COMMAND [OPTIONS] [ARGUMENTS]\n\nS/MIME for this desktop: keys, certificates and messages.\n\n"));
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    g_print ("  %s %s\n      %s\n", entry->name, entry->arguments, _ (entry->summary));
  g_print ("\n%s\n\n%s\n", _ ("smimectl COMMAND --help tells a command's options."),
           _ ("Exit codes: 0 done; 1 the service refused, and says why; 2 wrong command line; 3 done, but the verdict is bad."));
}

static const SmimectlEntry *
find_entry (const char *name)
{
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    if (g_str_equal (entry->name, name))
      return entry;

  return NULL;
}

static SmimectlExit
tell (const GError *error)
{
  gboolean usage = error->domain == G_OPTION_ERROR;

  g_printerr ("smimectl: %s\n", error->message);
  return usage ? SMIMECTL_USAGE : SMIMECTL_FAILED;
}

static SmimectlExit
run (const SmimectlEntry *entry, char **arguments)
{
  g_auto (SmimectlContext) context = { .password_fd = -1 };
  g_autoptr (GError) error = NULL;
  SmimectlExit result;

  if (!smimectl_context_parse (&context, arguments, &error))
    return tell (error);

  context.client = smimed_client_new_sync (NULL, &error);
  if (context.client == NULL)
    return tell (error);

  result = entry->run (&context, &error);
  return error != NULL ? tell (error) : result;
}

/* @arguments without the command's name, for the option parser; the strings change hands. */
static char **
without_command (char **arguments)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, arguments[0]);
  for (guint i = 2; arguments[i] != NULL; i++)
    g_strv_builder_add (builder, arguments[i]);
  return g_strv_builder_end (builder);
}

int
main (int argc, char **argv)
{
  const SmimectlEntry *entry;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (argc < 2 || g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "help"))
    {
      print_help ();
      return argc < 2 ? SMIMECTL_USAGE : SMIMECTL_OK;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("smimectl %s\n", VERSION);
      return SMIMECTL_OK;
    }

  entry = find_entry (argv[1]);
  if (entry == NULL)
    {
      g_printerr (_ ("smimectl: there is no command “%s”; smimectl --help lists them\n"), argv[1]);
      return SMIMECTL_USAGE;
    }

  return (int) run (entry, without_command (argv));
}
