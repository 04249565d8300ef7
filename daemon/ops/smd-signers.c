/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-signers.h"

#include "smd-first-sight.h"
#include "smd-identity-match.h"
#include "smd-limits.h"
#include "smd-validate.h"

/* How far the signing time may lie from the Date field before a reader is warned: seconds. */
#define SIGNING_TIME_SKEW 3600

/* Stored certificates that signers name by an id, for messages that don't bring theirs. */
static gboolean
find_absent (const SmdEnv *env, SmdCms *cms, GPtrArray *more, GError **error)
{
  for (guint i = 0; i < smd_cms_signed_get_n_signers (cms); i++)
    {
      const SmdSignerId *id = smd_cms_signed_get_signer_id (cms, i);
      SmdCertQuery query = SMD_CERT_QUERY_INIT;
      g_autoptr (GPtrArray) found = NULL;

      query.issuer_der = id->issuer_der;
      query.serial = id->serial;
      query.key_id = id->key_id;
      query.limit = SMD_LIMIT_SIGNERS;
      found = smd_cert_store_find (env->certs, &query, error);
      if (found == NULL)
        return FALSE;
      for (guint j = 0; j < found->len; j++)
        smd_certificates_add (more, ((SmdCertRecord *) found->pdata[j])->certificate);
    }

  return TRUE;
}

static gboolean
brings_all (SmdCms *cms)
{
  GPtrArray *certificates = smd_cms_signed_get_certificates (cms);

  for (guint i = 0; i < smd_cms_signed_get_n_signers (cms); i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; j < certificates->len && !found; j++)
        found = smd_signer_id_matches (smd_cms_signed_get_signer_id (cms, i), certificates->pdata[j]);
      if (!found)
        return FALSE;
    }

  return TRUE;
}

/* First the certificate, then everything that the message brought. */
static GPtrArray *
chain_of (SmdCertificate *certificate, GPtrArray *borne)
{
  GPtrArray *chain = smd_certificates_new ();

  smd_certificates_add (chain, certificate);
  for (guint i = 0; i < borne->len; i++)
    smd_certificates_add (chain, borne->pdata[i]);
  return chain;
}

static void
judge_address (const SmdSignedContent *content, SmdSignerReport *report)
{
  g_autofree char *detail = NULL;

  report->address_match = content->sender != NULL && smd_identity_match (report->certificate, content->sender);
  if (report->address_match)
    return;

  detail = content->sender != NULL
               ? g_strdup_printf ("The certificate is not made out to the sender, %s", content->sender)
               : g_strdup ("The message names no single sender to compare with");
  g_ptr_array_add (report->problems,
                   smd_problem_new_for (SMIMED_PROBLEM_ADDRESS_MISMATCH, smd_certificate_get_fingerprint (report->certificate), 0,
                                        detail));
}

static void
judge_time (const SmdSignedContent *content, SmdSignerReport *report)
{
  SmdProblem *problem;

  if (report->signing_time == G_MININT64 || content->date == G_MININT64
      || ABS (report->signing_time - content->date) <= SIGNING_TIME_SKEW)
    return;

  problem = smd_problem_new (SMIMED_PROBLEM_SIGNING_TIME_SKEW, "The signing time is far from the message's Date");
  problem->at = report->signing_time;
  g_ptr_array_add (report->problems, problem);
}

static void
name_stranger (SmdSignerReport *report, const SmdSignerId *id)
{
  report->issuer = smd_signer_id_dup_issuer (id);
  report->serial = smd_signer_id_dup_serial (id);
  report->key_id = smd_signer_id_dup_key_id (id);
}

static SmdSignerReport *
report_signature (const SmdSigner *signer)
{
  SmdSignerReport *report = smd_signer_report_new ();

  report->signature = signer->state;
  if (signer->certificate != NULL)
    report->certificate = smd_certificate_ref (signer->certificate);
  else
    name_stranger (report, &signer->id);
  report->digest = g_strdup (signer->digest);
  report->algorithm = g_strdup (signer->algorithm);
  report->signing_time = signer->signing_time;
  if (signer->encryption_certificate != NULL)
    report->encryption_certificate = smd_certificate_ref (signer->encryption_certificate);
  smd_problems_append (report->problems, signer->problems);
  return report;
}

/* Capabilities count only from a signer who has proven to be the sender (RFC 8551 section 2.7.1). */
static gboolean
learn (const SmdEnv *env, const SmdSignedContent *content, const SmdSigner *signer, const SmdSignerReport *report,
       GError **error)
{
  gint64 signing_time = signer->signing_time != G_MININT64 ? signer->signing_time : 0;

  if (!report->authenticated || !signer->has_capabilities || signing_time > smd_clock_now (env->clock))
    return TRUE;

  return smd_cert_store_set_capabilities (env->certs, content->sender, signer->capabilities, signing_time, error);
}

