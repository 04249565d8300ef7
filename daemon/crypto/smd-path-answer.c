/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-object.h"
#include "smd-path-problem.h"

static const SmdPathAnswer *
find_answer (const SmdPathQuery *query, SmdCertificate *certificate)
{
  for (guint i = 0; query->answers != NULL && certificate != NULL && i < query->answers->len; i++)
    {
      const SmdPathAnswer *answer = query->answers->pdata[i];

      if (g_str_equal (smd_certificate_get_fingerprint (answer->certificate), smd_certificate_get_fingerprint (certificate)))
        return answer;
    }

  return NULL;
}

static gboolean
is_later (const SmdPathQuery *query, gint64 when)
{
  return query->known_at > query->at && when > query->at;
}

/* A CRL that is fresh when it is looked at tells of earlier times, too, unless the certificate had expired before it was made. */
static gboolean
is_fresh_later (const SmdPathQuery *query, X509_CRL *crl, SmdCertificate *certificate)
{
  SmdCrl *used = crl != NULL ? X509_CRL_get_meth_data (crl) : NULL;

  return used != NULL && is_later (query, smd_crl_get_this_update (used)) && smd_crl_get_this_update (used) <= query->known_at
         && smd_crl_get_next_update (used) >= query->known_at
         && smd_certificate_get_not_after (certificate) >= smd_crl_get_this_update (used);
}

static gboolean
is_revoked_later (const SmdPathQuery *query, SmdCertificate *certificate)
{
  const SmdCrlRecord *record = smd_path_query_find_record (query, certificate);

  return record != NULL && is_later (query, record->date);
}

gboolean
smd_path_is_answered (const SmdPathQuery *query, X509_STORE_CTX *context)
{
  X509 *current = X509_STORE_CTX_get_current_cert (context);
  SmdCertificate *certificate = current != NULL ? smd_path_query_find (query, current) : NULL;

  if (certificate == NULL || !smd_path_is_about_revocation (context))
    return FALSE;

  switch (X509_STORE_CTX_get_error (context))
    {
    case X509_V_ERR_CERT_REVOKED:
      return is_revoked_later (query, certificate);
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return find_answer (query, certificate) != NULL
             || is_fresh_later (query, X509_STORE_CTX_get0_current_crl (context), certificate);
    default:
      return find_answer (query, certificate) != NULL;
    }
}

void
smd_path_note_answers (SmdPath *path, const SmdPathQuery *query)
{
  for (guint i = 0; i < path->chain->len; i++)
    {
      const SmdPathAnswer *answer = find_answer (query, path->chain->pdata[i]);
      g_autofree char *detail = NULL;
      SmdProblem *problem;

      if (answer == NULL || answer->revoked_at == 0 || is_later (query, answer->revoked_at))
        continue;
      detail = g_strdup_printf ("The certificate was revoked (%s), says its issuer's OCSP responder",
                                smd_path_reason_word (answer->reason));
      problem = smd_problem_new_for (SMIMED_PROBLEM_REVOKED, smd_certificate_get_fingerprint (answer->certificate), (int) i, detail);
      problem->at = answer->revoked_at;
      g_ptr_array_add (path->problems, problem);
    }
}

/* ---- delta CRLs that OpenSSL doesn't use, as their base is newer than the complete CRL at hand (RFC 5280 section 5.2.4) ---- */

/* A later delta CRL on a later base doesn't repeat what stands in that base, which may not be at hand. */
static gboolean
overtakes (SmdCrl *other, SmdCrl *delta)
{
  gboolean later = smd_crl_is_delta (other) ? smd_crl_is_newer (other, delta) && !smd_crl_is_based_before (delta, other)
                                            : !smd_crl_is_newer (delta, other);

  return later && smd_crl_covers (other, delta);
}

static gboolean
is_overtaken (const SmdPathQuery *query, SmdCrl *delta)
{
  for (guint i = 0; i < query->crls->len; i++)
    if (overtakes (query->crls->pdata[i], delta))
      return TRUE;

  return FALSE;
}

/* Returns: (nullable): the entry of the issuer's newest word, a delta CRL */
static const SmdCrlRecord *
find_delta_record (const SmdPathQuery *query, SmdCertificate *certificate, SmdCertificate *issuer)
{
  const X509_NAME *name = X509_get_issuer_name (smd_certificate_get_x509 (certificate));

  for (guint i = 0; i < query->crls->len; i++)
    {
      SmdCrl *crl = query->crls->pdata[i];
      const SmdCrlRecord *record = smd_crl_is_delta (crl) ? smd_crl_lookup (crl, smd_certificate_get_serial (certificate), name) : NULL;

      if (record != NULL && record->reason != SMD_CRL_REMOVE_FROM_CRL && !is_later (query, record->date)
          && smd_crl_is_made_by (crl, issuer) && !is_overtaken (query, crl))
        return record;
    }

  return NULL;
}

static gboolean
is_revoked_already (const SmdPath *path, guint depth)
{
  for (guint i = 0; i < path->problems->len; i++)
    {
      const SmdProblem *problem = path->problems->pdata[i];

      if (problem->code == SMIMED_PROBLEM_REVOKED && problem->depth == (int) depth)
        return TRUE;
    }

  return FALSE;
}

void
smd_path_note_deltas (SmdPath *path, const SmdPathQuery *query)
{
  for (guint i = 0; query->crls != NULL && i + 1 < path->chain->len; i++)
    {
      const SmdCrlRecord *record
          = is_revoked_already (path, i) ? NULL : find_delta_record (query, path->chain->pdata[i], path->chain->pdata[i + 1]);

      if (record != NULL)
        g_ptr_array_add (path->problems, smd_path_make_revoked (path->chain->pdata[i], i, record));
    }
}
