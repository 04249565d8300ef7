/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-refresh.h"

#include "smd-late-issuers.h"
#include "smd-limits.h"
#include "smd-refresh-plan.h"
#include "smd-refresh-watch.h"
#include "smd-revocation-import.h"
#include "smimed-error.h"

void
smd_refresh_result_free (SmdRefreshResult *self)
{
  g_clear_pointer (&self->entry, smd_revocation_entry_free);
  g_free (self);
}

/* ---- what is due ---- */

static gboolean
is_due (const SmdRevocationEntry *entry, const SmdRefreshRequest *request, gint64 now)
{
  gint64 due = smd_refresh_plan_due (entry, request->seed);

  if (due == SMD_REFRESH_NEVER)
    return FALSE;
  return due <= now || request->force
         || (request->impatient && (entry->detail[0] != '\0' || smd_revocation_entry_get_state (entry, now) != SMD_REVOCATION_FRESH));
}

/* Of one source's scopes, what came last tells what the server may leave out. */
static const SmdRevocationEntry *
later (const SmdRevocationEntry *a, const SmdRevocationEntry *b)
{
  return a == NULL || b->fetched_at > a->fetched_at ? b : a;
}

/* Returns: (transfer full): URL -> entry (unowned) */
static GHashTable *
find_due (GPtrArray *watched, const SmdRefreshRequest *request, gint64 now)
{
  GHashTable *due = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < watched->len; i++)
    {
      SmdRevocationEntry *entry = watched->pdata[i];
      const SmdRevocationEntry *known = g_hash_table_lookup (due, entry->url);

      if (is_due (entry, request, now))
        g_hash_table_insert (due, entry->url, (gpointer) later (known, entry));
    }
  return due;
}

static GPtrArray *
make_requests (GHashTable *due, gboolean force)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fetch_request_free);
  g_autoptr (GList) urls = g_list_sort (g_hash_table_get_keys (due), (GCompareFunc) strcmp);

  for (GList *link = urls; link != NULL; link = link->next)
    {
      const SmdRevocationEntry *entry = g_hash_table_lookup (due, link->data);
      SmdFetchRequest *request = smd_fetch_request_new (entry->url, SMD_LIMIT_CRL);

      request->etag = g_strdup (entry->etag);
      request->modified = entry->modified;
      request->force = force;
      g_ptr_array_add (requests, request);
    }
  return requests;
}

/* ---- what came ---- */

/* Returns: FALSE on error: why @fetched is of no use */
static gboolean
take (const SmdEnv *env, const SmdCall *call, const SmdFetchResult *fetched, SmdRevocationEntry **entry, GError **error)
{
  if (fetched->failure != NULL)
    {
      g_propagate_error (error, g_error_copy (fetched->failure));
      return FALSE;
    }
  if (fetched->unchanged)
    return smd_revocation_store_note_unchanged (env->revocation, fetched->url, smd_clock_now (env->clock), error);

  *entry = smd_revocation_import (env, call, fetched->body, fetched, error);
  return *entry != NULL;
}

static SmdRefreshResult *
conclude (const SmdEnv *env, const SmdCall *call, const SmdFetchResult *fetched, GError **error)
{
  g_autoptr (GError) why = NULL;
  SmdRefreshResult *result = g_new0 (SmdRefreshResult, 1);

  result->failed = !take (env, call, fetched, &result->entry, &why);
  if (result->failed
      && !smd_revocation_store_note_failure (env->revocation, fetched->url, SMD_REVOCATION_CRL, why->message,
                                             smd_clock_now (env->clock), error))
    {
      smd_refresh_result_free (result);
      return NULL;
    }

  if (result->entry == NULL)
    result->entry = smd_revocation_store_lookup (env->revocation, fetched->url, error);
  if (result->entry != NULL)
    return result;

  /* Flushed meanwhile, or unreadable */
  smd_refresh_result_free (result);
  return NULL;
}

static GPtrArray *
fetch (const SmdEnv *env, const SmdCall *call, GPtrArray *requests, gint64 deadline, GError **error)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_refresh_result_free);
  g_autoptr (GPtrArray) fetched = smd_fetcher_fetch_all (env->fetcher, requests, deadline, call->cancellable);

  for (guint i = 0; i < fetched->len; i++)
    {
      g_autoptr (GError) local = NULL;
      SmdRefreshResult *result;

      if (g_cancellable_set_error_if_cancelled (call->cancellable, error))
        return NULL;
      result = conclude (env, call, fetched->pdata[i], &local);
      if (result != NULL)
        g_ptr_array_add (results, result);
      if (local == NULL)
        continue;
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&results);
}

GPtrArray *
smd_refresh (const SmdEnv *env, const SmdCall *call, const SmdRefreshRequest *request, GError **error)
{
  gint64 now = smd_clock_now (env->clock);
  g_autoptr (GPtrArray) watched = smd_refresh_watch (env, now, request->all || request->force, error);
  g_autoptr (GHashTable) due = NULL;
  g_autoptr (GPtrArray) requests = NULL;

  if (watched == NULL)
    return NULL;

  due = find_due (watched, request, now);
  requests = make_requests (due, request->force);
  if (requests->len == 0 || env->fetcher == NULL || call->cache_only)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) smd_refresh_result_free);
  return fetch (env, call, requests, request->deadline, error);
}

gboolean
smd_refresh_get_times (const SmdEnv *env, guint32 seed, gint64 *last, gint64 *next, GError **error)
{
  g_autoptr (GPtrArray) watched = smd_refresh_watch (env, smd_clock_now (env->clock), FALSE, error);

  *last = 0;
  *next = SMD_REFRESH_NEVER;
  for (guint i = 0; watched != NULL && i < watched->len; i++)
    {
      const SmdRevocationEntry *entry = watched->pdata[i];

      if (entry->url[0] != '\0' && entry->kind != SMD_REVOCATION_OCSP)
        *last = MAX (*last, entry->fetched_at);
      *next = MIN (*next, smd_refresh_plan_due (entry, seed));
    }
  return watched != NULL;
}

void
smd_refresh_take_late (const SmdEnv *env, const SmdFetchResult *late)
{
  const SmdCall call = { .cache_only = TRUE };
  g_autoptr (SmdBlob) der = late->body != NULL ? smd_crl_file_to_der (late->body, NULL) : NULL;
  g_autoptr (SmdRevocationEntry) entry = NULL;
  g_autoptr (GError) error = NULL;
  SmdSpan issuer;

  if (der == NULL || !smd_crl_read_issuer (der, &issuer, NULL))
    {
      smd_late_issuers_take (env, late);
      return;
    }

  entry = smd_revocation_import (env, &call, der, late, &error);
  if (entry == NULL && !smd_revocation_store_note_failure (env->revocation, late->url, SMD_REVOCATION_CRL, error->message,
                                                           smd_clock_now (env->clock), NULL))
    g_debug ("A CRL that came late is lost: %s", error->message);
}
