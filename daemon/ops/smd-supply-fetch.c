/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-limits.h"
#include "smd-supply-private.h"
#include "smimed-error.h"

/* A round waits only so long, microseconds: what came by then may already tell what else is needed. Each in vain is longer. */
#define FIRST_SLICE (250 * 1000)
/* Whose answer has begun, but doesn't end in this time, microseconds, is like one who is silent: it may be an octet a second. */
#define TRICKLE (2 * G_USEC_PER_SEC)
/* What stays of a call's deadline for judging and answering, microseconds: a fifth of a short one, a tenth of a long one */
#define SHORT_RESERVE (200 * 1000)
#define MOST_RESERVE G_USEC_PER_SEC
#define FOREVER (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

typedef struct
{
  GPtrArray *wants;    /* (owned) of SmdWant (unowned), each place once */
  GPtrArray *requests; /* (owned) of SmdFetchRequest */
} Round;

gboolean
smd_supply_is_offline (SmdSupply *self)
{
  return self->call->cache_only || self->env->fetcher == NULL;
}

static gint64
find_reserve (gint64 remaining)
{
  return CLAMP (remaining / 10, CLAMP (remaining / 5, 0, SHORT_RESERVE), MOST_RESERVE);
}

/*
 * Judging between the rounds counts, too: on a busy machine it may take as long as a round, and the network deadline is when the caller wants an
 * answer. Returns: what is left for the network, microseconds
 */
static gint64
count_time (SmdSupply *self, gint64 now)
{
  gint64 *left = smd_call_get_network_left (self->call, &self->own_left);

  *left = MAX (*left - (now - self->counted_until), 0);
  self->counted_until = now;
  return *left;
}

/* Returns: until when the next round waits, monotonic microseconds */
static gint64
find_end (SmdSupply *self, gint64 now)
{
  gint64 left = count_time (self, now);
  gint64 remaining = self->call->deadline != 0 ? self->call->deadline - now : FOREVER;

  if (self->cutoff == 0)
    self->cutoff = now + remaining - find_reserve (remaining);
  left = MIN (left, self->cutoff - now);
  self->slice = self->slice == 0 ? FIRST_SLICE : self->slice;
  return now + MIN (left, self->slice);
}

/* What is here already needn't come again. */
static void
add_validators (SmdSupply *self, SmdFetchRequest *request)
{
  SmdRevocationStore *store = self->env->revocation;
  g_autoptr (SmdRevocationEntry) entry = store != NULL ? smd_revocation_store_lookup (store, request->url, NULL) : NULL;

  if (entry == NULL || entry->this_update == 0)
    return;
  request->etag = g_strdup (entry->etag);
  request->modified = entry->modified;
}

/* Returns: (transfer full) (nullable): on error `Failed` */
static SmdFetchRequest *
make_question (SmdSupply *self, const SmdWant *want, GError **error)
{
  SmdOcspRequest *ocsp = smd_ocsp_request_new (self->env->crypto, want->certificate, want->issuer, self->known, error);

  return ocsp != NULL ? smd_fetch_request_new_ocsp (want->url, ocsp) : NULL;
}

/* Returns: (transfer full) (nullable): on error `Failed`, for OCSP only */
static SmdFetchRequest *
make_request (SmdSupply *self, const SmdWant *want, GError **error)
{
  const SmdOutcome *outcome = smd_supply_get_outcome (self, want->kind, want->url, want->certificate);
  gsize limit = want->kind == SMD_WANT_ISSUER ? SMD_LIMIT_CERTIFICATE : SMD_LIMIT_CRL;
  SmdFetchRequest *request
      = want->kind == SMD_WANT_OCSP ? make_question (self, want, error) : smd_fetch_request_new (want->url, limit);

  if (request == NULL)
    return NULL;
  request->looked = self->looked;
  request->since = outcome != NULL ? outcome->asked_at : self->round_begun;
  if (want->kind == SMD_WANT_CRL || want->kind == SMD_WANT_DELTA_CRL)
    add_validators (self, request);
  return request;
}

