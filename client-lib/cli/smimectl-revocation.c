/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-call.h"
#include "smimectl-entry.h"
#include "smimectl-input.h"
#include "smimectl-json.h"
#include "smimectl-page.h"

static void
tell_entry (SmimectlPage *page, GVariant *entry)
{
  g_autofree char *issuer = smimectl_page_lookup (entry, "issuer", "");
  g_autofree char *url = smimectl_page_lookup (entry, "url", "");
  g_autofree char *kind = smimectl_page_lookup (entry, "kind", "crl");
  g_autofree char *state = smimectl_page_lookup (entry, "state", "");
  g_autofree char *next = NULL;
  g_autofree char *count = NULL;
  gint64 next_update = 0;
  guint64 entries = 0;
  gboolean fresh = g_str_equal (state, "fresh");

  g_variant_lookup (entry, "next-update", "x", &next_update);
  g_variant_lookup (entry, "entries", "t", &entries);
  next = next_update != 0 ? smimectl_page_time (next_update) : g_strdup ("-");
  count = g_strdup_printf ("%" G_GUINT64_FORMAT, entries);
  smimectl_page_line (page, 0, fresh ? SMIMECTL_GOOD : SMIMECTL_DOUBTFUL, _ ("%-6s %-9s until %s, %s revoked  %s"), state, kind, next, count,
                      issuer);
  if (*url != '\0')
    smimectl_page_line (page, 2, SMIMECTL_PLAIN, "%s", url);
}

static gboolean
is_good (GVariant *entry)
{
  const char *state = "";

  g_variant_lookup (entry, "state", "&s", &state);
  return g_str_equal (state, "fresh");
}

/* Returns: whether all are fresh */
static gboolean
tell_entries (const SmimectlContext *context, GVariant *entries)
{
  g_autoptr (SmimectlPage) page = smimectl_page_new (context, STDOUT_FILENO);
  gboolean good = TRUE;

  for (gsize i = 0; i < g_variant_n_children (entries); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (entries, i);

      good = good && is_good (entry);
      if (!context->json)
        tell_entry (page, entry);
    }

  if (context->json)
    smimectl_json_print (entries);
  return good;
}

static SmimectlExit
list (SmimectlContext *context, GError **error)
{
  SmimectlCall call = { .interface = "Revocation", .method = "List" };
  g_autoptr (GVariant) reply = smimectl_call (context, &call, NULL, error);
  g_autoptr (GVariant) entries = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;

  if (entries == NULL)
    return SMIMECTL_FAILED;

  (void) tell_entries (context, entries);
  return SMIMECTL_OK;
}

static SmimectlExit
refresh (SmimectlContext *context, GError **error)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  SmimectlCall call = { .interface = "Revocation", .method = "Refresh", .options = &options };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) results = NULL;

  if (context->force)
    g_variant_dict_insert (&options, "force", "b", TRUE);
  reply = smimectl_call (context, &call, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  results = g_variant_get_child_value (reply, 0);
  return tell_entries (context, results) ? SMIMECTL_OK : SMIMECTL_NOT_PROVEN;
}

static SmimectlExit
import (SmimectlContext *context, GError **error)
{
  const char *path = smimectl_context_argument (context, 1, _ ("The file with the revocation list"), error);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  SmimectlCall call = { .interface = "Revocation", .method = "Import", .fds = fds };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) entry = NULL;
  g_autoptr (SmimectlPage) page = NULL;
  int crl;

  if (path == NULL)
    return SMIMECTL_USAGE;

  crl = smimectl_input_add (fds, path, error);
  if (crl < 0)
    return SMIMECTL_FAILED;

  call.arguments = g_variant_new ("(h)", crl);
  reply = smimectl_call (context, &call, NULL, error);
  if (reply == NULL)
    return SMIMECTL_FAILED;

  entry = g_variant_get_child_value (reply, 0);
  page = smimectl_page_new (context, STDOUT_FILENO);
  if (context->json)
    smimectl_json_print (entry);
  else
    tell_entry (page, entry);
  return SMIMECTL_OK;
}

static SmimectlExit
flush (SmimectlContext *context, GError **error)
{
  SmimectlCall call = { .interface = "Revocation", .method = "Flush" };
  g_autoptr (GVariant) reply = smimectl_call (context, &call, NULL, error);

  return smimectl_json_tell_done (context, reply != NULL);
}

SmimectlExit
smimectl_revocation (SmimectlContext *context, GError **error)
{
  const char *verb = context->arguments[0] != NULL ? context->arguments[0] : "list";

  if (!smimectl_context_at_most (context, g_str_equal (verb, "import") ? 2 : 1, error))
    return SMIMECTL_USAGE;
  if (g_str_equal (verb, "list"))
    return list (context, error);
  if (g_str_equal (verb, "refresh"))
    return refresh (context, error);
  if (g_str_equal (verb, "import"))
    return import (context, error);
  if (g_str_equal (verb, "flush"))
    return flush (context, error);
  return smimectl_usage (error, _ ("“%s” is none of: %s"), verb, "list, refresh, import, flush");
}
