/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/rsa.h>

#include "smd-crl-outline.h"
#include "smd-openssl-error.h"
#include "smd-rsa-parameters.h"

#define PIECE ((gsize) 1024 * 1024)

static gboolean
is_weak (int digest)
{
  return digest == NID_md2 || digest == NID_md4 || digest == NID_md5 || digest == NID_sha1;
}

/* Returns: whether the algorithm is known and for keys like @key; *@digest (out) NID_undef if it hashes in a way of its own */
static gboolean
find_algorithm (SmdSpan algorithm, EVP_PKEY *key, int *nid, int *digest)
{
  const guint8 *at = algorithm.data;
  g_autoptr (X509_ALGOR) parsed = d2i_X509_ALGOR (NULL, &at, (long) algorithm.size);
  const ASN1_OBJECT *object;
  int type = NID_undef;

  if (parsed == NULL)
    return FALSE;

  X509_ALGOR_get0 (&object, NULL, NULL, parsed);
  *nid = OBJ_obj2nid (object);
  *digest = NID_undef;
  if (*nid == NID_rsassaPss)
    return EVP_PKEY_is_a (key, "RSA") || EVP_PKEY_is_a (key, "RSA-PSS");
  return OBJ_find_sigid_algs (*nid, digest, &type) && !is_weak (*digest) && EVP_PKEY_is_a (key, OBJ_nid2sn (type));
}

static gboolean
set_pss (EVP_PKEY_CTX *context, SmdCrypto *crypto, const SmdRsaParameters *pss)
{
  return EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PSS_PADDING) == 1
         && EVP_PKEY_CTX_set_rsa_pss_saltlen (context, (int) pss->salt) == 1
         && EVP_PKEY_CTX_set_rsa_mgf1_md (context, smd_crypto_get_digest (crypto, pss->mgf_hash->name)) == 1;
}

static gboolean
begin (EVP_MD_CTX *context, SmdCrypto *crypto, const SmdCmsAlgorithm *algorithm, EVP_PKEY *key, gboolean *whole)
{
  EVP_PKEY_CTX *key_context = NULL;
  SmdRsaParameters pss = { 0 };
  int nid, digest;

  if (!find_algorithm (algorithm->whole, key, &nid, &digest))
    return FALSE;
  if (nid == NID_rsassaPss && (!smd_rsa_parameters_read_pss (&pss, algorithm->parameters, NULL) || pss.hash->weak))
    return FALSE;

  *whole = nid != NID_rsassaPss && digest == NID_undef;
  return EVP_DigestVerifyInit_ex (context, &key_context,
                                  *whole                 ? NULL
                                  : nid == NID_rsassaPss ? pss.hash->name
                                                         : OBJ_nid2sn (digest),
                                  smd_crypto_get_libctx (crypto), NULL, key, NULL)
             == 1
         && (nid != NID_rsassaPss || set_pss (key_context, crypto, &pss));
}

static gboolean
add_pieces (EVP_MD_CTX *context, SmdSpan tbs, SmdCrlPassed passed, gpointer data)
{
  while (tbs.size > 0)
    {
      SmdSpan piece = smd_span_head (tbs, PIECE);

      if (EVP_DigestVerifyUpdate (context, piece.data, piece.size) != 1)
        return FALSE;
      if (passed != NULL && !passed (data, piece))
        return FALSE;
      tbs = smd_span_skip (tbs, piece.size);
    }

  return TRUE;
}

gboolean
smd_crl_signature_verify (SmdCrypto *crypto, const SmdCrlOutline *outline, EVP_PKEY *key, SmdCrlPassed passed, gpointer data)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  SmdSpan signature = outline->signature;
  gboolean whole;
  gboolean good = FALSE;

  if (context != NULL && begin (context, crypto, &outline->algorithm, key, &whole))
    good = whole ? EVP_DigestVerify (context, signature.data, signature.size, outline->tbs.data, outline->tbs.size) == 1
                 : add_pieces (context, outline->tbs, passed, data)
                       && EVP_DigestVerifyFinal (context, signature.data, signature.size) == 1;
  smd_openssl_forget ();
  return good;
}
