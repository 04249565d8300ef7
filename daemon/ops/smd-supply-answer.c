/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-signers.h"
#include "smd-revocation-plan.h"
#include "smd-supply-private.h"

/* Seconds that an answer without nextUpdate counts: newer ones are always to be had (RFC 6960 section 4.2.2.1), but not for each message. */
#define UNDATED 600

void
smd_supply_note_mute (SmdSupply *self, const SmdWant *want, gboolean temporary, char *detail)
{
  SmdRevocationStore *store = self->env->revocation;
  g_autoptr (GError) error = NULL;

  if (store != NULL
      && !smd_revocation_store_note_mute (store, smd_certificate_get_fingerprint (want->certificate), want->url, detail, self->now, &error))
    g_debug ("Can't remember that %s gave no answer: %s", want->url, error->message);
  smd_supply_note (self, want, SMD_PLACE_FAILED, temporary, detail);
}

static void
note_known (SmdSupply *self, const SmdWant *want, const SmdOcspAnswer *answer)
{
  SmdKnownAnswer *known = g_new0 (SmdKnownAnswer, 1);

  known->answer = *answer;
  known->url = g_strdup (want->url);
  g_hash_table_replace (self->answers, g_strdup (smd_certificate_get_fingerprint (want->certificate)), known);
  smd_supply_note (self, want, SMD_PLACE_FRESH, FALSE, NULL);
}

/* An answer that was good for long may be played again after the certificate was revoked: of two the newer one counts, also when it has run
 * out. Returns: what counts */
static SmdOcspAnswer
keep_newer (SmdSupply *self, const SmdWant *want, const SmdOcspAnswer *answer)
{
  SmdRevocationStore *store = self->env->revocation;
  const char *fingerprint = smd_certificate_get_fingerprint (want->certificate);
  g_autoptr (GError) error = NULL;
  SmdOcspAnswer kept;

  if (store == NULL)
    return *answer;
  if (!smd_revocation_store_put_ocsp (store, fingerprint, want->url, answer, self->now, &error))
    g_debug ("Can't keep an OCSP answer: %s", error->message);
  return smd_revocation_store_get_ocsp (store, fingerprint, &kept, NULL, NULL) && kept.this_update > answer->this_update ? kept : *answer;
}

static void
keep (SmdSupply *self, const SmdWant *want, const SmdOcspAnswer *answer)
{
  SmdOcspAnswer newer = *answer;

  if (answer->status == SMD_OCSP_UNKNOWN)
    {
      smd_supply_note_mute (self, want, TRUE, g_strdup ("The OCSP responder doesn't know the certificate; ask who issued it"));
      smd_supply_note_useless (self, want);
      return;
    }

  if (newer.next_update == 0)
    newer.next_update = self->now + UNDATED;
  newer = keep_newer (self, want, &newer);
  if (newer.this_update == answer->this_update || smd_supply_counts (self, &newer))
    {
      note_known (self, want, &newer);
      return;
    }

  smd_supply_note_run_out (self, want->certificate);
  smd_supply_note_mute (self, want, TRUE, g_strdup ("The OCSP response is older than one that is known"));
  smd_supply_note_useless (self, want);
}

/* The responder's certificate goes through the same rules as every other (RFC 6960 section 4.2.2.2.1).
 * Returns: (transfer full): its path */
static SmdPath *
check_delegate (SmdSupply *self, SmdCertificate *delegate, GError **error)
{
  gboolean exempt = smd_certificate_has_ocsp_no_check (delegate);
  g_autoptr (GPtrArray) certificates = smd_certificates_new ();
  g_autoptr (GPtrArray) crls = NULL;
  SmdPathQuery query
      = { .leaf = delegate, .candidates = self->known, .anchors = self->anchors, .at = self->now };

  for (guint i = 0; i < self->known->len; i++)
    smd_certificates_add (certificates, self->known->pdata[i]);
  smd_certificates_add (certificates, delegate);
  crls = exempt ? NULL : smd_supply_find_crls (self, certificates, TRUE, error);
  if (!exempt && crls == NULL)
    return NULL;

  if (crls != NULL)
    smd_crl_signers_drop_forged (self->crl_signers, crls);
  query.crls = crls;
  return smd_path_check (self->env->crypto, &query, error);
}

