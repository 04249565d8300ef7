/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-private.h"

GDBusConnection *
smimed_client_get_connection (SmimedClient *self)
{
  return smimed_client_get_state (self)->connection;
}

char *
smimed_client_dup_version (SmimedClient *self)
{
  char *version = NULL;

  g_object_get (self, "version", &version, NULL);
  return version;
}

gboolean
smimed_client_is_enabled (SmimedClient *self)
{
  gboolean enabled;

  g_object_get (self, "enabled", &enabled, NULL);
  return enabled;
}

SmimedThreadingAdvice
smimed_client_get_threading_advice (SmimedClient *self)
{
  SmimedThreadingAdvice advice;

  g_object_get (self, "threading-advice", &advice, NULL);
  return advice;
}

char **
smimed_client_dup_features (SmimedClient *self)
{
  char **features;

  g_object_get (self, "features", &features, NULL);
  return features;
}

gboolean
smimed_client_has_feature (SmimedClient *self, const char *feature)
{
  g_auto (GStrv) features = smimed_client_dup_features (self);

  return g_strv_contains ((const char *const *) features, feature);
}

GVariant *
smimed_client_ref_policy (SmimedClient *self)
{
  GVariant *policy = NULL;

  g_object_get (self, "policy", &policy, NULL);
  return policy;
}

static gint64
get_time (SmimedClient *self, const char *property)
{
  gint64 time = 0;

  g_object_get (self, property, &time, NULL);
  return time;
}

gint64
smimed_client_get_next_expiry (SmimedClient *self)
{
  return get_time (self, "next-expiry");
}

gint64
smimed_client_get_last_refresh (SmimedClient *self)
{
  return get_time (self, "last-refresh");
}

gint64
smimed_client_get_next_refresh (SmimedClient *self)
{
  return get_time (self, "next-refresh");
}

GListModel *
smimed_client_get_accounts (SmimedClient *self)
{
  return G_LIST_MODEL (smimed_client_get_state (self)->accounts);
}

GListModel *
smimed_client_get_certificates (SmimedClient *self)
{
  return G_LIST_MODEL (smimed_client_get_state (self)->certificates);
}

static gboolean
sends_from (SmimedAccount *account, const char *address)
{
  g_auto (GStrv) aliases = smimed_account_get_aliases (account);
  gboolean found = g_ascii_strcasecmp (smimed_account_get_address (account), address) == 0;

  for (guint i = 0; aliases[i] != NULL; i++)
    found |= g_ascii_strcasecmp (aliases[i], address) == 0;
  return found;
}

SmimedAccount *
smimed_client_find_account (SmimedClient *self, const char *address)
{
  GListModel *accounts = smimed_client_get_accounts (self);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SmimedAccount) account = g_list_model_get_item (accounts, i);

      if (sends_from (account, address))
        return g_steal_pointer (&account);
    }

  return NULL;
}
