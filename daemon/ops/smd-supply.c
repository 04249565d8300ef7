/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-supply-private.h"

#define CERTIFICATE_HOLD 6 /* CRLReason */

static void
outcome_free (gpointer data)
{
  SmdOutcome *self = data;

  g_free (self->detail);
  g_free (self);
}

static void
known_answer_free (gpointer data)
{
  SmdKnownAnswer *self = data;

  if (self != NULL)
    g_free (self->url);
  g_free (self);
}

void
smd_pending_answer_free (SmdPendingAnswer *self)
{
  smd_want_free (self->want);
  smd_certificate_unref (self->delegate);
  g_free (self);
}

SmdSupply *
smd_supply_new (const SmdEnv *env, const SmdCall *call)
{
  SmdSupply *self = g_new0 (SmdSupply, 1);

  self->env = env;
  self->call = call;
  self->now = smd_clock_now (env->clock);
  self->looked = smd_clock_monotonic (env->clock);
  self->outcomes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, outcome_free);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_answer_free);
  self->found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_pending_answer_free);
  self->fetched = smd_certificates_new ();
  self->known = smd_certificates_new ();
  self->anchors = smd_certificates_new ();
  self->crl_signers = smd_certificates_new ();
  self->own_left = -1;
  self->counted_until = smd_clock_monotonic (env->clock);
  return self;
}

void
smd_supply_free (SmdSupply *self)
{
  g_hash_table_unref (self->outcomes);
  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->found);
  g_clear_pointer (&self->run_out, g_hash_table_unref);
  g_clear_pointer (&self->late, g_ptr_array_unref);
  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->fetched);
  g_ptr_array_unref (self->known);
  g_ptr_array_unref (self->anchors);
  g_ptr_array_unref (self->crl_signers);
  g_free (self);
}

static char *
make_key (SmdWantKind kind, const char *url, SmdCertificate *certificate)
{
  return g_strdup_printf ("%d %s %s", kind, url, kind == SMD_WANT_OCSP ? smd_certificate_get_fingerprint (certificate) : "");
}

void
smd_supply_note (SmdSupply *self, const SmdWant *want, SmdPlaceState state, gboolean temporary, char *detail)
{
  const SmdOutcome *before = smd_supply_get_outcome (self, want->kind, want->url, want->certificate);
  SmdOutcome *outcome = g_new0 (SmdOutcome, 1);

  outcome->state = state;
  outcome->pending = state == SMD_PLACE_UNTRIED || state == SMD_PLACE_AWAITED;
  outcome->asked_at = before != NULL ? before->asked_at : self->round_begun;
  outcome->temporary = temporary;
  outcome->detail = detail;
  g_hash_table_replace (self->outcomes, make_key (want->kind, want->url, want->certificate), outcome);
}

void
smd_supply_note_useless (SmdSupply *self, const SmdWant *want)
{
  g_autofree char *key = make_key (want->kind, want->url, want->certificate);
  SmdOutcome *outcome = g_hash_table_lookup (self->outcomes, key);

  outcome->useless = TRUE;
}

const SmdOutcome *
smd_supply_get_outcome (SmdSupply *self, SmdWantKind kind, const char *url, SmdCertificate *certificate)
{
  g_autofree char *key = make_key (kind, url, certificate);

  return g_hash_table_lookup (self->outcomes, key);
}

gboolean
smd_supply_is_fresh (SmdSupply *self, const char *url)
{
  SmdRevocationStore *store = self->env->revocation;
  g_autoptr (SmdRevocationEntry) entry = store != NULL ? smd_revocation_store_lookup (store, url, NULL) : NULL;

  return entry != NULL && smd_revocation_entry_get_state (entry, self->now) == SMD_REVOCATION_FRESH;
}

gboolean
smd_supply_was_needed (SmdSupply *self)
{
  return g_hash_table_size (self->outcomes) > 0;
}

gboolean
smd_supply_has (SmdSupply *self, const char *url, gint64 this_update)
{
  SmdRevocationStore *store = self->env->revocation;
  g_autoptr (SmdRevocationEntry) entry = store != NULL ? smd_revocation_store_lookup (store, url, NULL) : NULL;

  return entry != NULL && entry->this_update == this_update;
}

/* What wasn't here when the path was judged may have been brought by another call since. */
static gboolean
is_at_hand (SmdSupply *self, const SmdWant *want)
{
  const char *fingerprint = smd_certificate_get_fingerprint (want->certificate);

  if (want->kind != SMD_WANT_OCSP)
    return want->kind != SMD_WANT_ISSUER && smd_supply_is_fresh (self, want->url);
  if (g_hash_table_lookup (self->answers, fingerprint) == NULL)
    g_hash_table_remove (self->answers, fingerprint);
  return smd_supply_get_answer (self, want->certificate) != NULL;
}

SmdPlaceState
smd_supply_place (const SmdWant *want, gpointer data)
{
  SmdSupply *self = data;
  const SmdOutcome *outcome = smd_supply_get_outcome (self, want->kind, want->url, want->certificate);

  if (outcome != NULL)
    return outcome->state;
  if (!is_at_hand (self, want))
    return SMD_PLACE_UNTRIED;
  if (want->kind != SMD_WANT_DELTA_CRL)
    self->overtaken |= g_hash_table_add (self->found, make_key (want->kind, want->url, want->certificate));
  return SMD_PLACE_FRESH;
}

