/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-path-check.h"

#include "smd-openssl-error.h"
#include "smd-openssl.h"
#include "smd-path-walk.h"

/* 112 bits: RSA from 2048 bits, SHA-2 (NIST SP 800-57, what RFC 8550 section 4.3 asks for). */
#define SECURITY_LEVEL 2
#define LONGEST_PATH 32

typedef STACK_OF (X509) X509Stack;

static void
x509_stack_free (X509Stack *stack)
{
  sk_X509_free (stack);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509Stack, x509_stack_free)

SmdPath *
smd_path_ref (SmdPath *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_path_unref (SmdPath *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_ptr_array_unref (self->chain);
  g_ptr_array_unref (self->problems);
  g_free (self);
}

static SmdPath *
path_new (void)
{
  SmdPath *self = g_new0 (SmdPath, 1);

  g_atomic_ref_count_init (&self->references);
  self->chain = smd_certificates_new ();
  self->problems = smd_problems_new ();
  return self;
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
};

static SmimedProblemCode
problem_code (int error)
{
  for (guint i = 0; i < G_N_ELEMENTS (problem_codes); i++)
    if (problem_codes[i].error == error)
      return problem_codes[i].code;

  return SMIMED_PROBLEM_MALFORMED;
}

/* OpenSSL says a second time, in other words, that the issuer of the only certificate is missing. */
static gboolean
repeats (GPtrArray *problems, int error)
{
  return error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE
         && smd_problems_contain (problems, SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
}

static gint64
problem_time (X509 *certificate, int error)
{
  const ASN1_TIME *time = error == X509_V_ERR_CERT_HAS_EXPIRED ? X509_get0_notAfter (certificate)
                          : error == X509_V_ERR_CERT_NOT_YET_VALID ? X509_get0_notBefore (certificate)
                                                                   : NULL;
  struct tm broken_down;

  if (time == NULL || !ASN1_TIME_to_tm (time, &broken_down))
    return 0;
  return (gint64) timegm (&broken_down);
}

static char *
x509_fingerprint (SmdCrypto *crypto, X509 *certificate)
{
  guint8 *der = NULL;
  int size = i2d_X509 (certificate, &der);
  char *fingerprint = size > 0 ? smd_crypto_fingerprint (crypto, smd_span (der, (gsize) size)) : NULL;

  OPENSSL_free (der);
  return fingerprint;
}

typedef struct
{
  SmdCrypto *crypto; /* (unowned) */
  SmdPath *path;     /* (unowned) */
} Walk;

/* Takes note of every defect and goes on, so that a report names all of them. */
static int
note_problem (int ok, X509_STORE_CTX *context)
{
  Walk *walk = X509_STORE_CTX_get_app_data (context);
  int error = X509_STORE_CTX_get_error (context);
  X509 *certificate = X509_STORE_CTX_get_current_cert (context);
  SmdProblem *problem;

  if (ok || repeats (walk->path->problems, error))
    return 1;

  problem = smd_problem_new (problem_code (error), X509_verify_cert_error_string (error));
  problem->depth = X509_STORE_CTX_get_error_depth (context);
  if (certificate != NULL)
    {
      problem->certificate = x509_fingerprint (walk->crypto, certificate);
      problem->at = problem_time (certificate, error);
    }
  g_ptr_array_add (walk->path->problems, problem);
  return 1;
}

static X509Stack *
make_stack (GPtrArray *certificates)
{
  X509Stack *stack = sk_X509_new_null ();

  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    sk_X509_push (stack, smd_certificate_get_x509 (certificates->pdata[i]));
  return stack;
}

static void
add_policies (X509_VERIFY_PARAM *parameters, const char *const *policies)
{
  static const char *const any_policy[] = { "2.5.29.32.0", NULL };

  for (const char *const *p = policies != NULL ? policies : any_policy; *p != NULL; p++)
    {
      ASN1_OBJECT *policy = OBJ_txt2obj (*p, 1);

      if (policy != NULL && !X509_VERIFY_PARAM_add0_policy (parameters, policy))
        ASN1_OBJECT_free (policy);
    }
}

static void
set_parameters (X509_VERIFY_PARAM *parameters, const SmdPathQuery *query)
{
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_POLICY_CHECK;

  if (query->require_explicit_policy)
    flags |= X509_V_FLAG_EXPLICIT_POLICY;
  if (query->inhibit_policy_mapping)
    flags |= X509_V_FLAG_INHIBIT_MAP;
  if (query->inhibit_any_policy)
    flags |= X509_V_FLAG_INHIBIT_ANY;
  X509_VERIFY_PARAM_set_flags (parameters, flags);
  X509_VERIFY_PARAM_set_time (parameters, (time_t) query->at);
  X509_VERIFY_PARAM_set_auth_level (parameters, SECURITY_LEVEL);
  X509_VERIFY_PARAM_set_depth (parameters, LONGEST_PATH);
  add_policies (parameters, query->policies);
}

static SmdCertificate *
find_certificate (const SmdPathQuery *query, X509 *x509)
{
  if (X509_cmp (smd_certificate_get_x509 (query->leaf), x509) == 0)
    return query->leaf;

  for (guint i = 0; i < query->candidates->len; i++)
    if (X509_cmp (smd_certificate_get_x509 (query->candidates->pdata[i]), x509) == 0)
      return query->candidates->pdata[i];

  for (guint i = 0; i < query->anchors->len; i++)
    if (X509_cmp (smd_certificate_get_x509 (query->anchors->pdata[i]), x509) == 0)
      return query->anchors->pdata[i];

  return NULL;
}

static void
take_chain (SmdPath *path, const SmdPathQuery *query, X509_STORE_CTX *context)
{
  STACK_OF (X509) *chain = X509_STORE_CTX_get0_chain (context);

  for (int i = 0; i < sk_X509_num (chain); i++)
    {
      SmdCertificate *certificate = find_certificate (query, sk_X509_value (chain, i));

      if (certificate != NULL)
        smd_certificates_add (path->chain, certificate);
    }
  if (path->chain->len == 0)
    smd_certificates_add (path->chain, query->leaf);
  path->anchored = g_ptr_array_find (query->anchors, path->chain->pdata[path->chain->len - 1], NULL);
}

static gboolean
walk_path (Walk *walk, const SmdPathQuery *query, X509_STORE_CTX *context, GError **error)
{
  X509_STORE_CTX_set_app_data (context, walk);
  X509_STORE_CTX_set_verify_cb (context, note_problem);
  set_parameters (X509_STORE_CTX_get0_param (context), query);

  /* With a callback that lets everything pass, a refusal without a problem is an internal failure (no memory). */
  if (X509_verify_cert (context) <= 0 && walk->path->problems->len == 0)
    return smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't check the chain of %s",
                             smd_certificate_get_subject (query->leaf));

  smd_openssl_forget ();
  take_chain (walk->path, query, context);
  return TRUE;
}

SmdPath *
smd_path_walk (SmdCrypto *crypto, const SmdPathQuery *query, GError **error)
{
  g_autoptr (SmdPath) path = path_new ();
  g_autoptr (X509_STORE) store = X509_STORE_new ();
  g_autoptr (X509_STORE_CTX) context = X509_STORE_CTX_new_ex (smd_crypto_get_libctx (crypto), NULL);
  g_autoptr (X509Stack) candidates = make_stack (query->candidates);
  Walk walk = { crypto, path };

  for (guint i = 0; i < query->anchors->len; i++)
    X509_STORE_add_cert (store, smd_certificate_get_x509 (query->anchors->pdata[i]));

  if (!X509_STORE_CTX_init (context, store, smd_certificate_get_x509 (query->leaf), candidates))
    {
      smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't prepare the check of a chain");
      return NULL;
    }

  return walk_path (&walk, query, context, error) ? g_steal_pointer (&path) : NULL;
}
