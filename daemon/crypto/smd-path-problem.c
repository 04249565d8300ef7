/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-path-problem.h"

#include "smd-crl-object.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"

X509 *
smd_path_get_x509 (const SmdPath *path, guint depth)
{
  return smd_certificate_get_x509 (path->chain->pdata[depth]);
}

void
smd_path_add_problem (SmdPath *path, guint depth, SmimedProblemCode code, const char *detail)
{
  SmdCertificate *certificate = path->chain->pdata[depth];

  g_ptr_array_add (path->problems, smd_problem_new_for (code, smd_certificate_get_fingerprint (certificate), (int) depth, detail));
}

static const struct
{
  int error;
  SmimedProblemCode code;
} problem_codes[] = {
  { X509_V_ERR_CERT_HAS_EXPIRED, SMIMED_PROBLEM_EXPIRED },
  { X509_V_ERR_CERT_NOT_YET_VALID, SMIMED_PROBLEM_NOT_YET_VALID },
  { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, SMIMED_PROBLEM_ISSUER_UNAVAILABLE },
  { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SMIMED_PROBLEM_ISSUER_UNAVAILABLE },
  { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, SMIMED_PROBLEM_UNTRUSTED_ROOT },
  { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, SMIMED_PROBLEM_UNTRUSTED_ROOT },
  { X509_V_ERR_CERT_UNTRUSTED, SMIMED_PROBLEM_UNTRUSTED_ROOT },
  { X509_V_ERR_CERT_REJECTED, SMIMED_PROBLEM_DISTRUSTED },
  { X509_V_ERR_CERT_SIGNATURE_FAILURE, SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE },
  { X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE },
  { X509_V_ERR_INVALID_CA, SMIMED_PROBLEM_NOT_A_CA },
  { X509_V_ERR_KEYUSAGE_NO_CERTSIGN, SMIMED_PROBLEM_NOT_A_CA },
  { X509_V_ERR_PATH_LENGTH_EXCEEDED, SMIMED_PROBLEM_PATH_LENGTH },
  { X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED, SMIMED_PROBLEM_PATH_LENGTH },
  { X509_V_ERR_CERT_CHAIN_TOO_LONG, SMIMED_PROBLEM_PATH_LENGTH },
  { X509_V_ERR_PERMITTED_VIOLATION, SMIMED_PROBLEM_NAME_CONSTRAINTS },
  { X509_V_ERR_EXCLUDED_VIOLATION, SMIMED_PROBLEM_NAME_CONSTRAINTS },
  { X509_V_ERR_SUBTREE_MINMAX, SMIMED_PROBLEM_NAME_CONSTRAINTS },
  { X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, SMIMED_PROBLEM_NAME_CONSTRAINTS },
  { X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, SMIMED_PROBLEM_NAME_CONSTRAINTS },
  { X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, SMIMED_PROBLEM_NAME_CONSTRAINTS },
  { X509_V_ERR_INVALID_POLICY_EXTENSION, SMIMED_PROBLEM_POLICY },
  { X509_V_ERR_NO_EXPLICIT_POLICY, SMIMED_PROBLEM_POLICY },
  { X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, SMIMED_PROBLEM_UNKNOWN_CRITICAL_EXTENSION },
  { X509_V_ERR_EE_KEY_TOO_SMALL, SMIMED_PROBLEM_WEAK_KEY },
  { X509_V_ERR_CA_KEY_TOO_SMALL, SMIMED_PROBLEM_WEAK_KEY },
  { X509_V_ERR_CA_MD_TOO_WEAK, SMIMED_PROBLEM_WEAK_ALGORITHM },
  { X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM },
  { X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM, SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM },
  { X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY, SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE },
  { X509_V_ERR_CERT_REVOKED, SMIMED_PROBLEM_REVOKED },
  { X509_V_ERR_CRL_HAS_EXPIRED, SMIMED_PROBLEM_REVOCATION_STALE },
  { X509_V_ERR_UNABLE_TO_GET_CRL, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
  { X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
  { X509_V_ERR_CRL_NOT_YET_VALID, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
  { X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
  { X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
  { X509_V_ERR_CRL_SIGNATURE_FAILURE, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
  { X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
  { X509_V_ERR_DIFFERENT_CRL_SCOPE, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
  { X509_V_ERR_CRL_PATH_VALIDATION_ERROR, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
  { X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE },
};

static SmimedProblemCode
problem_code (int error)
{
  for (guint i = 0; i < G_N_ELEMENTS (problem_codes); i++)
    if (problem_codes[i].error == error)
      return problem_codes[i].code;

  return SMIMED_PROBLEM_MALFORMED;
}

static gboolean
is_of_revocation (SmimedProblemCode code)
{
  return code == SMIMED_PROBLEM_REVOKED || code == SMIMED_PROBLEM_REVOCATION_STALE
         || code == SMIMED_PROBLEM_REVOCATION_UNAVAILABLE;
}

/* Of a key that it can't read OpenSSL says that it is too weak, and that something is wrong with its curve. */
static gboolean
is_about_unread_key (X509_STORE_CTX *context)
{
  X509 *current = X509_STORE_CTX_get_current_cert (context);
  int error = X509_STORE_CTX_get_error (context);
  gboolean of_key = error == X509_V_ERR_EE_KEY_TOO_SMALL || error == X509_V_ERR_CA_KEY_TOO_SMALL || error == X509_V_ERR_UNSPECIFIED;
  gboolean unread = of_key && current != NULL && X509_get0_pubkey (current) == NULL;

  smd_openssl_forget ();
  return unread;
}

/* An IDP that can't be read is reported with the words for a certificate's extension, but while a CRL is looked at. */
static SmimedProblemCode
context_code (X509_STORE_CTX *context)
{
  int error = X509_STORE_CTX_get_error (context);

  if (is_about_unread_key (context))
    return SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM;

  if (error == X509_V_ERR_INVALID_EXTENSION && X509_STORE_CTX_get0_current_crl (context) != NULL)
    return SMIMED_PROBLEM_REVOCATION_UNAVAILABLE;
  return problem_code (error);
}

/* OpenSSL says a second time, in other words, that the issuer of the only certificate is missing; and that there is no more CRL after
 * it has said what is wrong with the one that there is. */
static gboolean
repeats (GPtrArray *problems, SmimedProblemCode code, int error, int depth)
{
  if (error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE)
    return smd_problems_contain (problems, SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
  if (error == X509_V_ERR_UNSPECIFIED)
    return smd_problems_contain (problems, code);
  if (!is_of_revocation (code))
    return FALSE;

  for (guint i = 0; i < problems->len; i++)
    {
      const SmdProblem *other = problems->pdata[i];

      if (other->depth == depth && is_of_revocation (other->code) && (other->code == code || error == X509_V_ERR_UNABLE_TO_GET_CRL))
        return TRUE;
    }

  return FALSE;
}

static SmdCertificate *
find_in (GPtrArray *certificates, X509 *x509)
{
  for (guint i = 0; i < certificates->len; i++)
    if (smd_certificate_get_x509 (certificates->pdata[i]) == x509
        || X509_cmp (smd_certificate_get_x509 (certificates->pdata[i]), x509) == 0)
      return certificates->pdata[i];

  return NULL;
}

SmdCertificate *
smd_path_query_find (const SmdPathQuery *query, X509 *x509)
{
  SmdCertificate *found = find_in (query->candidates, x509);

  if (X509_cmp (smd_certificate_get_x509 (query->leaf), x509) == 0)
    return query->leaf;
  return found != NULL ? found : find_in (query->anchors, x509);
}

/* The entry may be in a delta CRL, which OpenSSL doesn't name. */
const SmdCrlRecord *
smd_path_query_find_record (const SmdPathQuery *query, SmdCertificate *certificate)
{
  const X509_NAME *issuer = X509_get_issuer_name (smd_certificate_get_x509 (certificate));

  for (guint i = 0; i < query->crls->len; i++)
    {
      const SmdCrlRecord *record = smd_crl_lookup (query->crls->pdata[i], smd_certificate_get_serial (certificate), issuer);

      if (record != NULL && record->reason != SMD_CRL_REMOVE_FROM_CRL)
        return record;
    }

  return NULL;
}

const char *
smd_path_reason_word (int reason)
{
  static const char *const words[] = { "unspecified",   "keyCompromise",        "cACompromise",
                                       "affiliationChanged", "superseded",      "cessationOfOperation",
                                       "certificateHold", "unknown",            "removeFromCRL",
                                       "privilegeWithdrawn", "aACompromise" };

  return reason >= 0 && reason < (int) G_N_ELEMENTS (words) ? words[reason] : "no reason given";
}

static void
take_record (SmdProblem *problem, const SmdCrlRecord *record)
{
  problem->at = record->date;
  g_free (problem->detail);
  problem->detail = g_strdup_printf ("The certificate was revoked (%s)", smd_path_reason_word (record->reason));
}

static void
describe_revoked (SmdProblem *problem, const SmdPathQuery *query, SmdCertificate *certificate)
{
  const SmdCrlRecord *record = smd_path_query_find_record (query, certificate);

  if (record != NULL)
    take_record (problem, record);
}

static void
add_url (SmdProblem *problem, SmdCertificate *certificate)
{
  const char *const *urls = certificate != NULL ? smd_certificate_get_crl_urls (certificate) : NULL;

  if (urls != NULL && urls[0] != NULL)
    problem->url = g_strdup (urls[0]);
}

SmdProblem *
smd_path_make_revoked (SmdCertificate *certificate, guint depth, const SmdCrlRecord *record)
{
  SmdProblem *problem
      = smd_problem_new_for (SMIMED_PROBLEM_REVOKED, smd_certificate_get_fingerprint (certificate), (int) depth, NULL);

  take_record (problem, record);
  add_url (problem, certificate);
  return problem;
}

static const char *
crl_text (const SmdProblem *problem, SmdCrl *crl, int error)
{
  if (error == X509_V_ERR_CRL_NOT_YET_VALID)
    return "CRL is not yet valid, or this machine's clock is wrong: set it";
  if (error == X509_V_ERR_CRL_HAS_EXPIRED && smd_crl_get_next_update (crl) == 0)
    return "CRL doesn't say when the next one comes (nextUpdate), or has no number and lasts longer than ten years, so that it can't be told"
           " from an outdated one; its issuer has to say so";
  return problem->detail;
}

static void
describe_crl (SmdProblem *problem, X509_STORE_CTX *context, const char *nested)
{
  X509_CRL *crl = X509_STORE_CTX_get0_current_crl (context);
  SmdCrl *used = crl != NULL ? X509_CRL_get_meth_data (crl) : NULL;
  int error = X509_STORE_CTX_get_error (context);
  g_autofree char *text = NULL;

  problem->temporary = TRUE;
  if (used == NULL)
    return;

  if (error == X509_V_ERR_CRL_HAS_EXPIRED)
    problem->at = smd_crl_get_next_update (used);
  else if (error == X509_V_ERR_CRL_NOT_YET_VALID)
    problem->at = smd_crl_get_this_update (used);
  text = g_strdup_printf ("%s%s%s%s: CRL of %s", crl_text (problem, used, error), nested != NULL ? " (" : "", nested != NULL ? nested : "",
                          nested != NULL ? ")" : "", smd_crl_get_issuer (used));
  g_free (problem->detail);
  problem->detail = g_steal_pointer (&text);
}

static void
describe_revocation (SmdProblem *problem, const SmdPathQuery *query, X509_STORE_CTX *context, SmdCertificate *certificate,
                     const char *nested)
{
  if (problem->code == SMIMED_PROBLEM_REVOKED && certificate != NULL)
    describe_revoked (problem, query, certificate);
  else
    describe_crl (problem, context, nested);
  add_url (problem, certificate);
}

static gint64
problem_time (SmdCertificate *certificate, int error)
{
  if (error == X509_V_ERR_CERT_HAS_EXPIRED)
    return smd_certificate_get_not_after (certificate);
  return error == X509_V_ERR_CERT_NOT_YET_VALID ? smd_certificate_get_not_before (certificate) : 0;
}

void
smd_path_note_problem (GPtrArray *problems, const SmdPathQuery *query, X509_STORE_CTX *context, const char *nested)
{
  int error = X509_STORE_CTX_get_error (context);
  X509 *current = X509_STORE_CTX_get_current_cert (context);
  /* What is wrong with the path as a whole (its policies) is told of the one in question. */
  int depth = current != NULL ? X509_STORE_CTX_get_error_depth (context) : 0;
  SmimedProblemCode code = context_code (context);
  SmdCertificate *certificate = current != NULL ? smd_path_query_find (query, current) : query->leaf;
  SmdProblem *problem;

  if (repeats (problems, code, error, depth))
    return;

  problem = smd_problem_new_for (code, certificate != NULL ? smd_certificate_get_fingerprint (certificate) : NULL, depth,
                                 is_about_unread_key (context) ? SMD_PATH_UNREAD_KEY : X509_verify_cert_error_string (error));
  if (certificate != NULL)
    problem->at = problem_time (certificate, error);
  if (is_of_revocation (code))
    describe_revocation (problem, query, context, certificate, nested);
  g_ptr_array_add (problems, problem);
}

gboolean
smd_path_is_about_revocation (X509_STORE_CTX *context)
{
  return is_of_revocation (context_code (context));
}
