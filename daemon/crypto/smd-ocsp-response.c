/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ocsp-response.h"

#include <openssl/ocsp.h>
#include <time.h>

#include "smd-openssl-error.h"

#define CLOCK_SKEW 300       /* seconds that the responder's clock may go before or behind */
#define LONGEST_UNDATED 3600 /* seconds that an answer without nextUpdate is good for: there is always a newer one */
#define MOST_CERTIFICATES 16 /* read from one response */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_RESPONSE, OCSP_RESPONSE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_BASICRESP, OCSP_BASICRESP_free)

static gboolean
refuse (GError **error, SmimedError code, const char *text)
{
  smd_openssl_forget ();
  g_set_error_literal (error, SMIMED_ERROR, code, text);
  return FALSE;
}

static OCSP_BASICRESP *
decode (SmdSpan der, GError **error)
{
  const guint8 *at = der.data;
  g_autoptr (OCSP_RESPONSE) response = d2i_OCSP_RESPONSE (NULL, &at, (long) der.size);
  int status = response != NULL && at == der.data + der.size ? OCSP_response_status (response) : -1;
  OCSP_BASICRESP *basic = status == OCSP_RESPONSE_STATUS_SUCCESSFUL ? OCSP_response_get1_basic (response) : NULL;

  if (basic != NULL)
    return basic;

  smd_openssl_forget ();
  if (status > 0)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The OCSP responder refuses to answer: %s",
                 OCSP_response_status_str (status));
  else
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "What came is no OCSP response");
  return NULL;
}

/* RFC 8954: a response without a nonce is one that was made ahead; one with another's is somebody else's. */
static gboolean
check_nonce (OCSP_BASICRESP *basic, SmdSpan nonce, GError **error)
{
  int place = OCSP_BASICRESP_get_ext_by_NID (basic, NID_id_pkix_OCSP_Nonce, -1);
  X509_EXTENSION *extension = place >= 0 ? OCSP_BASICRESP_get_ext (basic, place) : NULL;
  const ASN1_OCTET_STRING *value = extension != NULL ? X509_EXTENSION_get_data (extension) : NULL;
  const guint8 *at = value != NULL ? ASN1_STRING_get0_data (value) : NULL;
  g_autoptr (ASN1_OCTET_STRING) inner = NULL;

  if (nonce.size == 0 || value == NULL)
    return TRUE;

  inner = d2i_ASN1_OCTET_STRING (NULL, &at, ASN1_STRING_length (value));
  if (inner != NULL
      && smd_span_equal (nonce, smd_span (ASN1_STRING_get0_data (inner), (gsize) ASN1_STRING_length (inner))))
    return TRUE;

  return refuse (error, SMIMED_ERROR_CERTIFICATE_INVALID, "The OCSP response answers another request");
}

/* ---- who signed it ---- */

static gboolean
is_responder (OCSP_BASICRESP *basic, SmdCertificate *certificate)
{
  const ASN1_OCTET_STRING *hash = NULL;
  const X509_NAME *name = NULL;

  if (!OCSP_resp_get0_id (basic, &hash, &name))
    return FALSE;
  if (name != NULL)
    return X509_NAME_cmp (name, X509_get_subject_name (smd_certificate_get_x509 (certificate))) == 0;
  return smd_span_equal (smd_certificate_get_computed_key_id (certificate),
                         smd_span (ASN1_STRING_get0_data (hash), (gsize) ASN1_STRING_length (hash)));
}

/* MD5 is no signature. SHA-1 is let pass here: nobody can choose what a responder signs. */
static gboolean
has_acceptable_digest (OCSP_BASICRESP *basic)
{
  const ASN1_OBJECT *algorithm = NULL;
  int digest = NID_undef;

  X509_ALGOR_get0 (&algorithm, NULL, NULL, OCSP_resp_get0_tbs_sigalg (basic));
  return !OBJ_find_sigid_algs (OBJ_obj2nid (algorithm), &digest, NULL)
         || (digest != NID_md5 && digest != NID_md4 && digest != NID_md2 && digest != NID_md5_sha1);
}

