/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-explain.h"

#include "smd-crl-places.h"
#include "smd-crl-signers.h"
#include "smd-revocation-plan.h"

/* What an administrator can do about a certificate that names nobody who could say whether it is revoked. */
#define NO_SOURCE                                                                                                         \
  "The certificate names no CRL and no OCSP responder that the policy lets ask, and no CRL of its issuer was imported: import one " \
  "(Revocation.Import), have it issued anew with a distribution point, or set the policy “revocation” to soft-fail"

/* Likewise where a certificate says that its CRL is in a directory, and doesn't say in which. */
#define NO_DIRECTORY                                                                                                       \
  "The certificate's CRL is in a directory (LDAP), in the entry “%s”, and none is configured: name yours in the setting " \
  "“directories”, or import the CRL (Revocation.Import)"

/* See smd_inquiry_plan(). */
#define UNASKED "Nobody was asked whether the certificate is revoked: it leads to no anchor, and is invalid whatever they say"

typedef struct
{
  SmdProblem *problem;     /* (unowned) */
  SmdSupply *supply;       /* (unowned) */
  GString *detail;         /* (owned) */
  const char *url;         /* (unowned) (nullable) the first place that was asked in vain */
  gboolean temporary;
} Story;

static void
tell (Story *story, SmdWantKind kind, const char *const *urls, SmdCertificate *certificate)
{
  for (gsize i = 0; urls[i] != NULL; i++)
    {
      const SmdOutcome *outcome = smd_supply_get_outcome (story->supply, kind, urls[i], certificate);

      if (outcome == NULL || outcome->detail == NULL)
        continue;
      if (story->url == NULL)
        story->url = urls[i];
      story->temporary |= outcome->temporary;
      g_string_append_printf (story->detail, "%s%s: %s", story->detail->len > 0 ? "; " : "", urls[i], outcome->detail);
    }
}

/* What was found (a CRL that doesn't fit, say) stands first, then why there is nothing better. */
static void
end_story (Story *story)
{
  SmdProblem *problem = story->problem;
  g_autofree char *detail = NULL;

  if (story->url != NULL)
    {
      detail = g_strdup_printf ("%s (%s)", problem->detail != NULL ? problem->detail : "", story->detail->str);
      g_free (problem->detail);
      problem->detail = g_steal_pointer (&detail);
      g_free (problem->url);
      problem->url = g_strdup (story->url);
      problem->temporary = story->temporary;
    }
  g_string_free (story->detail, TRUE);
}

static SmdCertificate *
find_certificate (const SmdValidation *validation, const SmdProblem *problem)
{
  gboolean inside = problem->depth >= 0 && (guint) problem->depth < validation->chain_path->len;

  return inside ? validation->chain_path->pdata[problem->depth] : NULL;
}

static gboolean
asks_ocsp (SmdCertificate *certificate, const SmdPolicy *policy)
{
  return smd_revocation_plan_source (certificate, policy->revocation_sources, 0) == SMD_REVOCATION_SOURCE_OCSP;
}

/* The path knows of CRLs only. */
static void
explain_silence (SmdProblem *problem, gboolean run_out)
{
  g_free (problem->detail);
  problem->detail = g_strdup (run_out ? "The newest OCSP answer about the certificate has run out"
                                      : "No OCSP answer tells whether the certificate was revoked");
  if (run_out)
    problem->code = SMIMED_PROBLEM_REVOCATION_STALE;
}

static GPtrArray *
list_places (SmdCertificate *certificate, const SmdPolicy *policy)
{
  GPtrArray *places = g_ptr_array_new_with_free_func (g_free);

  smd_crl_places_add (places, smd_certificate_get_crl_points (certificate), SMD_WANT_CRL, smd_certificate_is_ca (certificate),
                      policy->directories);
  g_ptr_array_add (places, NULL);
  return places;
}

static void
explain_lack (SmdProblem *problem, SmdCertificate *certificate, const SmdPolicy *policy)
{
  GPtrArray *points = smd_certificate_get_crl_points (certificate);

  for (guint i = 0; i < points->len; i++)
    {
      const SmdCrlPoint *point = points->pdata[i];

      if (!smd_crl_places_lack_directory (point, policy->directories))
        continue;
      g_free (problem->detail);
      problem->detail = g_strdup_printf (NO_DIRECTORY, point->names[0] != NULL ? point->names[0] : point->urls[0]);
      problem->temporary = FALSE;
      return;
    }
}