/* One signer and the questions about his certificate: today's, and as of when the message came */
typedef struct
{
  const SmdSigner *signer;    /* (unowned) */
  SmdSignerReport *report;    /* (unowned) */
  GPtrArray *chain;           /* (owned) */
  SmdValidateRequest now;
  SmdValidateRequest then;
} Case;

static void
case_free (gpointer data)
{
  Case *self = data;

  g_ptr_array_unref (self->chain);
  g_free (self);
}

static void
add_case (const SmdCall *call, const SmdSignedContent *content, const SmdSigner *signer, GPtrArray *crls, SmdLayer *layer,
          GPtrArray *cases)
{
  SmdSignerReport *report = report_signature (signer);
  Case *one;

  g_ptr_array_add (layer->signers, report);
  g_ptr_array_unref (report->borne);
  report->borne = g_ptr_array_ref (smd_cms_signed_get_certificates (content->cms));
  if (report->certificate == NULL)
    return;

  one = g_new0 (Case, 1);
  one->signer = signer;
  one->report = report;
  one->chain = chain_of (report->certificate, report->borne);
  one->now = (SmdValidateRequest) SMD_VALIDATE_REQUEST_INIT (call);
  one->now.chain = one->chain;
  one->now.usage = SMD_USAGE_SIGN;
  one->now.crls = crls;
  one->then = one->now;
  one->then.at = content->received_at;
  g_ptr_array_add (cases, one);
}

/* All at once: what has to be fetched is fetched side by side. Two answers for each case if there are two questions */
static GPtrArray *
validate_all (const SmdEnv *env, const SmdCall *call, const SmdSignedContent *content, GPtrArray *cases, GError **error)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new ();

  for (guint i = 0; i < cases->len; i++)
    {
      Case *one = cases->pdata[i];

      g_ptr_array_add (requests, &one->now);
      if (content->received_at != G_MININT64)
        g_ptr_array_add (requests, &one->then);
    }

  return smd_validate_many (env, call, requests, error);
}

/* As of when the message came, if that can be told; else as it was first seen. */
static SmdChainState
find_state_at_delivery (const SmdEnv *env, const Case *one, const SmdValidation *now, const SmdValidation *then)
{
  SmdChainState first = one->report->signature == SMD_SIGNATURE_GOOD ? smd_first_sight (env, one->signer->identity, now)
                                                                     : SMD_CHAIN_UNKNOWN;

  if (then == NULL)
    return first;
  return smd_validation_is_final (then) || first == SMD_CHAIN_UNKNOWN ? then->chain : first;
}

static gboolean
judge (const SmdEnv *env, const SmdSignedContent *content, const Case *one, const SmdValidation *now, const SmdValidation *then,
       GError **error)
{
  SmdSignerReport *report = one->report;

  report->chain = now->chain;
  report->at_delivery = find_state_at_delivery (env, one, now, then);
  smd_problems_append (report->problems, now->problems);
  g_clear_pointer (&report->chain_path, g_ptr_array_unref);
  report->chain_path = g_ptr_array_ref (now->chain_path);
  judge_address (content, report);
  judge_time (content, report);
  report->authenticated
      = report->signature == SMD_SIGNATURE_GOOD && report->chain == SMD_CHAIN_VALID && report->address_match;
  return learn (env, content, one->signer, report, error);
}

static gboolean
judge_all (const SmdEnv *env, const SmdCall *call, const SmdSignedContent *content, GPtrArray *signers, SmdLayer *layer, GError **error)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (case_free);
  g_autoptr (GPtrArray) crls = smd_cms_signed_get_crls (content->cms);
  g_autoptr (GPtrArray) answers = NULL;
  guint each = content->received_at != G_MININT64 ? 2 : 1;

  for (guint i = 0; i < signers->len; i++)
    add_case (call, content, signers->pdata[i], crls, layer, cases);
  answers = validate_all (env, call, content, cases, error);
  for (guint i = 0; answers != NULL && i < cases->len; i++)
    if (!judge (env, content, cases->pdata[i], answers->pdata[each * i], each == 2 ? answers->pdata[each * i + 1] : NULL, error))
      return FALSE;

  return answers != NULL;
}

gboolean
smd_signers_judge (const SmdEnv *env, const SmdCall *call, const SmdSignedContent *content, SmdLayer *layer, GError **error)
{
  g_autoptr (GPtrArray) more = smd_certificates_new ();
  g_autoptr (GPtrArray) signers = NULL;

  if (!brings_all (content->cms) && !find_absent (env, content->cms, more, error))
    return FALSE;

  smd_progress_enter (call->progress, "verifying", content->content.size);
  signers = smd_cms_signed_verify (content->cms, content->content, content->lines, more, call->progress, error);
  if (signers == NULL)
    return FALSE;

  smd_progress_enter (call->progress, "judging", 0);
  return judge_all (env, call, content, signers, layer, error);
}
