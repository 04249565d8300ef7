/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "smimectl-account-page.h"
#include "smimectl-call.h"
#include "smimectl-entry.h"
#include "smimectl-json.h"
#include "smimectl-objects.h"

#define DAY (24 * 60 * 60)

/* What there is to know at a glance. */
typedef struct
{
  GVariant *manager;    /* (owned) properties */
  GVariant *accounts;   /* (owned) `a(oa{sv})` */
  GVariant *revocation; /* (owned) properties */
  GVariant *entries;    /* (owned) `aa{sv}` */
} Status;

static void
status_clear (Status *status)
{
  g_clear_pointer (&status->manager, g_variant_unref);
  g_clear_pointer (&status->accounts, g_variant_unref);
  g_clear_pointer (&status->revocation, g_variant_unref);
  g_clear_pointer (&status->entries, g_variant_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Status, status_clear)

static gboolean
gather (SmimectlContext *context, Status *status, GError **error)
{
  SmimectlCall call = { .interface = "Revocation", .method = "List" };
  g_autoptr (GVariant) reply = NULL;

  status->manager = smimed_client_get_all_sync (context->client, NULL, "Manager", error);
  status->accounts = status->manager != NULL ? smimectl_objects_list (context, "Account", error) : NULL;
  status->revocation = status->accounts != NULL ? smimed_client_get_all_sync (context->client, NULL, "Revocation", error) : NULL;
  reply = status->revocation != NULL ? smimectl_call (context, &call, NULL, error) : NULL;
  if (reply == NULL)
    return FALSE;

  status->entries = g_variant_get_child_value (reply, 0);
  return TRUE;
}

static void
print_json (const Status *status)
{
  g_auto (GVariantDict) all = G_VARIANT_DICT_INIT (status->manager);
  g_auto (GVariantDict) revocation = G_VARIANT_DICT_INIT (status->revocation);
  GVariantBuilder accounts;

  g_variant_builder_init (&accounts, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < g_variant_n_children (status->accounts); i++)
    {
      g_autoptr (GVariant) properties = NULL;
      const char *path;

      g_variant_get_child (status->accounts, i, "(&o@a{sv})", &path, &properties);
      g_variant_builder_add_value (&accounts, smimectl_objects_with_path (path, properties));
    }
  g_variant_dict_insert_value (&revocation, "Entries", status->entries);
  g_variant_dict_insert_value (&all, "Accounts", g_variant_builder_end (&accounts));
  g_variant_dict_insert_value (&all, "Revocation", g_variant_dict_end (&revocation));
  smimectl_json_print (g_variant_dict_end (&all));
}

static void
tell_switch (SmimectlPage *page, GVariant *manager)
{
  g_autofree char *version = smimectl_page_lookup (manager, "Version", "");
  gboolean enabled = FALSE;

  g_variant_lookup (manager, "Enabled", "b", &enabled);
  if (enabled)
    smimectl_page_line (page, 0, SMIMECTL_GOOD, _ ("S/MIME is on (smimed %s)"), version);
  else
    smimectl_page_line (page, 0, SMIMECTL_BAD, _ ("S/MIME is off (smimed %s); switch it on with: smimectl enable"), version);
}

static void
tell_accounts (SmimectlPage *page, GVariant *accounts)
{
  if (g_variant_n_children (accounts) == 0)
    smimectl_page_line (page, 0, SMIMECTL_DOUBTFUL, _ ("No account is registered; add one with: smimectl account add ADDRESS"));
  for (gsize i = 0; i < g_variant_n_children (accounts); i++)
    {
      g_autoptr (GVariant) properties = NULL;

      g_variant_get_child (accounts, i, "(o@a{sv})", NULL, &properties);
      smimectl_account_page (page, properties);
    }
}

static void
tell_expiry (SmimectlPage *page, GVariant *manager)
{
  g_autoptr (GVariant) policy = g_variant_lookup_value (manager, "Policy", G_VARIANT_TYPE_VARDICT);
  g_autofree char *date = NULL;
  gint64 expiry = 0;
  gint64 days;
  guint warning = 30;

  g_variant_lookup (manager, "NextExpiry", "x", &expiry);
  if (expiry == 0)
    {
      smimectl_page_line (page, 0, SMIMECTL_DOUBTFUL, _ ("No valid certificate of your own; import one with: smimectl import FILE.p12"));
      return;
    }

  if (policy != NULL)
    g_variant_lookup (policy, "expiry-warning-days", "u", &warning);
  days = (expiry - g_get_real_time () / G_USEC_PER_SEC) / DAY;
  date = smimectl_page_date (expiry);
  smimectl_page_line (page, 0, days < warning ? SMIMECTL_DOUBTFUL : SMIMECTL_PLAIN,
                      g_dngettext (GETTEXT_PACKAGE, "Next expiry of a certificate of yours: %s (%d day left)",
                                   "Next expiry of a certificate of yours: %s (%d days left)", (gulong) MAX (days, 0)),
                      date, (int) MAX (days, 0));
}

static void
tell_revocation (SmimectlPage *page, const Status *status)
{
  guint stale = 0;
  guint count = (guint) g_variant_n_children (status->entries);
  g_autofree char *last = NULL;
  gint64 seconds = 0;

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (status->entries, i);
      const char *state = "";

      g_variant_lookup (entry, "state", "&s", &state);
      stale += !g_str_equal (state, "fresh");
    }
  g_variant_lookup (status->revocation, "LastRefresh", "x", &seconds);
  last = seconds != 0 ? smimectl_page_time (seconds) : g_strdup (_ ("never"));
  smimectl_page_line (page, 0, stale > 0 ? SMIMECTL_DOUBTFUL : SMIMECTL_PLAIN,
                      _ ("Revocation information: %u at hand, %u not fresh; last refreshed: %s"), count, stale, last);
  if (stale > 0)
    smimectl_page_line (page, 2, SMIMECTL_PLAIN, "%s", _ ("Refresh it with: smimectl revocation refresh"));
}

SmimectlExit
smimectl_status (SmimectlContext *context, GError **error)
{
  g_auto (Status) status = { NULL };
  g_autoptr (SmimectlPage) page = NULL;

  if (!smimectl_context_at_most (context, 0, error))
    return SMIMECTL_USAGE;
  if (!gather (context, &status, error))
    return SMIMECTL_FAILED;

  if (context->json)
    {
      print_json (&status);
      return SMIMECTL_OK;
    }

  page = smimectl_page_new (context, STDOUT_FILENO);
  tell_switch (page, status.manager);
  tell_accounts (page, status.accounts);
  tell_expiry (page, status.manager);
  tell_revocation (page, &status);
  return SMIMECTL_OK;
}

static SmimectlExit
set_enabled (SmimectlContext *context, gboolean enabled, GError **error)
{
  g_auto (GVariantDict) now = G_VARIANT_DICT_INIT (NULL);

  if (!smimectl_context_at_most (context, 0, error))
    return SMIMECTL_USAGE;
  if (!smimed_client_set_sync (context->client, NULL, "Manager", "Enabled", g_variant_new_boolean (enabled), error))
    return SMIMECTL_FAILED;

  if (context->json)
    {
      g_variant_dict_insert (&now, "Enabled", "b", enabled);
      smimectl_json_print (g_variant_dict_end (&now));
    }
  return SMIMECTL_OK;
}

SmimectlExit
smimectl_enable (SmimectlContext *context, GError **error)
{
  return set_enabled (context, TRUE, error);
}

SmimectlExit
smimectl_disable (SmimectlContext *context, GError **error)
{
  return set_enabled (context, FALSE, error);
}
