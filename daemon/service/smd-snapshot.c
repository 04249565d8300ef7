/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-snapshot.h"

static void
account_entry_free (SmdAccountEntry *entry)
{
  smd_account_free (entry->account);
  g_clear_pointer (&entry->state, smd_account_state_free);
  g_free (entry);
}

void
smd_snapshot_free (SmdSnapshot *self)
{
  g_clear_pointer (&self->certificates, g_ptr_array_unref);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_free (self);
}

static gboolean
add_role (SmdSnapshot *self, const SmdEnv *env, SmdRole role, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) found = NULL;

  query.role = role;
  found = smd_cert_store_find (env->certs, &query, error);
  if (found == NULL)
    return FALSE;

  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (self->certificates, smd_cert_record_copy (found->pdata[i]));
  return TRUE;
}

static gint64
find_next_expiry (SmdSnapshot *self, gint64 now)
{
  gint64 next = 0;

  for (guint i = 0; i < self->certificates->len; i++)
    {
      const SmdCertRecord *record = self->certificates->pdata[i];
      gint64 end = smd_certificate_get_not_after (record->certificate);

      if (record->role == SMD_ROLE_OWN && end >= now)
        next = next == 0 ? end : MIN (next, end);
    }

  return next;
}

static gboolean
add_accounts (SmdSnapshot *self, const SmdEnv *env, const SmdPolicy *policy, GError **error)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SmdCall call = { .policy = *policy, .cancellable = cancellable, .cache_only = TRUE };
  g_autoptr (GPtrArray) accounts = smd_account_store_list (env->accounts, error);

  if (accounts == NULL)
    return FALSE;

  for (guint i = 0; i < accounts->len; i++)
    {
      SmdAccountEntry *entry = g_new0 (SmdAccountEntry, 1);
      g_autoptr (GError) local = NULL;

      entry->account = smd_account_copy (accounts->pdata[i]);
      entry->state = smd_account_state_new (env, &call, entry->account, &local);
      if (entry->state == NULL)
        g_warning ("Can't find out whether an account is ready: %s", local->message);
      g_ptr_array_add (self->accounts, entry);
    }

  return TRUE;
}

SmdSnapshot *
smd_snapshot_new (const SmdEnv *env, const SmdPolicy *policy, gint64 serial, GError **error)
{
  g_autoptr (SmdSnapshot) self = g_new0 (SmdSnapshot, 1);

  self->serial = serial;
  self->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) account_entry_free);
  if (!add_role (self, env, SMD_ROLE_OWN, error) || !add_role (self, env, SMD_ROLE_ANCHOR, error)
      || !add_accounts (self, env, policy, error))
    return NULL;

  self->next_expiry = find_next_expiry (self, smd_clock_now (env->clock));
  return g_steal_pointer (&self);
}