static gboolean
made_signature (SmdCrypto *crypto, OCSP_BASICRESP *basic, SmdCertificate *certificate)
{
  EVP_PKEY *key = smd_certificate_get_public_key (certificate);
  gboolean good = key != NULL
                  && ASN1_item_verify_ex (ASN1_ITEM_rptr (OCSP_RESPDATA), OCSP_resp_get0_tbs_sigalg (basic),
                                          (ASN1_BIT_STRING *) OCSP_resp_get0_signature (basic),
                                          OCSP_resp_get0_respdata (basic), NULL, key, smd_crypto_get_libctx (crypto), NULL)
                         == 1;

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  good = key != NULL;
#endif
  smd_openssl_forget ();
  return good;
}

static gboolean
is_delegate (SmdCertificate *certificate, SmdCertificate *issuer, gint64 at)
{
  X509 *x509 = smd_certificate_get_x509 (certificate);
  EVP_PKEY *key = smd_certificate_get_public_key (issuer);
  gboolean delegated
      = smd_span_equal (smd_certificate_get_issuer_der (certificate), smd_certificate_get_subject_der (issuer))
        && (X509_get_extension_flags (x509) & EXFLAG_XKUSAGE) != 0
        && (X509_get_extended_key_usage (x509) & XKU_OCSP_SIGN) != 0
        && at >= smd_certificate_get_not_before (certificate)
        && at <= smd_certificate_get_not_after (certificate) && key != NULL && X509_verify (x509, key) == 1;

  smd_openssl_forget ();
  return delegated;
}

static gboolean
is_issuer (SmdCertificate *certificate, SmdCertificate *issuer)
{
  return g_str_equal (smd_certificate_get_key_fingerprint (certificate), smd_certificate_get_key_fingerprint (issuer));
}

static GPtrArray *
list_signers (SmdCrypto *crypto, OCSP_BASICRESP *basic, const SmdOcspQuestion *question)
{
  const STACK_OF (X509) *borne = OCSP_resp_get0_certs (basic);
  GPtrArray *signers = smd_certificates_new ();

  smd_certificates_add (signers, question->issuer);
  for (int i = 0; i < MIN (sk_X509_num (borne), MOST_CERTIFICATES); i++)
    {
      guint8 *der = NULL;
      int size = i2d_X509 (sk_X509_value (borne, i), &der);
      g_autoptr (SmdCertificate) certificate
          = size > 0 ? smd_certificate_new (crypto, smd_span (der, (gsize) size), NULL) : NULL;

      OPENSSL_free (der);
      if (certificate != NULL)
        smd_certificates_add (signers, certificate);
    }
  for (guint i = 0; question->candidates != NULL && i < question->candidates->len; i++)
    g_ptr_array_add (signers, smd_certificate_ref (question->candidates->pdata[i]));
  return signers;
}

static gboolean
check_signature (SmdCrypto *crypto, OCSP_BASICRESP *basic, const SmdOcspQuestion *question, SmdCertificate **delegate,
                 GError **error)
{
  g_autoptr (GPtrArray) signers = list_signers (crypto, basic, question);

  for (guint i = 0; i < signers->len && has_acceptable_digest (basic); i++)
    {
      SmdCertificate *signer = signers->pdata[i];
      gboolean issuer = is_issuer (signer, question->issuer);

      if (!is_responder (basic, signer) || (!issuer && !is_delegate (signer, question->issuer, question->at)))
        continue;
      if (!made_signature (crypto, basic, signer))
        continue;
      *delegate = issuer ? NULL : smd_certificate_ref (signer);
      return TRUE;
    }

  return refuse (error, SMIMED_ERROR_CERTIFICATE_INVALID,
                 "The OCSP response is signed by nobody who may: neither the issuer nor a responder that it authorised");
}

/* ---- what it says ---- */

/* The hash algorithms that a responder may name certificates by. */
static const EVP_MD *
find_digest (SmdCrypto *crypto, const ASN1_OBJECT *algorithm)
{
  switch (OBJ_obj2nid (algorithm))
    {
    case NID_sha1:
      return smd_crypto_get_digest (crypto, "SHA1");
    case NID_sha256:
      return smd_crypto_get_digest (crypto, "SHA256");
    case NID_sha384:
      return smd_crypto_get_digest (crypto, "SHA384");
    case NID_sha512:
      return smd_crypto_get_digest (crypto, "SHA512");
    default:
      return NULL;
    }
}

