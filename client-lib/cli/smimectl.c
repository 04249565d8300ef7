/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "smimectl-advice.h"
#include "smimectl-candidates.h"
#include "smimectl-completion.h"
#include "smimectl-entry.h"
#include "smimectl-json.h"
#include "smimectl-table.h"
#include "smimectl-options.h"
#include "smimectl-page.h"

static void
print_help (void)
{
  g_print (_ ("Usage: smimectl COMMAND [OPTIONS] [ARGUMENTS]\n\nS/MIME for this desktop: keys, certificates and messages.\n\n"));
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    g_print ("  %-13s %s\n", entry->name, _ (entry->summary));
  g_print ("\n%s\n\n%s\n", _ ("smimectl COMMAND --help tells a command's options; smimectl(1) tells all."),
           _ ("Exit codes: 0 done; 1 the service refused, and says why; 2 wrong command line; 3 done, but the verdict is bad;\n"
              "4 the service can't be reached; 130 cancelled with Ctrl-C."));
}

/* The service's own errors by their names on the bus, others by a word of ours. */
static const char *
name_of (const GError *error)
{
  static const char prefix[] = "org.smimed.Smime1.Error.";
  g_autofree char *name = error->domain == SMIMED_ERROR ? g_dbus_error_encode_gerror (error) : NULL;

  if (name != NULL && g_str_has_prefix (name, prefix))
    return g_intern_string (name + strlen (prefix));
  if (error->domain == G_OPTION_ERROR)
    return "Usage";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    return "InvalidArgument";
  return error->domain == G_DBUS_ERROR ? "Unreachable" : "Failed";
}

/* What the bus itself says: no service, no bus. Files have their errors in Gio's domain, too, but those come with a client. */
static gboolean
is_unreachable (const SmimectlContext *context, const GError *error)
{
  return error->domain == G_DBUS_ERROR || context->bus == NULL || g_dbus_connection_is_closed (context->bus);
}

static SmimectlExit
tell (const SmimectlContext *context, const SmimectlEntry *entry, const GError *error)
{
  gboolean usage = error->domain == G_OPTION_ERROR;
  gboolean unreachable = !usage && !entry->local && is_unreachable (context, error);
  g_autofree char *text = smimectl_page_clean (error->message);
  const char *advice = error->domain == SMIMED_ERROR ? smimectl_advice_for_error (error->code) : NULL;

  g_printerr ("smimectl: %s\n", smimed_error_describe (error) == error->message ? text : smimed_error_describe (error));
  if (smimed_error_describe (error) != error->message)
    g_printerr ("  (%s)\n", text); /* the service's own words tell more, in English */
  if (unreachable && error->domain != G_DBUS_ERROR)
    g_printerr ("%s\n", _ ("Is smimed installed, and is this a desktop session with a D-Bus session bus?"));
  if (usage)
    g_printerr (_ ("smimectl %s --help tells more.\n"), entry->name);
  if (advice != NULL)
    g_printerr ("%s\n", advice);
  if (context->json)
    smimectl_json_print_error (unreachable ? "Unreachable" : name_of (error), error->message);
  return usage ? SMIMECTL_USAGE : unreachable ? SMIMECTL_UNREACHABLE : SMIMECTL_FAILED;
}

/* The option parser takes back what it has read when it fails. */
static gboolean
wants_json (char **arguments)
{
  return g_strv_contains ((const char *const *) arguments, "--json");
}

static int
run (const SmimectlEntry *entry, char **arguments)
{
  g_auto (SmimectlContext) context = { .password_fd = -1 };
  g_autoptr (GError) error = NULL;
  SmimectlExit result = SMIMECTL_FAILED;
  gboolean json = wants_json (arguments);

  if (smimectl_options_parse (&context, entry, arguments, &error) && (entry->local || smimectl_context_connect (&context, &error)))
    result = entry->run (&context, &error);
  if (error == NULL && (fflush (stdout) != 0 || ferror (stdout)))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Standard output can't be written to"));
  if (error == NULL)
    return (int) result;

  context.json = json;
  result = tell (&context, entry, error);
  return context.interrupted != 0 ? 128 + context.interrupted : (int) result;
}

/* @arguments without the command's name, for the option parser. `help COMMAND` is `COMMAND --help` */
static char **
for_parser (char **arguments, gboolean help)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, arguments[0]);
  if (help)
    g_strv_builder_add (builder, "--help");
  for (guint i = 2; !help && arguments[i] != NULL; i++)
    g_strv_builder_add (builder, arguments[i]);
  return g_strv_builder_end (builder);
}

/* For the build and for the shells' completion; not for people. Returns: whether @arguments was such a command */
static gboolean
run_hidden (char **arguments)
{
  if (g_str_equal (arguments[1], "_completion") && arguments[2] != NULL)
    return smimectl_completion_print (arguments[2]);
  if (g_str_equal (arguments[1], "_table"))
    return smimectl_table_print ();
  if (g_str_equal (arguments[1], "_candidates") && arguments[2] != NULL)
    return smimectl_candidates_print (arguments[2]);
  return FALSE;
}

int
main (int argc, char **argv)
{
  const char *folder = g_getenv ("TEXTDOMAINDIR"); /* as gettext(1): to try translations before they are installed */
  const SmimectlEntry *entry;
  g_auto (GStrv) arguments = NULL;
  gboolean help = argc > 2 && g_str_equal (argv[1], "help");
  const char *name = help ? argv[2] : argv[1];

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (argc < 2 || g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || (argc == 2 && g_str_equal (argv[1], "help")))
    {
      print_help ();
      return argc < 2 ? SMIMECTL_USAGE : SMIMECTL_OK;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("smimectl %s\n", VERSION);
      return SMIMECTL_OK;
    }
  if (run_hidden (argv))
    return SMIMECTL_OK;

  entry = smimectl_entry_find (name);
  if (entry == NULL)
    {
      g_printerr (_ ("smimectl: there is no command “%s”; smimectl --help lists them\n"), name);
      return SMIMECTL_USAGE;
    }

  arguments = for_parser (argv, help);
  return run (entry, arguments);
}