/* Only the delegate's own revocation is asked here: that of the authorities above it is the certificate's, too, and judged there. */
static const SmdProblem *
find_fault (const SmdPath *path)
{
  for (guint i = 0; i < path->problems->len; i++)
    {
      const SmdProblem *problem = path->problems->pdata[i];

      if (problem->depth <= 0 || smd_revocation_plan_is_settled (path, (guint) problem->depth))
        return problem;
    }

  return NULL;
}

static gboolean
awaits_crl (const SmdProblem *fault)
{
  return fault->depth == 0
         && (fault->code == SMIMED_PROBLEM_REVOCATION_UNAVAILABLE || fault->code == SMIMED_PROBLEM_REVOCATION_STALE);
}

/* Returns: FALSE if it has to be asked for a CRL first */
static gboolean
settle (SmdSupply *self, const SmdWant *want, const SmdOcspAnswer *answer, SmdCertificate *delegate, gboolean last)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPath) path = check_delegate (self, delegate, &error);
  const SmdProblem *fault = path != NULL ? find_fault (path) : NULL;

  if (path != NULL && path->anchored && fault == NULL)
    keep (self, want, answer);
  else if (fault != NULL && awaits_crl (fault) && !last)
    return FALSE;
  else
    smd_supply_note_mute (self, want, TRUE,
                          g_strdup_printf ("The OCSP responder's certificate (%s) may not answer: %s", smd_certificate_get_subject (delegate),
                                           fault != NULL ? fault->detail : error != NULL ? error->message : "it leads to no anchor"));
  return TRUE;
}

/* Of one that was refused: it is filled in only where nothing but its dates is wrong. */
static gboolean
has_run_out (const SmdOcspAnswer *answer, gint64 now)
{
  return answer->this_update != 0 && answer->this_update < now;
}

static void
refuse (SmdSupply *self, const SmdWant *want, const SmdOcspAnswer *answer, const GError *error)
{
  if (has_run_out (answer, self->now))
    smd_supply_note_run_out (self, want->certificate);
  smd_supply_note_mute (self, want, TRUE, g_strdup (error->message));
  /* Who may sign answers depends on what is known here. */
  if (!g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID))
    smd_supply_note_useless (self, want);
}

static void
put_off (SmdSupply *self, const SmdWant *want, const SmdOcspAnswer *answer, SmdCertificate *delegate)
{
  SmdPendingAnswer *pending = g_new0 (SmdPendingAnswer, 1);

  pending->want = smd_want_new (want->kind, want->url, want->certificate, want->issuer);
  pending->answer = *answer;
  pending->delegate = smd_certificate_ref (delegate);
  g_ptr_array_add (self->pending, pending);
  smd_supply_note_mute (self, want, TRUE, g_strdup ("Whether the OCSP responder itself is revoked isn't known yet"));
}

void
smd_supply_take_answer (SmdSupply *self, const SmdWant *want, const SmdFetchResult *result)
{
  g_autoptr (SmdCertificate) delegate = NULL;
  g_autoptr (GError) error = NULL;
  SmdOcspAnswer answer = { 0 };

  if (!smd_ocsp_response_read (self->env->crypto, smd_blob_get_span (result->body), result->ocsp, self->known, self->now, &answer,
                               &delegate, &error))
    refuse (self, want, &answer, error);
  else if (delegate == NULL)
    keep (self, want, &answer);
  else if (!settle (self, want, &answer, delegate, FALSE))
    put_off (self, want, &answer, delegate);
}

gboolean
smd_supply_plan_delegates (SmdSupply *self, GPtrArray *wants)
{
  SmdPolicy crls_only = self->call->policy;
  gboolean news = FALSE;

  crls_only.revocation_sources = SMD_ORDER_FIRST_ONLY;
  for (guint i = 0; i < self->pending->len;)
    {
      const SmdPendingAnswer *pending = self->pending->pdata[i];
      guint before = wants->len;

      smd_revocation_plan_add (pending->delegate, NULL, &crls_only, FALSE, smd_supply_place, self, wants);
      if (settle (self, pending->want, &pending->answer, pending->delegate, wants->len == before))
        {
          g_ptr_array_remove_index (self->pending, i);
          news = TRUE;
        }
      else
        i++;
    }

  return news;
}
