/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "smd-cms-writer-parts.h"
#include "smd-openssl-error.h"

void
smd_cms_writer_add_digest_and_mask (SmdDerWriter *writer, const SmdDigestAlgorithm *digest)
{
  gsize tagged = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));
  gsize mask = 0;

  smd_der_writer_add_algorithm (writer, digest->oid, TRUE);
  smd_der_writer_end (writer, tagged);
  tagged = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (1));
  mask = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_oid (writer, smd_algorithm_get_mgf1_oid ());
  smd_der_writer_add_algorithm (writer, digest->oid, TRUE);
  smd_der_writer_end (writer, mask);
  smd_der_writer_end (writer, tagged);
}

/* RSASSA-PSS-params: the digest also for the mask, and a salt of its size (RFC 4056 section 3) */
static void
add_pss_algorithm (SmdDerWriter *writer, const SmdSignatureAlgorithm *signature, const SmdDigestAlgorithm *digest)
{
  gsize sequence = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  gsize parameters = 0;
  gsize salt = 0;

  smd_der_writer_add_oid (writer, signature->oid);
  parameters = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_cms_writer_add_digest_and_mask (writer, digest);
  salt = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (2));
  smd_der_writer_add_integer (writer, (guint8) digest->size);
  smd_der_writer_end (writer, salt);
  smd_der_writer_end (writer, parameters);
  smd_der_writer_end (writer, sequence);
}

static const SmdSignatureAlgorithm *
get_signature_algorithm (SmdCertificate *certificate, const SmdDigestAlgorithm *digest)
{
  switch (smd_certificate_get_key_type (certificate))
    {
    case SMD_KEY_RSA:
      /* rsaEncryption is what RFC 5754 section 3.2 makes every reader know. */
      return smd_algorithm_get_signature (SMD_SIGNATURE_SCHEME_RSA, NULL);
    case SMD_KEY_RSA_PSS:
      return smd_algorithm_get_signature (SMD_SIGNATURE_SCHEME_RSA_PSS, NULL);
    case SMD_KEY_EC:
      return smd_algorithm_get_signature (SMD_SIGNATURE_SCHEME_ECDSA, digest);
    case SMD_KEY_ED25519:
    case SMD_KEY_ED448:
    case SMD_KEY_X25519:
    case SMD_KEY_X448:
    case SMD_KEY_OTHER:
    default:
      return smd_algorithm_get_signature (SMD_SIGNATURE_SCHEME_ED25519, NULL);
    }
}

static void
add_signature_algorithm (SmdDerWriter *writer, const SmdSignatureAlgorithm *signature, const SmdDigestAlgorithm *digest)
{
  if (signature->scheme == SMD_SIGNATURE_SCHEME_RSA_PSS)
    add_pss_algorithm (writer, signature, digest);
  else
    smd_der_writer_add_algorithm (writer, signature->oid, signature->scheme == SMD_SIGNATURE_SCHEME_RSA);
}

static gboolean
init_signature (EVP_MD_CTX *context, SmdCrypto *crypto, EVP_PKEY *key, const SmdSignatureAlgorithm *signature,
                const SmdDigestAlgorithm *digest)
{
  gboolean hashes = signature->scheme != SMD_SIGNATURE_SCHEME_ED25519;
  OSSL_PARAM pss[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_SIGNATURE_PARAM_PAD_MODE, (char *) OSSL_PKEY_RSA_PAD_MODE_PSS, 0),
    OSSL_PARAM_construct_utf8_string (OSSL_SIGNATURE_PARAM_MGF1_DIGEST, (char *) digest->name, 0),
    OSSL_PARAM_construct_utf8_string (OSSL_SIGNATURE_PARAM_PSS_SALTLEN, (char *) OSSL_PKEY_RSA_PSS_SALT_LEN_DIGEST, 0),
    OSSL_PARAM_construct_end (),
  };

  return EVP_DigestSignInit_ex (context, NULL, hashes ? digest->name : NULL, smd_crypto_get_libctx (crypto), NULL, key,
                                signature->scheme == SMD_SIGNATURE_SCHEME_RSA_PSS ? pss : NULL) > 0;
}

