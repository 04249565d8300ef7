/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-refresh.h"

#include "smd-late-issuers.h"
#include "smd-limits.h"
#include "smd-refresh-plan.h"
#include "smd-refresh-watch.h"
#include "smd-responders.h"
#include "smd-revocation-import.h"

/* After a week without a network all correspondents' answers are due. The rest follows in the next round. */
#define MOST_QUESTIONS 128

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

static const char *
get_source (const SmdRevocationEntry *entry)
{
  return entry->kind == SMD_REVOCATION_OCSP ? entry->certificate : entry->url;
}

/* Returns: (transfer full): URL, or fingerprint for OCSP -> entry (unowned) */
static GHashTable *
find_due (GPtrArray *watched, const SmdRefreshRequest *request, gint64 now)
{
  GHashTable *due = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < watched->len; i++)
    {
      SmdRevocationEntry *entry = watched->pdata[i];
      const SmdRevocationEntry *known = g_hash_table_lookup (due, get_source (entry));

      if (is_due (entry, request, now))
        g_hash_table_insert (due, (gpointer) get_source (entry), (gpointer) later (known, entry));
    }
  return due;
}

/* One group of fetches: entries and requests in one order */
typedef struct
{
  const SmdEnv *env;         /* (unowned) */
  const SmdCall *call;       /* (unowned) */
  SmdResponders *responders; /* (unowned) */
  GPtrArray *entries;        /* (unowned) of SmdRevocationEntry (unowned) */
  GPtrArray *requests;       /* (unowned) of SmdFetchRequest */
  GPtrArray *results;        /* (unowned) of SmdRefreshResult */
  gint64 looked;             /* monotonic microseconds: since then is looked at what is at hand */
} Round;

static SmdFetchRequest *
make_request (const Round *round, const SmdRevocationEntry *entry)
{
  SmdFetchRequest *request = smd_fetch_request_new (entry->url, SMD_LIMIT_CRL);

  request->etag = g_strdup (entry->etag);
  request->modified = entry->modified;
  return request;
}

/* Returns: (transfer full) (nullable) */
static SmdFetchRequest *
make_question (const Round *round, const SmdRevocationEntry *entry)
{
  g_autoptr (SmdCertificate) certificate = smd_certificate_new (round->env->crypto, smd_span_bytes (entry->der), NULL);

  return certificate != NULL ? smd_responders_ask (round->responders, certificate, entry->url) : NULL;
}

