/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-judge.h"

#include "smd-identity-match.h"

static void
add (GPtrArray *problems, SmimedProblemCode code, SmdCertificate *certificate, guint depth, const char *detail)
{
  g_ptr_array_add (problems, smd_problem_new_for (code, smd_certificate_get_fingerprint (certificate), (int) depth, detail));
}

static gboolean
has_mail_purpose (SmdCertificate *certificate)
{
  const char *const *purposes = smd_certificate_get_extended_key_usage (certificate);

  return purposes[0] == NULL || g_strv_contains (purposes, "emailProtection")
         || g_strv_contains (purposes, "anyExtendedKeyUsage");
}

/* RFC 8550 section 4.4: the leaf's key usage, and mail among the purposes of every certificate below the anchor. */
static void
judge_usage (const SmdEvidence *evidence, GPtrArray *problems)
{
  GPtrArray *chain = evidence->path->chain;
  SmdCertificate *leaf = chain->pdata[0];
  guint below_anchor = evidence->path->anchored && chain->len > 1 ? chain->len - 1 : chain->len;

  for (guint i = 0; i < below_anchor; i++)
    if (!has_mail_purpose (chain->pdata[i]))
      add (problems, SMIMED_PROBLEM_EXTENDED_KEY_USAGE, chain->pdata[i], i,
           "The extended key usage names other purposes than e-mail protection");

  if (has_mail_purpose (leaf) && !smd_certificate_permits (leaf, evidence->usage))
    add (problems, SMIMED_PROBLEM_KEY_USAGE, leaf, 0,
         evidence->usage == SMD_USAGE_ENCRYPT ? "The key may not be used to encrypt" : "The key may not be used to sign");
}

static void
judge_address (const SmdEvidence *evidence, GPtrArray *problems)
{
  SmdCertificate *leaf = evidence->path->chain->pdata[0];
  g_autofree char *detail = NULL;

  if (evidence->address == NULL || smd_identity_match (leaf, evidence->address))
    return;

  detail = g_strdup_printf ("The certificate is not made out to %s", evidence->address);
  add (problems, SMIMED_PROBLEM_ADDRESS_MISMATCH, leaf, 0, detail);
}

static void
judge_distrust (const SmdEvidence *evidence, GPtrArray *problems)
{
  GPtrArray *chain = evidence->path->chain;

  for (guint i = 0; evidence->distrusted != NULL && i < chain->len; i++)
    if (g_hash_table_contains (evidence->distrusted, smd_certificate_get_fingerprint (chain->pdata[i])))
      add (problems, SMIMED_PROBLEM_DISTRUSTED, chain->pdata[i], i, "The user distrusts this certificate");
}

/* Every certificate but the anchor needs revocation information (RFC 5280 section 6.3). A path that was checked with it says itself
 * what is missing. */
static void
judge_revocation (const SmdEvidence *evidence, GPtrArray *problems)
{
  GPtrArray *chain = evidence->path->chain;
  guint below_anchor = evidence->path->anchored ? chain->len - 1 : chain->len;

  if (evidence->revocation == SMD_REVOCATION_OFF || evidence->path->revocation_checked)
    return;

  for (guint i = 0; i < below_anchor; i++)
    add (problems, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE, chain->pdata[i], i,
         "No revocation information was looked for");
}

gboolean
smd_judge_is_decisive (const SmdProblem *problem, SmdRevocationMode revocation)
{
  switch (problem->code)
    {
    case SMIMED_PROBLEM_EXPIRING_SOON:
      return FALSE;
    case SMIMED_PROBLEM_REVOCATION_UNAVAILABLE:
    case SMIMED_PROBLEM_REVOCATION_STALE:
      return revocation == SMD_REVOCATION_HARD_FAIL;
    default:
      return TRUE;
    }
}

/* What decides comes before what is merely told: many show the first alone. Returns: whether anything decides */
static gboolean
put_decisive_first (GPtrArray *problems, guint first, SmdRevocationMode revocation)
{
  guint decisive = first;

  for (guint i = first; i < problems->len; i++)
    if (smd_judge_is_decisive (problems->pdata[i], revocation))
      g_ptr_array_insert (problems, (int) decisive++, g_ptr_array_steal_index (problems, i));

  return decisive > first;
}

gboolean
smd_judge (const SmdEvidence *evidence, GPtrArray *problems)
{
  guint first = problems->len;

  smd_problems_append (problems, evidence->path->problems);
  judge_usage (evidence, problems);
  judge_address (evidence, problems);
  judge_distrust (evidence, problems);
  judge_revocation (evidence, problems);

  return !put_decisive_first (problems, first, evidence->revocation);
}