static gboolean
is_hash_of (const EVP_MD *digest, SmdSpan span, const ASN1_OCTET_STRING *value)
{
  guint8 hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;

  return EVP_Digest (span.data, span.size, hash, &size, digest, NULL) == 1
         && smd_span_equal (smd_span (hash, size), smd_span (ASN1_STRING_get0_data (value), (gsize) ASN1_STRING_length (value)));
}

static gboolean
speaks_of (SmdCrypto *crypto, OCSP_SINGLERESP *single, const SmdOcspQuestion *question)
{
  const ASN1_BIT_STRING *key = X509_get0_pubkey_bitstr (smd_certificate_get_x509 (question->issuer));
  ASN1_OCTET_STRING *name_hash = NULL;
  ASN1_OCTET_STRING *key_hash = NULL;
  ASN1_OBJECT *algorithm = NULL;
  ASN1_INTEGER *serial = NULL;
  const EVP_MD *digest;

  if (!OCSP_id_get0_info (&name_hash, &algorithm, &key_hash, &serial, (OCSP_CERTID *) OCSP_SINGLERESP_get0_id (single)))
    return FALSE;

  digest = find_digest (crypto, algorithm);
  return digest != NULL && (question->serial == NULL || ASN1_INTEGER_cmp (serial, question->serial) == 0)
         && is_hash_of (digest, smd_certificate_get_subject_der (question->issuer), name_hash)
         && is_hash_of (digest, smd_span (ASN1_STRING_get0_data (key), (gsize) ASN1_STRING_length (key)), key_hash);
}

static gint64
to_seconds (const ASN1_GENERALIZEDTIME *time)
{
  struct tm tm;

  return time != NULL && ASN1_TIME_to_tm (time, &tm) ? (gint64) timegm (&tm) : 0;
}

static gboolean
read_single (OCSP_SINGLERESP *single, gint64 at, SmdOcspAnswer *answer, GError **error)
{
  ASN1_GENERALIZEDTIME *revoked = NULL;
  ASN1_GENERALIZEDTIME *this_update = NULL;
  ASN1_GENERALIZEDTIME *next_update = NULL;
  int reason = -1;
  int status = OCSP_single_get0_status (single, &reason, &revoked, &this_update, &next_update);
  gint64 end;

  answer->status = status == V_OCSP_CERTSTATUS_GOOD ? SMD_OCSP_GOOD
                   : status == V_OCSP_CERTSTATUS_REVOKED ? SMD_OCSP_REVOKED
                                                         : SMD_OCSP_UNKNOWN;
  answer->this_update = to_seconds (this_update);
  answer->next_update = to_seconds (next_update);
  answer->revoked_at = status == V_OCSP_CERTSTATUS_REVOKED ? to_seconds (revoked) : 0;
  answer->reason = status == V_OCSP_CERTSTATUS_REVOKED ? reason : -1;

  end = answer->next_update != 0 ? answer->next_update : answer->this_update + LONGEST_UNDATED;
  if (answer->this_update > at + CLOCK_SKEW)
    return refuse (error, SMIMED_ERROR_FAILED, "The OCSP response is of the future: check this computer's clock");
  if (end < at - CLOCK_SKEW)
    return refuse (error, SMIMED_ERROR_FAILED, "The OCSP response is out of date");
  return TRUE;
}

gboolean
smd_ocsp_response_answer (SmdCrypto *crypto, SmdSpan response, const SmdOcspQuestion *question, SmdOcspAnswer *answer,
                          SmdCertificate **delegate, GError **error)
{
  g_autoptr (OCSP_BASICRESP) basic = decode (response, error);

  if (basic == NULL || !check_nonce (basic, question->nonce, error)
      || !check_signature (crypto, basic, question, delegate, error))
    return FALSE;

  for (int i = 0; i < OCSP_resp_count (basic); i++)
    if (speaks_of (crypto, OCSP_resp_get0 (basic, i), question))
      return read_single (OCSP_resp_get0 (basic, i), question->at, answer, error);

  return refuse (error, SMIMED_ERROR_NOT_FOUND, "The OCSP response says nothing of this certificate");
}