static void
explain_revocation (SmdProblem *problem, SmdCertificate *certificate, const SmdPolicy *policy, SmdSupply *supply)
{
  g_autoptr (GPtrArray) places = list_places (certificate, policy);
  Story story = { .problem = problem, .supply = supply, .detail = g_string_new (NULL) };

  if (smd_revocation_plan_source (certificate, policy->revocation_sources, 0) == SMD_REVOCATION_SOURCE_NONE
      && problem->code == SMIMED_PROBLEM_REVOCATION_UNAVAILABLE)
    {
      g_free (problem->detail);
      problem->detail = g_strdup (NO_SOURCE);
      problem->temporary = FALSE;
    }
  if (asks_ocsp (certificate, policy) && problem->code == SMIMED_PROBLEM_REVOCATION_UNAVAILABLE)
    explain_silence (problem, smd_supply_has_run_out (supply, certificate));
  else if (problem->code == SMIMED_PROBLEM_REVOCATION_UNAVAILABLE)
    explain_lack (problem, certificate, policy);
  tell (&story, SMD_WANT_OCSP, smd_certificate_get_ocsp_urls (certificate), certificate);
  tell (&story, SMD_WANT_CRL, (const char *const *) places->pdata, certificate);
  end_story (&story);
}

static gboolean
may_find_issuer (GPtrArray *problems)
{
  for (guint i = 0; i < problems->len; i++)
    {
      const SmdProblem *problem = problems->pdata[i];

      if (problem->code == SMIMED_PROBLEM_ISSUER_UNAVAILABLE && problem->temporary)
        return TRUE;
    }

  return FALSE;
}

/* After the problem with the issuer, without which this one is nothing to be tried again. */
static void
explain_unasked (GPtrArray *problems)
{
  gboolean temporary = may_find_issuer (problems);

  for (guint i = 0; i < problems->len; i++)
    {
      SmdProblem *problem = problems->pdata[i];

      if (problem->code != SMIMED_PROBLEM_REVOCATION_UNAVAILABLE)
        continue;
      g_free (problem->detail);
      problem->detail = g_strdup (UNASKED);
      problem->temporary = problem->temporary && temporary;
    }
}

static void
explain_issuer (SmdProblem *problem, SmdCertificate *certificate, SmdSupply *supply)
{
  Story story = { .problem = problem, .supply = supply, .detail = g_string_new (NULL) };

  tell (&story, SMD_WANT_ISSUER, smd_certificate_get_issuer_urls (certificate), certificate);
  end_story (&story);
}

/* A CRL's place stands there already. */
static void
explain_revoked (SmdProblem *problem, SmdCertificate *certificate, SmdSupply *supply)
{
  const SmdKnownAnswer *known = problem->url == NULL ? smd_supply_get_answer (supply, certificate) : NULL;

  if (known != NULL)
    problem->url = g_strdup (known->url);
}

static void
explain_problem (SmdProblem *problem, SmdCertificate *certificate, const SmdPolicy *policy, SmdSupply *supply)
{
  switch (problem->code)
    {
    case SMIMED_PROBLEM_REVOCATION_UNAVAILABLE:
    case SMIMED_PROBLEM_REVOCATION_STALE:
      explain_revocation (problem, certificate, policy, supply);
      return;
    case SMIMED_PROBLEM_REVOKED:
      explain_revoked (problem, certificate, supply);
      return;
    case SMIMED_PROBLEM_ISSUER_UNAVAILABLE:
      explain_issuer (problem, certificate, supply);
      return;
    default:
      return;
    }
}

/* ---- what is known of whom ---- */

/* The CRL was judged by; where it came from is told by what its places have. */
static char *
find_url (SmdSupply *supply, SmdCertificate *certificate, const SmdPolicy *policy, const SmdPathEvidence *evidence)
{
  g_autoptr (GPtrArray) places = list_places (certificate, policy);

  for (guint i = 0; i + 1 < places->len; i++)
    if (smd_supply_has (supply, places->pdata[i], evidence->this_update))
      return g_strdup (places->pdata[i]);

  return NULL;
}

static const SmdPathEvidence *
find_evidence (const SmdPath *path, guint depth)
{
  const SmdPathEvidence *found = NULL;

  for (guint i = 0; i < path->evidence->len; i++)
    {
      const SmdPathEvidence *one = &g_array_index (path->evidence, SmdPathEvidence, i);

      if (one->depth == depth && found == NULL)
        found = one;
    }

  return found;
}

static SmdRevocationAnswer *
describe (const SmdInquiry *inquiry, guint depth, const SmdPolicy *policy, SmdSupply *supply)
{
  SmdCertificate *certificate = inquiry->path->chain->pdata[depth];
  const SmdPathEvidence *evidence = find_evidence (inquiry->path, depth);
  const SmdKnownAnswer *known = asks_ocsp (certificate, policy) ? smd_supply_get_answer (supply, certificate) : NULL;
  SmdRevocationAnswer *answer = g_new0 (SmdRevocationAnswer, 1);

  answer->certificate = g_strdup (smd_certificate_get_fingerprint (certificate));
  if (known != NULL)
    {
      answer->source = SMD_REVOCATION_SOURCE_OCSP;
      answer->this_update = known->answer.this_update;
      answer->next_update = known->answer.next_update;
      answer->url = g_strdup (known->url);
    }
  else if (evidence != NULL)
    {
      answer->source = SMD_REVOCATION_SOURCE_CRL;
      answer->this_update = evidence->this_update;
      answer->next_update = evidence->next_update;
      answer->url = find_url (supply, certificate, policy, evidence);
    }
  return answer;
}

