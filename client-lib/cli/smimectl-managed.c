/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-call.h"
#include "smimectl-entry.h"
#include "smimectl-json.h"
#include "smimectl-page.h"

static gboolean
is_imported (GVariant *one)
{
  const char *state = "";

  g_variant_lookup (one, "state", "&s", &state);
  return g_str_equal (state, "imported");
}

static void
tell_file (SmimectlPage *page, GVariant *one)
{
  g_autofree char *file = smimectl_page_lookup (one, "file", "");
  g_autofree char *reason = smimectl_page_lookup (one, "error", "");
  g_autofree char *detail = smimectl_page_lookup (one, "detail", "");
  g_autofree char *when = NULL;
  gboolean imported = is_imported (one);
  gint64 seconds = 0;

  g_variant_lookup (one, "at", "x", &seconds);
  when = seconds != 0 ? smimectl_page_time (seconds) : g_strdup ("-");
  smimectl_page_line (page, 0, imported ? SMIMECTL_GOOD : SMIMECTL_BAD, "%-8s  %s  %s", imported ? _ ("imported") : reason, when, file);
  if (*detail != '\0')
    smimectl_page_line (page, 2, SMIMECTL_PLAIN, "%s", detail);
}

/* What an administrator delivered; exit code 3 tells a script that something of it didn't arrive. */
SmimectlExit
smimectl_managed (SmimectlContext *context, GError **error)
{
  SmimectlCall call = { .interface = "Certificates", .method = "ListManaged" };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) files = NULL;
  g_autoptr (SmimectlPage) page = NULL;
  gboolean all = TRUE;

  if (!smimectl_context_at_most (context, 0, error))
    return SMIMECTL_USAGE;

  reply = smimectl_call (context, &call, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  files = g_variant_get_child_value (reply, 0);
  page = smimectl_page_new (context, STDOUT_FILENO);
  for (gsize i = 0; i < g_variant_n_children (files); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (files, i);

      all = is_imported (one) && all;
      if (!context->json)
        tell_file (page, one);
    }

  if (context->json)
    smimectl_json_print (files);
  return all ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}
