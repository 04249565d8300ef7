/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-snapshot.h"

#define SECONDS_PER_DAY 86400

static void
account_entry_free (SmdAccountEntry *entry)
{
  smd_account_free (entry->account);
  g_clear_pointer (&entry->state, smd_account_state_unref);
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

static void
expect (SmdSnapshot *self, gint64 moment, gint64 now)
{
  if (moment > now)
    self->next_change = MIN (self->next_change, moment);
}

static void
expect_ends (SmdSnapshot *self, SmdCertificate *certificate, gint64 now)
{
  expect (self, smd_certificate_get_not_before (certificate), now);
  if (smd_certificate_get_not_after (certificate) < G_MAXINT64)
    expect (self, smd_certificate_get_not_after (certificate) + 1, now);
}

/* From so many days before its end an account's problems count its days. */
static void
expect_warning (SmdSnapshot *self, SmdCertificate *certificate, guint warning_days, gint64 now)
{
  gint64 end = smd_certificate_get_not_after (certificate);
  gint64 left = end - now;

  if (left > (gint64) warning_days * SECONDS_PER_DAY)
    expect (self, end - (gint64) warning_days * SECONDS_PER_DAY, now);
  else if (left >= 0)
    expect (self, end - left / SECONDS_PER_DAY * SECONDS_PER_DAY + 1, now);
}

static void
expect_certificates (SmdSnapshot *self, const SmdPolicy *policy, gint64 now)
{
  for (guint i = 0; i < self->certificates->len; i++)
    {
      const SmdCertRecord *record = self->certificates->pdata[i];

      expect_ends (self, record->certificate, now);
      if (record->role == SMD_ROLE_OWN)
        expect_warning (self, record->certificate, policy->expiry_warning_days, now);
    }
}

/* Those that an account's path may lead over aren't listed, but decide. */
static gboolean
expect_intermediates (SmdSnapshot *self, const SmdEnv *env, gint64 now, GError **error)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) found = NULL;

  query.role = SMD_ROLE_INTERMEDIATE;
  found = self->accounts->len > 0 ? smd_cert_store_find (env->certs, &query, error) : g_ptr_array_new ();
  for (guint i = 0; found != NULL && i < found->len; i++)
    expect_ends (self, ((const SmdCertRecord *) found->pdata[i])->certificate, now);
  return found != NULL;
}

static gboolean
expect_revocation (SmdSnapshot *self, const SmdEnv *env, gint64 now, GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;

  if (env->revocation == NULL || self->accounts->len == 0)
    return TRUE;
  entries = smd_revocation_store_list (env->revocation, error);
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    expect (self, ((const SmdRevocationEntry *) entries->pdata[i])->next_update + 1, now);
  return entries != NULL;
}

static gboolean
find_next_change (SmdSnapshot *self, const SmdEnv *env, const SmdPolicy *policy, gint64 now, GError **error)
{
  self->next_change = G_MAXINT64;
  expect_certificates (self, policy, now);
  return expect_intermediates (self, env, now, error) && expect_revocation (self, env, now, error);
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
      entry->state = smd_account_state_new (env, &call, entry->account, entry->account->address, &local);
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
  gint64 now = smd_clock_now (env->clock);

  self->serial = serial;
  self->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) account_entry_free);
  if (!add_role (self, env, SMD_ROLE_OWN, error) || !add_role (self, env, SMD_ROLE_ANCHOR, error)
      || !add_accounts (self, env, policy, error) || !find_next_change (self, env, policy, now, error))
    return NULL;

  self->next_expiry = find_next_expiry (self, now);
  return g_steal_pointer (&self);
}