static gboolean
is_in (GPtrArray *wants, const SmdWant *want)
{
  for (guint i = 0; i < wants->len; i++)
    {
      const SmdWant *other = wants->pdata[i];

      if (other->kind == want->kind && g_str_equal (other->url, want->url)
          && (want->kind != SMD_WANT_OCSP || other->certificate == want->certificate))
        return TRUE;
    }

  return FALSE;
}

static void
add_to_round (SmdSupply *self, Round *round, SmdWant *want)
{
  gboolean again = smd_supply_get_outcome (self, want->kind, want->url, want->certificate) != NULL;
  g_autoptr (GError) error = NULL;
  SmdFetchRequest *request;

  if (is_in (round->wants, want))
    return;
  if (!again && g_hash_table_size (self->outcomes) + round->wants->len >= SMD_LIMIT_FETCHES)
    {
      smd_supply_note (self, want, SMD_PLACE_FAILED, FALSE, g_strdup ("Too many places would have to be asked for one verdict"));
      return;
    }

  request = make_request (self, want, &error);
  if (request == NULL)
    {
      smd_supply_note (self, want, SMD_PLACE_FAILED, FALSE, g_strdup (error->message));
      return;
    }

  g_ptr_array_add (round->wants, want);
  g_ptr_array_add (round->requests, request);
}

