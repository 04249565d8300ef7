/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "smimectl-call.h"
#include "smimectl-entry.h"
#include "smimectl-json.h"
#include "smimectl-page.h"

/* The sentences of all problems, each once, with blanks between */
static char *
reasons (GVariant *verdict)
{
  g_autoptr (GVariant) problems = g_variant_lookup_value (verdict, "problems", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; problems != NULL && i < g_variant_n_children (problems); i++)
    {
      g_autoptr (GVariant) problem = g_variant_get_child_value (problems, i);
      const char *code = "";
      const char *sentence;

      g_variant_lookup (problem, "code", "&s", &code);
      sentence = smimed_problem_describe (code);
      if (strstr (text->str, sentence) == NULL)
        g_string_append_printf (text, " %s", sentence);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* One line for each address: whether, why not, what to do */
static void
tell_verdict (SmimectlPage *page, GVariant *verdict, int indent)
{
  g_autofree char *address = smimectl_page_lookup (verdict, "address", "");
  g_autofree char *action = smimectl_page_lookup (verdict, "action", "none");
  g_autofree char *why = reasons (verdict);
  g_autofree char *date = NULL;
  gboolean usable = FALSE;
  gint64 not_after = 0;

  g_variant_lookup (verdict, "usable", "b", &usable);
  g_variant_lookup (verdict, "not-after", "x", &not_after);
  date = smimectl_page_date (not_after);
  if (usable && not_after == 0) /* a group: its members have the certificates */
    smimectl_page_line (page, indent, SMIMECTL_GOOD, _ ("%s: can be encrypted to.%s"), address, why);
  else if (usable)
    smimectl_page_line (page, indent, SMIMECTL_GOOD, _ ("%s: can be encrypted to, until %s.%s"), address, date, why);
  else
    smimectl_page_line (page, indent, SMIMECTL_BAD, _ ("%s: can't be encrypted to.%s %s"), address, why, smimed_action_describe (action));
}

/* A group's members stand below it. */
static void
tell_with_members (SmimectlPage *page, GVariant *verdict)
{
  g_autoptr (GVariant) members = g_variant_lookup_value (verdict, "members", G_VARIANT_TYPE ("aa{sv}"));

  tell_verdict (page, verdict, 0);
  for (gsize i = 0; members != NULL && i < g_variant_n_children (members); i++)
    {
      g_autoptr (GVariant) member = g_variant_get_child_value (members, i);

      tell_verdict (page, member, 2);
    }
}

static void
tell_verdicts (const SmimectlContext *context, GVariant *verdicts, gboolean ready)
{
  g_autoptr (SmimectlPage) page = smimectl_page_new (context, STDOUT_FILENO);
  gboolean all = TRUE;

  for (gsize i = 0; i < g_variant_n_children (verdicts); i++)
    {
      g_autoptr (GVariant) verdict = g_variant_get_child_value (verdicts, i);
      gboolean usable = FALSE;

      tell_with_members (page, verdict);
      g_variant_lookup (verdict, "usable", "b", &usable);
      all = all && usable;
    }

  /* Usable addresses alone don't make a message: the sender has to be able to read what he sent. */
  if (all && !ready)
    smimectl_page_line (page, 0, SMIMECTL_BAD, _ ("%s: the account itself is not ready; see: smimectl account"), context->from);
}

SmimectlExit
smimectl_recipients (SmimectlContext *context, GError **error)
{
  SmimectlCall call = { .interface = "Recipients", .method = "Evaluate" };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) verdicts = NULL;
  gboolean ready = FALSE;

  if (smimectl_context_need_from (context, error) == NULL)
    return SMIMECTL_USAGE;
  for (guint i = 0; i == 0 || context->arguments[i] != NULL; i++)
    if (smimectl_context_text (context, i, _ ("A recipient's address"), error) == NULL)
      return SMIMECTL_USAGE;

  call.arguments = g_variant_new ("(s^as)", context->from, context->arguments);
  reply = smimectl_call (context, &call, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  g_variant_get (reply, "(b@aa{sv})", &ready, &verdicts);
  if (context->json)
    smimectl_json_print (verdicts);
  else
    tell_verdicts (context, verdicts, ready);
  return ready ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}
