/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-inquiry.h"

#include "smd-crl-signers.h"
#include "smd-revocation-plan.h"

/* One message's, and those who may have signed them */
#define MOST_BORNE_CRLS 16

SmdInquiry *
smd_inquiry_new (const SmdValidateRequest *request)
{
  SmdInquiry *self = g_new0 (SmdInquiry, 1);

  self->request = request;
  self->answers = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
smd_inquiry_free (SmdInquiry *self)
{
  g_clear_pointer (&self->gathered, smd_gathered_free);
  g_ptr_array_unref (self->answers);
  g_clear_pointer (&self->path, smd_path_unref);
  g_clear_pointer (&self->crl_signers, g_ptr_array_unref);
  g_clear_pointer (&self->crls, g_ptr_array_unref);
  g_free (self);
}

static gboolean
asks_ocsp (SmdCertificate *certificate, SmdOrder sources)
{
  return smd_revocation_plan_source (certificate, sources, 0) == SMD_REVOCATION_SOURCE_OCSP;
}

static void
take_answer (SmdInquiry *self, SmdSupply *supply, SmdCertificate *certificate)
{
  const SmdKnownAnswer *known = smd_supply_get_answer (supply, certificate);
  SmdPathAnswer *answer;

  if (known == NULL)
    return;

  answer = g_new0 (SmdPathAnswer, 1);
  answer->certificate = certificate;
  answer->reason = known->answer.reason;
  if (known->answer.status == SMD_OCSP_REVOKED)
    answer->revoked_at = MAX (known->answer.revoked_at, 1);
  g_ptr_array_add (self->answers, answer);
}

static void
take_answers (SmdInquiry *self, SmdSupply *supply, SmdOrder sources, GPtrArray *certificates)
{
  g_ptr_array_set_size (self->answers, 0);
  for (guint i = 0; i < certificates->len; i++)
    if (asks_ocsp (certificates->pdata[i], sources))
      take_answer (self, supply, certificates->pdata[i]);
}

/* The certificate and all that may be above it: (transfer full) */
static GPtrArray *
list_all (const SmdInquiry *self)
{
  GPtrArray *all = smd_certificates_new ();

  smd_certificates_add (all, self->request->chain->pdata[0]);
  for (guint i = 0; i < self->gathered->candidates->len; i++)
    smd_certificates_add (all, self->gathered->candidates->pdata[i]);
  return all;
}

static GPtrArray *
find_crls (SmdSupply *supply, const SmdPolicy *policy, GPtrArray *all, gboolean borne, GError **error)
{
  gboolean none = policy->revocation_sources == SMD_ORDER_SECOND_ONLY || policy->revocation_sources == SMD_ORDER_NEITHER;

  return none ? smd_crls_new () : smd_supply_find_crls (supply, all, borne, error);
}

static gboolean
check_path (SmdInquiry *self, const SmdEnv *env, GPtrArray *crls, GError **error)
{
  const SmdValidateRequest *request = self->request;
  gint64 now = smd_clock_now (env->clock);
  SmdPathQuery query = {
    .leaf = request->chain->pdata[0],
    .candidates = self->gathered->candidates,
    .anchors = self->gathered->anchors,
    .crls = crls,
    .answers = self->answers,
    .at = request->at != G_MININT64 ? request->at : now,
    .known_at = now,
    .policies = request->policies,
    .require_explicit_policy = request->require_explicit_policy,
    .inhibit_policy_mapping = request->inhibit_policy_mapping,
    .inhibit_any_policy = request->inhibit_any_policy,
  };

  g_clear_pointer (&self->path, smd_path_unref);
  self->path = smd_path_check (env->crypto, &query, error);
  return self->path != NULL;
}

static gboolean
is_settled (const SmdPath *path)
{
  for (guint i = 0; i + 1 < path->chain->len; i++)
    if (!smd_revocation_plan_is_settled (path, i))
      return FALSE;

  return TRUE;
}

/* Those who sign CRLs in an authority's place aren't in the path, but theirs are judged, too. */
static gboolean
signs_crls_only (const SmdInquiry *self, SmdCertificate *certificate)
{
  return !g_ptr_array_find (self->path->chain, certificate, NULL) && !smd_certificate_is_self_signed (certificate)
         && !g_ptr_array_find (self->gathered->anchors, certificate, NULL);
}

/* What is settled can be changed only by a CRL that is newer than all that are known of its issuer. */
static gboolean
is_news (const SmdInquiry *self, SmdBlob *file)
{
  SmdSpan issuer;
  gint64 made = 0;

  if (!smd_crl_read_issuer (file, &issuer, NULL) || !smd_crl_read_this_update (file, &made))
    return FALSE;
  for (guint i = 0; i < self->crls->len; i++)
    if (smd_span_equal (smd_crl_get_issuer_der (self->crls->pdata[i]), issuer) && smd_crl_get_this_update (self->crls->pdata[i]) >= made)
      return FALSE;

  return TRUE;
}

/* The message's own CRLs are looked into where they are of use, and kept: only who leads to an anchor has a say.
 * Returns: whether there is something new */
static gboolean
take_borne_crls (const SmdInquiry *self, const SmdEnv *env, const SmdCall *call)
{
  GPtrArray *crls = self->request->crls;
  gboolean settled = is_settled (self->path);
  gboolean news = FALSE;

  for (guint i = 0; crls != NULL && self->path->anchored && i < crls->len && i < MOST_BORNE_CRLS; i++)
    {
      g_autoptr (SmdRevocationEntry) entry = NULL;
      g_autoptr (GError) error = NULL;

      if (settled && !is_news (self, crls->pdata[i]))
        continue;
      entry = smd_revocation_store_import_crl (env->revocation, SMD_REVOCATION_BORNE, crls->pdata[i], self->crl_signers, NULL, 0,
                                               smd_clock_now (env->clock), call->cancellable, &error);
      news |= entry != NULL;
      if (entry == NULL)
        g_debug ("A CRL that came with a message is of no use: %s", error->message);
    }
  return news;
}

/* @borne: with those that came with messages. If there are none, the path stays what it is. */
static gboolean
check_with_crls (SmdInquiry *self, const SmdEnv *env, const SmdCall *call, SmdSupply *supply, gboolean borne, GError **error)
{
  g_autoptr (GPtrArray) all = list_all (self);
  g_autoptr (GPtrArray) crls = find_crls (supply, &call->policy, all, borne, error);

  if (crls == NULL)
    return FALSE;

  if (borne && crls->len == self->n_found)
    return TRUE;
  self->n_found = crls->len;
  smd_crl_signers_drop_forged (self->crl_signers, crls);
  g_clear_pointer (&self->crls, g_ptr_array_unref);
  self->crls = g_steal_pointer (&crls);
  return check_path (self, env, self->crls, error);
}

gboolean
smd_inquiry_update (SmdInquiry *self, const SmdEnv *env, const SmdCall *call, SmdSupply *supply, GError **error)
{
  const SmdValidateRequest *request = self->request;
  g_autoptr (GPtrArray) all = NULL;

  g_clear_pointer (&self->gathered, smd_gathered_free);
  self->gathered = smd_gather (env, request->chain->pdata[0], request->chain, smd_supply_get_certificates (supply), error);
  if (self->gathered == NULL)
    return FALSE;
  if (request->revocation == SMD_REVOCATION_OFF)
    return check_path (self, env, NULL, error);

  all = list_all (self);
  g_clear_pointer (&self->crl_signers, g_ptr_array_unref);
  self->crl_signers = smd_crl_signers_find (env, self->gathered);
  smd_supply_know (supply, all, self->gathered->anchors, self->crl_signers);
  take_answers (self, supply, call->policy.revocation_sources, all);
  return check_with_crls (self, env, call, supply, FALSE, error);
}

/* Whoever signs a message chooses which CRLs come with it, and may leave out the one that tells of him. */
gboolean
smd_inquiry_finish (SmdInquiry *self, const SmdEnv *env, const SmdCall *call, SmdSupply *supply, GError **error)
{
  if (self->request->revocation == SMD_REVOCATION_OFF || env->revocation == NULL)
    return TRUE;
  if (!check_with_crls (self, env, call, supply, TRUE, error))
    return FALSE;

  return !take_borne_crls (self, env, call) || check_with_crls (self, env, call, supply, TRUE, error);
}

static gboolean
may_speak_of (SmdCrl *crl, SmdCertificate *certificate, SmdCertificate *issuer)
{
  GPtrArray *others = smd_certificate_get_crl_issuer_names (certificate);
  SmdSpan name = smd_crl_get_issuer_der (crl);
  gboolean found = smd_certificate_is_named (issuer, name);

  for (guint i = 0; i < others->len && !found; i++)
    found = smd_span_equal (smd_span_bytes (others->pdata[i]), name);
  return found;
}

static void
plan_deltas (const SmdInquiry *self, const SmdPolicy *policy, SmdSupply *supply, GPtrArray *wants)
{
  GPtrArray *chain = self->path->chain;

  for (guint i = 0; i < self->crls->len; i++)
    for (guint j = 0; smd_crl_get_freshest_points (self->crls->pdata[i]) != NULL && j + 1 < chain->len; j++)
      if (may_speak_of (self->crls->pdata[i], chain->pdata[j], chain->pdata[j + 1]))
        smd_revocation_plan_add_deltas (chain->pdata[j], self->crls->pdata[i], policy, smd_supply_place, supply, wants);
}

static void
plan_revocation (SmdInquiry *self, const SmdPolicy *policy, SmdSupply *supply, GPtrArray *wants)
{
  const SmdPath *path = self->path;
  /* An OCSP answer is the issuer's word: one who has only his name can't give it. */
  gboolean forged = smd_crl_signers_is_forged (path);
  gboolean settled = TRUE;

  for (guint i = 0; i + 1 < path->chain->len; i++)
    {
      gboolean one = smd_revocation_plan_is_settled (path, i);

      settled = settled && one;
      smd_revocation_plan_add (path->chain->pdata[i], forged ? NULL : path->chain->pdata[i + 1], policy, one, smd_supply_place, supply, wants);
    }

  plan_deltas (self, policy, supply, wants);
  for (guint i = 0; i < self->crl_signers->len && !settled; i++)
    if (signs_crls_only (self, self->crl_signers->pdata[i]))
      smd_revocation_plan_add (self->crl_signers->pdata[i], NULL, policy, FALSE, smd_supply_place, supply, wants);
}

/* Nobody is asked about the revocation of what leads to no anchor: it is invalid whatever they say, and a stranger's message would
 * choose who is asked. */
void
smd_inquiry_plan (SmdInquiry *self, const SmdCall *call, SmdSupply *supply, GPtrArray *wants)
{
  g_autoptr (GPtrArray) all = list_all (self);

  smd_issuer_plan_add (self->path, all, smd_supply_place, supply, wants);
  if (self->path->anchored && self->request->revocation != SMD_REVOCATION_OFF)
    plan_revocation (self, &call->policy, supply, wants);
}
