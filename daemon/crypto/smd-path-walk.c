/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-path-check.h"

#include "smd-openssl-error.h"
#include "smd-crl-object.h"
#include "smd-openssl.h"
#include "smd-path-problem.h"
#include "smd-path-profile.h"
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
  g_array_unref (self->evidence);
  g_ptr_array_unref (self->problems);
  g_free (self);
}

static SmdPath *
path_new (void)
{
  SmdPath *self = g_new0 (SmdPath, 1);

  g_atomic_ref_count_init (&self->references);
  self->chain = smd_certificates_new ();
  self->evidence = g_array_new (FALSE, FALSE, sizeof (SmdPathEvidence));
  self->problems = smd_problems_new ();
  return self;
}

typedef STACK_OF (X509_CRL) CrlStack;

static void
crl_stack_free (CrlStack *stack)
{
  sk_X509_CRL_free (stack);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CrlStack, crl_stack_free)

/**
 * Walk:
 * @look_up: OpenSSL's own
 * @nested: what was wrong first with the path of the signer of the CRL that is looked at
 */
typedef struct
{
  SmdCrypto *crypto;         /* (unowned) */
  const SmdPathQuery *query; /* (unowned) */
  SmdPath *path;             /* (unowned) */
  X509_STORE_CTX_cert_crl_fn look_up;
  const char *nested;        /* (unowned) (nullable) static */
} Walk;

/* A CRL that doesn't say when the next one comes may be of any age: it still tells who was revoked, but never that nobody else was. */
static gboolean
is_undated (X509_STORE_CTX *context, SmdCrl *crl)
{
  if (crl == NULL || smd_crl_is_delta (crl) || smd_crl_get_next_update (crl) != 0)
    return FALSE;

  X509_STORE_CTX_set_error (context, X509_V_ERR_CRL_HAS_EXPIRED);
  return TRUE;
}

/* Called once a CRL has been found to fit. */
static int
look_up (X509_STORE_CTX *context, X509_CRL *crl, X509 *x509)
{
  X509_STORE_CTX *parent = X509_STORE_CTX_get0_parent_ctx (context);
  Walk *walk = X509_STORE_CTX_get_app_data (parent != NULL ? parent : context);
  SmdCrl *used = X509_CRL_get_meth_data (crl);
  int depth = X509_STORE_CTX_get_error_depth (context);

  if (parent == NULL && used != NULL && depth >= 0)
    {
      SmdPathEvidence one = { (guint) depth, smd_crl_get_this_update (used), smd_crl_get_next_update (used) };

      g_array_append_val (walk->path->evidence, one);
    }
  if (is_undated (context, used) && !X509_STORE_CTX_get_verify_cb (context) (0, context))
    return 0;
  return walk->look_up (context, crl, x509);
}

/* One that isn't trusted: nobody above it could revoke it. */
static gboolean
is_root (X509_STORE_CTX *context, int depth)
{
  STACK_OF (X509) *chain = X509_STORE_CTX_get0_chain (context);

  return depth + 1 == sk_X509_num (chain) && (X509_get_extension_flags (sk_X509_value (chain, depth)) & EXFLAG_SS) != 0;
}

/* RFC 5280 section 6.3 asks for the revocation of all certificates but the anchor, which OpenSSL asks about too. */
static gboolean
is_about_anchor (X509_STORE_CTX *context)
{
  int depth = X509_STORE_CTX_get_error_depth (context);

  return smd_path_is_about_revocation (context)
         && (depth >= X509_STORE_CTX_get_num_untrusted (context) || is_root (context, depth));
}

/* The one to whom a CA leaves the signing of its CRLs may be among those whom they speak of: then its path is the one that is being
 * looked at already (PKITS 4.14.30). */
static gboolean
is_about_own_crl (X509_STORE_CTX *context, X509_STORE_CTX *parent)
{
  return X509_STORE_CTX_get_error (context) == X509_V_ERR_CRL_PATH_VALIDATION_ERROR
         && X509_STORE_CTX_get_error_depth (context) == 0
         && X509_STORE_CTX_get0_current_crl (context) == X509_STORE_CTX_get0_current_crl (parent);
}

/* The last second counts (RFC 5280 sections 4.1.2.5 and 5.1.2.5), which OpenSSL doesn't let count. */
static gboolean
is_at_last_second (X509_STORE_CTX *context)
{
  int error = X509_STORE_CTX_get_error (context);
  const ASN1_TIME *end = NULL;

  if (error == X509_V_ERR_CERT_HAS_EXPIRED)
    end = X509_get0_notAfter (X509_STORE_CTX_get_current_cert (context));
  else if (error == X509_V_ERR_CRL_HAS_EXPIRED)
    end = X509_CRL_get0_nextUpdate (X509_STORE_CTX_get0_current_crl (context));
  return end != NULL && ASN1_TIME_cmp_time_t (end, X509_VERIFY_PARAM_get_time (X509_STORE_CTX_get0_param (context))) == 0;
}