static gboolean
sign_octets (SmdCrypto *crypto, SmdPrivateKey *key, const SmdSignatureAlgorithm *signature, const SmdDigestAlgorithm *digest, SmdSpan attributes,
             guint8 *octets, gsize *size)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();

  return context != NULL && init_signature (context, crypto, smd_private_key_get_pkey (key), signature, digest)
         && EVP_DigestSign (context, octets, size, attributes.data, attributes.size) > 0;
}

/* ECDSA takes any hash, and is quick enough for the making of contexts to count. */
static gboolean
sign_hash (SmdCrypto *crypto, SmdPrivateKey *key, const SmdDigestAlgorithm *digest, SmdSpan attributes, guint8 *octets, gsize *size)
{
  const EVP_MD *md = smd_crypto_get_digest (crypto, digest->name);
  g_autoptr (EVP_PKEY_CTX) signer = md != NULL ? smd_private_key_take_signer (key) : NULL;
  guint8 hash[EVP_MAX_MD_SIZE];
  unsigned hash_size = 0;

  if (signer == NULL || EVP_Digest (attributes.data, attributes.size, hash, &hash_size, md, NULL) <= 0
      || EVP_PKEY_sign (signer, octets, size, hash, hash_size) <= 0)
    return FALSE;

  smd_private_key_give_signer (key, g_steal_pointer (&signer));
  return TRUE;
}

/* Returns: (transfer full) (nullable): the signature octets */
static guint8 *
sign (SmdCrypto *crypto, const SmdSignParameters *parameters, const SmdSignatureAlgorithm *signature,
      const SmdDigestAlgorithm *digest, SmdSpan attributes, gsize *size, GError **error)
{
  g_autofree guint8 *octets = NULL;
  gboolean is_signed;

  *size = (gsize) EVP_PKEY_get_size (smd_private_key_get_pkey (parameters->key));
  octets = g_malloc (*size);
  is_signed = signature->scheme == SMD_SIGNATURE_SCHEME_ECDSA
                  ? sign_hash (crypto, parameters->key, digest, attributes, octets, size)
                  : sign_octets (crypto, parameters->key, signature, digest, attributes, octets, size);
  if (!is_signed)
    {
      smd_openssl_fail (error, SMIMED_ERROR_FAILED, "The private key of %s refuses to sign",
                        smd_certificate_get_subject (parameters->certificate));
      return NULL;
    }
  return g_steal_pointer (&octets);
}

gboolean
smd_cms_writer_add_signer (SmdDerWriter *writer, SmdCrypto *crypto, const SmdSignParameters *parameters, SmdSpan hash,
                           GError **error)
{
  const SmdDigestAlgorithm *digest = smd_cms_writer_get_digest (parameters->certificate);
  const SmdSignatureAlgorithm *signature = get_signature_algorithm (parameters->certificate, digest);
  g_autoptr (SmdDerWriter) attributes = smd_der_writer_new ();
  g_autofree guint8 *octets = NULL;
  SmdSpan set;
  gsize size = 0;
  gsize mark = 0;

  smd_cms_writer_add_attributes (attributes, crypto, parameters, hash);
  set = smd_der_writer_get_span (attributes);
  octets = sign (crypto, parameters, signature, digest, set, &size, error);
  if (octets == NULL)
    return FALSE;

  mark = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_integer (writer, 1); /* the signer is named by issuer and serial number */
  smd_cms_writer_add_issuer_and_serial (writer, SMD_TAG_SEQUENCE, parameters->certificate);
  smd_der_writer_add_algorithm (writer, digest->oid, FALSE);
  /* Signed as a SET OF, sent with the tag [0] in its place */
  smd_der_writer_add_der (writer, smd_span ("\xa0", 1));
  smd_der_writer_add_der (writer, smd_span_skip (set, 1));
  add_signature_algorithm (writer, signature, digest);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (octets, size));
  smd_der_writer_end (writer, mark);
  return TRUE;
}