static gboolean
is_late (const SmdFetchResult *result)
{
  return g_error_matches (result->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
}

/* @ended: the round is over. Late before its end: it was silent for so long already that the fetcher doesn't wait for it. */
static void
note_late (SmdSupply *self, const SmdWant *want, const SmdFetchResult *result, gboolean ended)
{
  const SmdOutcome *outcome = smd_supply_get_outcome (self, want->kind, want->url, want->certificate);
  gint64 asked_at = outcome != NULL ? outcome->asked_at : self->round_begun;
  gboolean coming = result->answering && smd_clock_monotonic (self->env->clock) - asked_at < TRICKLE;
  SmdPlaceState state = !ended ? SMD_PLACE_FAILED : coming ? SMD_PLACE_UNTRIED : SMD_PLACE_AWAITED;

  smd_supply_note (self, want, state, TRUE, g_strdup ("The server hasn't answered in time; smimed goes on trying, try again later"));
}

/* A guard's refusal is the administrator's to lift, and no URL never becomes one; everything else may be otherwise next time. */
static gboolean
is_temporary (const GError *failure)
{
  return !g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS)
         && !g_error_matches (failure, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
}

/* Where nobody was asked now, what is remembered of the last time still tells more. */
static gboolean
is_remembered (SmdSupply *self, const SmdWant *want, const SmdFetchResult *result)
{
  SmdRevocationStore *store = self->env->revocation;
  g_autoptr (SmdRevocationEntry) entry = NULL;

  if (store == NULL || !result->unasked)
    return store == NULL;
  entry = want->kind == SMD_WANT_OCSP
              ? smd_revocation_store_lookup_ocsp (store, smd_certificate_get_fingerprint (want->certificate), NULL)
              : smd_revocation_store_lookup (store, want->url, NULL);
  return entry != NULL && entry->tried_at != 0;
}

static void
note_failure (SmdSupply *self, const SmdWant *want, const SmdFetchResult *result)
{
  SmdRevocationKind kind = want->kind == SMD_WANT_DELTA_CRL ? SMD_REVOCATION_DELTA_CRL : SMD_REVOCATION_CRL;
  gboolean temporary = is_temporary (result->failure);
  gboolean remembered = want->kind == SMD_WANT_ISSUER || is_remembered (self, want, result);
  char *detail = g_strdup (result->failure->message);
  g_autoptr (GError) error = NULL;

  if (want->kind == SMD_WANT_OCSP && !remembered)
    {
      smd_supply_note_mute (self, want, temporary, detail);
      return;
    }

  smd_supply_note (self, want, SMD_PLACE_FAILED, temporary, detail);
  if (!remembered
      && !smd_revocation_store_note_failure (self->env->revocation, want->url, kind, detail, self->now, &error))
    g_debug ("Can't remember that %s failed: %s", want->url, error->message);
}

static void
take (SmdSupply *self, const SmdWant *want, const SmdFetchRequest *request, const SmdFetchResult *result)
{
  const SmdOutcome *outcome;

  smd_supply_take (self, want, result);
  outcome = smd_supply_get_outcome (self, want->kind, want->url, want->certificate);
  if (!g_cancellable_is_cancelled (self->call->cancellable))
    smd_fetcher_note_content (self->env->fetcher, request, outcome->useless ? outcome->detail : NULL);
}

/* Returns: whether there is something new, or less to wait for */
static gboolean
take_all (SmdSupply *self, const Round *round, GPtrArray *results, gboolean ended)
{
  gboolean news = FALSE;

  for (guint i = 0; i < results->len; i++)
    {
      const SmdFetchResult *result = results->pdata[i];
      const SmdWant *want = round->wants->pdata[i];
      gboolean late = is_late (result);

      if (result->overtaken)
        g_debug ("%s is at hand by now", want->url);
      else if (late)
        note_late (self, want, result, ended);
      else if (result->failure != NULL)
        note_failure (self, want, result);
      else
        take (self, want, round->requests->pdata[i], result);
      news |= !late;
    }

  return news;
}

/* What comes between two rounds isn't asked for again. What has come by now was judged: it may be large. */
static void
keep_late (SmdSupply *self, GPtrArray *results)
{
  for (guint i = results->len; i > 0; i--)
    if (!is_late (results->pdata[i - 1]))
      g_ptr_array_remove_index_fast (results, i - 1);

  g_clear_pointer (&self->late, g_ptr_array_unref);
  self->late = g_ptr_array_ref (results);
}

static void
run_round (SmdSupply *self, const Round *round, gint64 end)
{
  g_autoptr (GPtrArray) results = NULL;
  gint64 now;

  smd_progress_enter (self->call->progress, "fetching", 0);
  results = smd_fetcher_fetch_all (self->env->fetcher, round->requests, end, self->call->cancellable);
  smd_progress_enter (self->call->progress, "judging", 0);
  now = smd_clock_monotonic (self->env->clock);
  count_time (self, now);
  if (g_cancellable_is_cancelled (self->call->cancellable))
    return;
  if (take_all (self, round, results, now >= end))
    self->slice = FIRST_SLICE;
  else
    self->slice *= 2;
  keep_late (self, results);
  self->looked = smd_clock_monotonic (self->env->clock);
}

static void
note_unasked (SmdSupply *self, const SmdWant *want)
{
  const char *why = smd_supply_is_offline (self) ? "Only what is here already was looked at, as was asked for"
                                                 : "There was no time left to ask; try again later";

  if (smd_supply_get_outcome (self, want->kind, want->url, want->certificate) == NULL)
    smd_supply_note (self, want, SMD_PLACE_FAILED, TRUE, g_strdup (why));
}

gboolean
smd_supply_fetch (SmdSupply *self, GPtrArray *wants)
{
  gint64 begin = self->round_begun = smd_clock_monotonic (self->env->clock);
  gint64 end = smd_supply_is_offline (self) ? begin : find_end (self, begin);
  Round round = { .wants = g_ptr_array_new (),
                  .requests = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fetch_request_free) };

  for (guint i = 0; i < wants->len && end > begin; i++)
    add_to_round (self, &round, wants->pdata[i]);
  for (guint i = 0; i < wants->len && end <= begin; i++)
    note_unasked (self, wants->pdata[i]);
  if (round.requests->len > 0)
    run_round (self, &round, end);

  g_ptr_array_unref (round.requests);
  g_ptr_array_unref (round.wants);
  return end > begin;
}