/* Whom it makes no sense to ask about is left out. */
static void
make_requests (const Round *round, GHashTable *due, gboolean force)
{
  g_autoptr (GList) sources = g_list_sort (g_hash_table_get_keys (due), (GCompareFunc) strcmp);
  guint questions = 0;

  for (GList *link = sources; link != NULL; link = link->next)
    {
      SmdRevocationEntry *entry = g_hash_table_lookup (due, link->data);
      gboolean question = entry->kind == SMD_REVOCATION_OCSP;
      SmdFetchRequest *request = NULL;

      if (!question || force || questions < MOST_QUESTIONS)
        request = question ? make_question (round, entry) : make_request (round, entry);
      questions += question;
      if (request == NULL)
        continue;
      request->force = force;
      request->looked = round->looked;
      g_ptr_array_add (round->entries, entry);
      g_ptr_array_add (round->requests, request);
    }
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
  if (fetched->overtaken)
    return TRUE;
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

/* Adds @result (transfer full) (nullable). Returns: FALSE on error: @local (transfer full) (nullable) */
static gboolean
add_result (const Round *round, SmdRefreshResult *result, GError *local, GError **error)
{
  if (result != NULL)
    g_ptr_array_add (round->results, result);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* CRLs are kept at once. What responders say may need more than what has come. */
static gboolean
take_all (const Round *round, GPtrArray *fetched, GError **error)
{
  for (guint i = 0; i < fetched->len; i++)
    {
      const SmdFetchRequest *request = round->requests->pdata[i];
      const SmdFetchResult *came = fetched->pdata[i];
      SmdRefreshResult *result = NULL;
      GError *local = NULL;

      if (g_cancellable_set_error_if_cancelled (round->call->cancellable, error))
        return FALSE;
      if (request->ocsp == NULL)
        result = conclude (round->env, round->call, came, &local);
      else if (!came->overtaken)
        smd_responders_take (round->responders, request->ocsp, came);
      if (!add_result (round, result, local, error))
        return FALSE;
    }

  smd_responders_settle (round->responders);
  return TRUE;
}

static SmdRefreshResult *
conclude_answer (const SmdEnv *env, const char *certificate, GError **error)
{
  SmdRevocationEntry *entry = smd_revocation_store_lookup_ocsp (env->revocation, certificate, error);
  SmdRefreshResult *result = entry != NULL ? g_new0 (SmdRefreshResult, 1) : NULL;

  if (result == NULL)
    return NULL;
  result->entry = entry;
  result->failed = entry->detail[0] != '\0';
  return result;
}

static gboolean
conclude_answers (const Round *round, GError **error)
{
  for (guint i = 0; i < round->entries->len; i++)
    {
      const SmdRevocationEntry *entry = round->entries->pdata[i];
      GError *local = NULL;

      if (entry->kind == SMD_REVOCATION_OCSP
          && !add_result (round, conclude_answer (round->env, entry->certificate, &local), local, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
fetch (const Round *round, gint64 deadline, GError **error)
{
  g_autoptr (GPtrArray) fetched = NULL;

  if (round->requests->len == 0)
    return TRUE;
  smd_progress_enter (round->call->progress, "fetching", 0);
  fetched = smd_fetcher_fetch_all (round->env->fetcher, round->requests, deadline, round->call->cancellable);
  *round->call->network_left = MAX (deadline - smd_clock_monotonic (round->env->clock), 0);
  return take_all (round, fetched, error) && conclude_answers (round, error);
}

static gboolean
refresh (const SmdEnv *env, const SmdCall *call, GHashTable *due, gint64 looked, const SmdRefreshRequest *request, GPtrArray *results,
         GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fetch_request_free);
  gint64 left = 0;
  SmdCall within = *call;
  g_autoptr (SmdResponders) responders = NULL;
  Round round = { env, &within, NULL, entries, requests, results, looked };

  within.network_left = &left;
  round.responders = responders = smd_responders_new (env, &within);
  make_requests (&round, due, request->force);
  return fetch (&round, request->deadline, error);
}

GPtrArray *
smd_refresh (const SmdEnv *env, const SmdCall *call, const SmdRefreshRequest *request, GError **error)
{
  gint64 now = smd_clock_now (env->clock);
  gint64 looked = smd_clock_monotonic (env->clock);
  g_autoptr (GPtrArray) watched
      = smd_refresh_watch (env, &call->policy, now, request->all || request->force, error);
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_refresh_result_free);
  g_autoptr (GHashTable) due = NULL;

  if (watched == NULL)
    return NULL;

  due = find_due (watched, request, now);
  if (env->fetcher != NULL && !call->cache_only && !refresh (env, call, due, looked, request, results, error))
    return NULL;
  return g_steal_pointer (&results);
}

gboolean
smd_refresh_get_times (const SmdEnv *env, const SmdCall *call, guint32 seed, gint64 *last, gint64 *next, GError **error)
{
  g_autoptr (GPtrArray) watched
      = smd_refresh_watch (env, &call->policy, smd_clock_now (env->clock), FALSE, error);

  *last = 0;
  *next = SMD_REFRESH_NEVER;
  for (guint i = 0; watched != NULL && i < watched->len; i++)
    {
      const SmdRevocationEntry *entry = watched->pdata[i];

      if (entry->url[0] != '\0')
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

void
smd_refresh_take_late_answer (const SmdEnv *env, const SmdCall *call, const SmdFetchResult *late)
{
  g_autoptr (SmdResponders) responders = smd_responders_new (env, call);

  smd_responders_take (responders, late->ocsp, late);
  smd_responders_settle (responders);
}
