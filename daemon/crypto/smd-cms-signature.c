/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-signature.h"

#include <openssl/rsa.h>

#include "smd-openssl-error.h"

/* Returns: FALSE if they can't be followed; then it is told */
static gboolean
read_pss (SmdCmsSignature *self, SmdSpan parameters, GPtrArray *problems)
{
  g_autoptr (GError) error = NULL;

  if (smd_rsa_parameters_read_pss (&self->pss, parameters, &error))
    return TRUE;

  self->scheme = NULL;
  smd_problems_add (problems,
                    error->code == SMIMED_ERROR_MALFORMED ? SMIMED_PROBLEM_MALFORMED : SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM,
                    error->message);
  return FALSE;
}

/* The digest that the signature algorithm itself names; %NULL if it names none */
static const SmdDigestAlgorithm *
named_digest (const SmdCmsSignature *self)
{
  if (self->scheme == NULL)
    return NULL;
  return self->scheme->scheme == SMD_SIGNATURE_SCHEME_RSA_PSS ? self->pss.hash : self->scheme->digest;
}

void
smd_cms_signature_init (SmdCmsSignature *self, const SmdCmsAlgorithm *digest, const SmdCmsAlgorithm *signature,
                        GPtrArray *problems)
{
  gboolean told = FALSE;

  memset (self, 0, sizeof *self);
  self->digest = smd_algorithm_find_digest (digest->oid);
  self->scheme = smd_algorithm_find_signature (signature->oid);
  if (self->scheme != NULL && self->scheme->scheme == SMD_SIGNATURE_SCHEME_RSA_PSS)
    told = !read_pss (self, signature->parameters, problems);

  if (self->digest == NULL)
    smd_problems_add (problems, SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM, "The digest algorithm is not known");
  else if (self->digest->weak)
    smd_problems_add (problems, SMIMED_PROBLEM_WEAK_ALGORITHM, self->digest->word);

  if (self->digest != NULL && named_digest (self) != NULL && named_digest (self) != self->digest)
    smd_problems_add (problems, SMIMED_PROBLEM_MALFORMED, "The digest algorithm doesn't fit the signature algorithm");
  if (!smd_cms_signature_is_supported (self) && self->digest != NULL && !told)
    smd_problems_add (problems, SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM, "The signature algorithm is not known");
}

gboolean
smd_cms_signature_is_supported (const SmdCmsSignature *self)
{
  return self->digest != NULL && self->scheme != NULL && self->scheme->scheme != SMD_SIGNATURE_SCHEME_ED448
         && self->scheme->scheme != SMD_SIGNATURE_SCHEME_DSA;
}

/* EdDSA hashes by itself: RFC 8419 section 3.1 */
static gboolean
verify_whole (OSSL_LIB_CTX *libctx, EVP_PKEY *key, SmdSpan attributes, SmdSpan signature)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();

  return context != NULL && EVP_DigestVerifyInit_ex (context, NULL, NULL, libctx, NULL, key, NULL) == 1
         && EVP_DigestVerify (context, signature.data, signature.size, attributes.data, attributes.size) == 1;
}

static gboolean
set_padding (const SmdCmsSignature *self, SmdCrypto *crypto, EVP_PKEY_CTX *context)
{
  switch (self->scheme->scheme)
    {
    case SMD_SIGNATURE_SCHEME_RSA:
      return EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PADDING) == 1;
    case SMD_SIGNATURE_SCHEME_RSA_PSS:
      return EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PSS_PADDING) == 1
             && EVP_PKEY_CTX_set_rsa_pss_saltlen (context, (int) self->pss.salt) == 1
             && EVP_PKEY_CTX_set_rsa_mgf1_md (context, smd_crypto_get_digest (crypto, self->pss.mgf_hash->name)) == 1;
    case SMD_SIGNATURE_SCHEME_ECDSA:
      return TRUE;
    case SMD_SIGNATURE_SCHEME_ED25519:
    case SMD_SIGNATURE_SCHEME_ED448:
    case SMD_SIGNATURE_SCHEME_DSA:
    default:
      return FALSE;
    }
}

static gboolean
verify_digest (const SmdCmsSignature *self, SmdCrypto *crypto, EVP_PKEY *key, SmdSpan attributes, SmdSpan signature)
{
  const EVP_MD *md = smd_crypto_get_digest (crypto, self->digest->name);
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey (smd_crypto_get_libctx (crypto), key, NULL);
  guint8 digest[EVP_MAX_MD_SIZE];

  return md != NULL && context != NULL && EVP_Digest (attributes.data, attributes.size, digest, NULL, md, NULL) == 1
         && EVP_PKEY_verify_init (context) == 1 && set_padding (self, crypto, context)
         && EVP_PKEY_CTX_set_signature_md (context, md) == 1
         && EVP_PKEY_verify (context, signature.data, signature.size, digest, self->digest->size) == 1;
}

static gboolean
key_fits (const SmdCmsSignature *self, SmdKeyType type)
{
  switch (self->scheme->scheme)
    {
    case SMD_SIGNATURE_SCHEME_RSA:
      return type == SMD_KEY_RSA;
    case SMD_SIGNATURE_SCHEME_RSA_PSS:
      return type == SMD_KEY_RSA || type == SMD_KEY_RSA_PSS;
    case SMD_SIGNATURE_SCHEME_ECDSA:
      return type == SMD_KEY_EC;
    case SMD_SIGNATURE_SCHEME_ED25519:
      return type == SMD_KEY_ED25519;
    case SMD_SIGNATURE_SCHEME_ED448:
    case SMD_SIGNATURE_SCHEME_DSA:
    default:
      return FALSE;
    }
}

gboolean
smd_cms_signature_verify (const SmdCmsSignature *self, SmdCrypto *crypto, SmdCertificate *certificate,
                          SmdSpan attributes, SmdSpan signature)
{
  EVP_PKEY *key = smd_certificate_get_public_key (certificate);
  gboolean good;

  if (key == NULL || !key_fits (self, smd_certificate_get_key_type (certificate)))
    return FALSE;

  if (self->scheme->scheme == SMD_SIGNATURE_SCHEME_ED25519)
    good = verify_whole (smd_crypto_get_libctx (crypto), key, attributes, signature);
  else
    good = verify_digest (self, crypto, key, attributes, signature);
  smd_openssl_forget ();
  return good;
}

const char *
smd_cms_signature_get_word (const SmdCmsSignature *self)
{
  return self->scheme != NULL ? smd_algorithm_signature_word (self->scheme->scheme) : "unknown";
}