/* What an outdated delta CRL says is still true, and its base is judged by itself (RFC 5280 section 6.3.3 (a)). */
static gboolean
is_about_old_delta (X509_STORE_CTX *context)
{
  X509_CRL *crl = X509_STORE_CTX_get0_current_crl (context);
  SmdCrl *used = crl != NULL ? X509_CRL_get_meth_data (crl) : NULL;

  return X509_STORE_CTX_get_error (context) == X509_V_ERR_CRL_HAS_EXPIRED && used != NULL && smd_crl_is_delta (used);
}

/* The path of a CRL's signer is good or it isn't: its defects are none of the certificate's. */
static int
judge_nested (X509_STORE_CTX *context, X509_STORE_CTX *parent)
{
  Walk *walk = X509_STORE_CTX_get_app_data (parent);

  if (is_about_anchor (context) || is_about_own_crl (context, parent) || is_at_last_second (context))
    return 1;
  if (walk->nested == NULL)
    walk->nested = X509_verify_cert_error_string (X509_STORE_CTX_get_error (context));
  return 0;
}

/* Takes note of every defect and goes on, so that a report names all of them. */
static int
note_problem (int ok, X509_STORE_CTX *context)
{
  X509_STORE_CTX *parent = X509_STORE_CTX_get0_parent_ctx (context);
  Walk *walk = X509_STORE_CTX_get_app_data (context);

  if (ok)
    return 1;
  if (parent != NULL)
    return judge_nested (context, parent);

  if (!is_about_anchor (context) && !is_at_last_second (context) && !is_about_old_delta (context)
      && !smd_path_is_answered (walk->query, context))
    smd_path_note_problem (walk->path->problems, walk->query, context, walk->nested);
  walk->nested = NULL;
  return 1;
}

static CrlStack *
make_crl_stack (GPtrArray *crls)
{
  CrlStack *stack = sk_X509_CRL_new_null ();

  for (guint i = 0; i < crls->len; i++)
    sk_X509_CRL_push (stack, smd_crl_get_stub (crls->pdata[i]));
  return stack;
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

  if (query->crls != NULL)
    flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL | X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS;
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

static void
take_chain (SmdPath *path, const SmdPathQuery *query, X509_STORE_CTX *context)
{
  STACK_OF (X509) *chain = X509_STORE_CTX_get0_chain (context);

  for (int i = 0; i < sk_X509_num (chain); i++)
    {
      SmdCertificate *certificate = smd_path_query_find (query, sk_X509_value (chain, i));

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
  smd_path_note_answers (walk->path, query);
  smd_path_note_deltas (walk->path, query);
  smd_path_check_profile (walk->path, query, walk->crypto);
  return TRUE;
}

/* Twice: the first time tells what OpenSSL itself looks certificates up with. */
static gboolean
prepare (Walk *walk, X509_STORE_CTX *context, X509_STORE *store, X509Stack *candidates)
{
  X509 *leaf = smd_certificate_get_x509 (walk->query->leaf);

  if (!X509_STORE_CTX_init (context, store, leaf, candidates))
    return FALSE;
  walk->look_up = X509_STORE_CTX_get_cert_crl (context);
  X509_STORE_set_cert_crl (store, look_up);
  X509_STORE_CTX_cleanup (context);
  return X509_STORE_CTX_init (context, store, leaf, candidates) == 1;
}

SmdPath *
smd_path_walk (SmdCrypto *crypto, const SmdPathQuery *query, GError **error)
{
  g_autoptr (SmdPath) path = path_new ();
  g_autoptr (X509_STORE) store = X509_STORE_new ();
  g_autoptr (X509_STORE_CTX) context = X509_STORE_CTX_new_ex (smd_crypto_get_libctx (crypto), NULL);
  g_autoptr (X509Stack) candidates = make_stack (query->candidates);
  g_autoptr (CrlStack) crls = query->crls != NULL ? make_crl_stack (query->crls) : NULL;
  Walk walk = { .crypto = crypto, .query = query, .path = path };

  for (guint i = 0; i < query->anchors->len; i++)
    X509_STORE_add_cert (store, smd_certificate_get_x509 (query->anchors->pdata[i]));

  if (!prepare (&walk, context, store, candidates))
    {
      smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't prepare the check of a chain");
      return NULL;
    }

  path->revocation_checked = query->crls != NULL;
  X509_STORE_CTX_set0_crls (context, crls);
  return walk_path (&walk, query, context, error) ? g_steal_pointer (&path) : NULL;
}