void
smd_explain (SmdValidation *validation, const SmdInquiry *inquiry, const SmdPolicy *policy, SmdSupply *supply)
{
  const SmdPath *path = inquiry->path;
  guint below_anchor = path->anchored ? path->chain->len - 1 : path->chain->len;

  for (guint i = 0; i < validation->problems->len; i++)
    {
      SmdCertificate *certificate = find_certificate (validation, validation->problems->pdata[i]);

      if (certificate != NULL)
        explain_problem (validation->problems->pdata[i], certificate, policy, supply);
    }
  if (!path->anchored)
    explain_unasked (validation->problems);
  for (guint i = 0; i < below_anchor; i++)
    g_ptr_array_add (validation->revocation, describe (inquiry, i, policy, supply));
}

static void
keep_issuers (const SmdEnv *env, const SmdPath *path, GPtrArray *fetched)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i + 1 < path->chain->len; i++)
    {
      gboolean foreign = g_ptr_array_find (fetched, path->chain->pdata[i], NULL);

      g_ptr_array_add (records, smd_cert_record_new (path->chain->pdata[i], SMD_ROLE_INTERMEDIATE,
                                                     foreign ? SMD_ORIGIN_DIRECTORY : SMD_ORIGIN_MESSAGE, SMD_TRUST_DEFAULT));
    }
  if (records->len > 0 && !smd_cert_store_add (env->certs, records, &error))
    g_warning ("Can't keep an issuer's certificate: %s", error->message);
}

/* Where it may be, but isn't, needn't be asked again and again: a name means an entry in each directory. */
static void
add_used (GPtrArray *used, SmdCertificate *certificate, const SmdPolicy *policy, SmdSupply *supply)
{
  const char *const *urls = smd_certificate_get_crl_urls (certificate);
  g_autoptr (GPtrArray) places = list_places (certificate, policy);

  for (guint i = 0; i + 1 < places->len; i++)
    if (g_strv_contains (urls, places->pdata[i]) || smd_supply_is_fresh (supply, places->pdata[i]))
      g_ptr_array_add (used, g_steal_pointer (&places->pdata[i]));
}

static void
touch_crls (const SmdEnv *env, const SmdPath *path, const SmdPolicy *policy, SmdSupply *supply)
{
  g_autoptr (GPtrArray) urls = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i + 1 < path->chain->len; i++)
    add_used (urls, path->chain->pdata[i], policy, supply);
  if (urls->len == 0)
    return;

  g_ptr_array_add (urls, NULL);
  if (!smd_revocation_store_touch (env->revocation, (const char *const *) urls->pdata, smd_clock_now (env->clock), &error))
    g_debug ("Can't note which CRLs are used: %s", error->message);
}

/* Returns: (transfer full) (nullable): those of @path whose revocation OCSP tells; %NULL: none */
static GPtrArray *
find_asked (const SmdPath *path, SmdOrder sources)
{
  GPtrArray *asked = NULL;

  for (guint i = 0; i + 1 < path->chain->len; i++)
    {
      if (smd_revocation_plan_source (path->chain->pdata[i], sources, 0) != SMD_REVOCATION_SOURCE_OCSP)
        continue;
      if (asked == NULL)
        asked = g_ptr_array_new ();
      g_ptr_array_add (asked, path->chain->pdata[i]);
    }
  return asked;
}

static void
touch_answers (const SmdEnv *env, const SmdPath *path, SmdOrder sources)
{
  g_autoptr (GPtrArray) asked = find_asked (path, sources);
  g_autoptr (GError) error = NULL;

  if (asked != NULL && !smd_crl_signers_is_forged (path)
      && !smd_revocation_store_touch_ocsp (env->revocation, asked, smd_clock_now (env->clock), &error))
    g_debug ("Can't note which OCSP answers are used: %s", error->message);
}

void
smd_keep_fruit (const SmdEnv *env, const SmdInquiry *inquiry, const SmdPolicy *policy, SmdSupply *supply)
{
  const SmdPath *path = inquiry->path;

  if (!path->anchored)
    return;

  if (smd_supply_was_needed (supply) && !smd_supply_is_offline (supply))
    keep_issuers (env, path, smd_supply_get_certificates (supply));
  if (env->revocation == NULL || inquiry->request->revocation == SMD_REVOCATION_OFF)
    return;
  touch_crls (env, path, policy, supply);
  touch_answers (env, path, policy->revocation_sources);
}