gboolean
smd_supply_take_overtaken (SmdSupply *self)
{
  gboolean overtaken = self->overtaken;

  self->overtaken = FALSE;
  return overtaken;
}

void
smd_supply_know (SmdSupply *self, GPtrArray *certificates, GPtrArray *anchors, GPtrArray *crl_signers)
{
  for (guint i = 0; i < certificates->len; i++)
    smd_certificates_add (self->known, certificates->pdata[i]);
  for (guint i = 0; i < anchors->len; i++)
    {
      smd_certificates_add (self->known, anchors->pdata[i]);
      smd_certificates_add (self->anchors, anchors->pdata[i]);
    }
  for (guint i = 0; i < crl_signers->len; i++)
    smd_certificates_add (self->crl_signers, crl_signers->pdata[i]);
}

GPtrArray *
smd_supply_get_certificates (SmdSupply *self)
{
  return self->fetched;
}

/* ---- CRLs at hand ---- */

static gboolean
add_crls (SmdSupply *self, SmdSpan issuer, const char *const *urls, gboolean borne, GPtrArray *crls, GError **error)
{
  g_autoptr (GPtrArray) found = smd_revocation_store_find_crls (self->env->revocation, issuer, urls, borne, error);

  for (guint i = 0; found != NULL && i < found->len; i++)
    if (!g_ptr_array_find (crls, found->pdata[i], NULL))
      g_ptr_array_add (crls, smd_crl_ref (found->pdata[i]));
  return found != NULL;
}

static GPtrArray *
all_urls (SmdCertificate *certificate)
{
  const char *const *const lists[] = { smd_certificate_get_crl_urls (certificate), smd_certificate_get_freshest_crl_urls (certificate) };
  GPtrArray *urls = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (gsize j = 0; lists[i][j] != NULL; j++)
      g_ptr_array_add (urls, (gpointer) lists[i][j]);
  g_ptr_array_add (urls, NULL);
  return urls;
}

static gboolean
add_crls_of (SmdSupply *self, SmdCertificate *certificate, gboolean borne, GPtrArray *crls, GError **error)
{
  GPtrArray *others = smd_certificate_get_crl_issuer_names (certificate);
  g_autoptr (GPtrArray) urls = all_urls (certificate);

  if (!add_crls (self, smd_certificate_get_issuer_der (certificate), (const char *const *) urls->pdata, borne, crls, error))
    return FALSE;

  for (guint i = 0; i < others->len; i++)
    if (!add_crls (self, smd_span_bytes (others->pdata[i]), NULL, borne, crls, error))
      return FALSE;
  return TRUE;
}

GPtrArray *
smd_supply_find_crls (SmdSupply *self, GPtrArray *certificates, gboolean borne, GError **error)
{
  g_autoptr (GPtrArray) crls = smd_crls_new ();

  for (guint i = 0; self->env->revocation != NULL && i < certificates->len; i++)
    if (!add_crls_of (self, certificates->pdata[i], borne, crls, error))
      return NULL;

  return g_steal_pointer (&crls);
}

/* ---- OCSP answers at hand ---- */

/* Only who is on hold may come back (RFC 5280 section 5.3.1): whoever waits until the answer has run out gains nothing. */
static gboolean
is_final (const SmdOcspAnswer *answer)
{
  return answer->status == SMD_OCSP_REVOKED && answer->reason != CERTIFICATE_HOLD;
}

gboolean
smd_supply_counts (SmdSupply *self, const SmdOcspAnswer *answer)
{
  return answer->status != SMD_OCSP_UNKNOWN && (answer->next_update > self->now || is_final (answer));
}

void
smd_supply_note_run_out (SmdSupply *self, SmdCertificate *certificate)
{
  if (self->run_out == NULL)
    self->run_out = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (self->run_out, g_strdup (smd_certificate_get_fingerprint (certificate)));
}

const SmdKnownAnswer *
smd_supply_get_answer (SmdSupply *self, SmdCertificate *certificate)
{
  const char *fingerprint = smd_certificate_get_fingerprint (certificate);
  SmdRevocationStore *store = self->env->revocation;
  SmdKnownAnswer *known = NULL;
  SmdKnownAnswer kept = { 0 };

  if (g_hash_table_lookup_extended (self->answers, fingerprint, NULL, (gpointer *) &known))
    return known;

  if (store == NULL || !smd_revocation_store_get_ocsp (store, fingerprint, &kept.answer, &kept.url, NULL))
    kept.url = NULL;
  else if (smd_supply_counts (self, &kept.answer))
    known = g_memdup2 (&kept, sizeof kept);
  else
    smd_supply_note_run_out (self, certificate);

  if (known == NULL)
    g_free (kept.url);
  g_hash_table_insert (self->answers, g_strdup (fingerprint), known);
  return known;
}

gboolean
smd_supply_has_run_out (SmdSupply *self, SmdCertificate *certificate)
{
  return self->run_out != NULL && g_hash_table_contains (self->run_out, smd_certificate_get_fingerprint (certificate));
}
