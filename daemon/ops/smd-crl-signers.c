/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-signers.h"

#define MOST_LOOKED_AT 64

static gboolean
may_sign (SmdCertificate *certificate)
{
  return !smd_certificate_has_key_usage (certificate)
         || (smd_certificate_get_key_usage (certificate) & SMD_KEY_USAGE_CRL_SIGN) != 0;
}

/* Dates, policies and weak algorithms are the verdict's matter. */
gboolean
smd_crl_signers_is_forged (const SmdPath *path)
{
  for (guint i = 0; i < path->problems->len; i++)
    {
      SmimedProblemCode code = ((const SmdProblem *) path->problems->pdata[i])->code;

      if (code == SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE || code == SMIMED_PROBLEM_NOT_A_CA || code == SMIMED_PROBLEM_PATH_LENGTH
          || code == SMIMED_PROBLEM_NAME_CONSTRAINTS)
        return TRUE;
    }

  return FALSE;
}

SmdPath *
smd_crl_signers_find_path (const SmdEnv *env, const SmdGathered *gathered, SmdCertificate *certificate, GError **error)
{
  const SmdPathQuery query = { .leaf = certificate,
                               .candidates = gathered->candidates,
                               .anchors = gathered->anchors,
                               .at = smd_clock_now (env->clock) };

  return smd_path_check (env->crypto, &query, error);
}

gboolean
smd_crl_signers_is_proven (const SmdEnv *env, const SmdGathered *gathered, SmdCertificate *certificate)
{
  g_autoptr (SmdPath) path = smd_crl_signers_find_path (env, gathered, certificate, NULL);

  return path != NULL && path->anchored && !smd_crl_signers_is_forged (path);
}

GPtrArray *
smd_crl_signers_find (const SmdEnv *env, const SmdGathered *gathered)
{
  GPtrArray *signers = smd_certificates_new ();

  for (guint i = 0; i < gathered->anchors->len; i++)
    smd_certificates_add (signers, gathered->anchors->pdata[i]);
  /* Without an anchor nobody is proven: a stranger's long chain needn't be walked from each of its authorities. */
  for (guint i = 0; i < gathered->candidates->len && i < MOST_LOOKED_AT && gathered->anchors->len > 0; i++)
    if (may_sign (gathered->candidates->pdata[i]) && smd_crl_signers_is_proven (env, gathered, gathered->candidates->pdata[i]))
      smd_certificates_add (signers, gathered->candidates->pdata[i]);
  return signers;
}

static gboolean
is_forged (GPtrArray *signers, SmdCrl *crl)
{
  gboolean named = FALSE;

  for (guint i = 0; i < signers->len; i++)
    {
      if (!smd_certificate_is_named (signers->pdata[i], smd_crl_get_issuer_der (crl)))
        continue;
      if (smd_crl_is_made_by (crl, signers->pdata[i]))
        return FALSE;
      named = TRUE;
    }

  return named;
}

void
smd_crl_signers_drop_forged (GPtrArray *signers, GPtrArray *crls)
{
  for (guint i = crls->len; i > 0; i--)
    if (is_forged (signers, crls->pdata[i - 1]))
      g_ptr_array_remove_index (crls, i - 1);
}
