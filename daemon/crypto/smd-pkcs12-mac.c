/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pkcs12-mac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include "smd-openssl-error.h"

/* RFC 9579 section 4: keys of less than 20 octets are not accepted. */
#define PBMAC1_MIN_KEY 20

/* How the MAC is made: read once, tried with each form of the password. */
typedef struct
{
  gboolean pbmac1;
  const char *digest;     /* (unowned) of the HMAC */
  const char *prf_digest; /* (unowned) of PBKDF2, PBMAC1 only */
  gsize key_size;
  gint64 iterations;
  guint8 *salt; /* (owned) */
  gsize salt_size;
} MacPlan;

static void
mac_plan_clear (MacPlan *plan)
{
  g_clear_pointer (&plan->salt, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MacPlan, mac_plan_clear)

static gboolean
damaged (GError **error, const char *what)
{
  return smd_openssl_fail (error, SMIMED_ERROR_MALFORMED, "The PKCS#12 file is damaged (%s of its MAC): export it anew",
                           what);
}

static gboolean
unknown (const ASN1_OBJECT *algorithm, GError **error)
{
  return smd_pbe_refuse (algorithm, "protected", "SHA-256", error);
}

static const char *
digest_name (SmdPbe *pbe, int nid)
{
  const char *name = nid != NID_undef ? OBJ_nid2sn (nid) : NULL;

  return name != NULL && smd_crypto_get_digest (smd_pbe_get_crypto (pbe), name) != NULL ? name : NULL;
}

/* Returns: (nullable): the digest of an hmacWithSHA... */
static const char *
hmac_digest_name (SmdPbe *pbe, const X509_ALGOR *algorithm)
{
  int digest = NID_undef;

  if (!EVP_PBE_find (EVP_PBE_TYPE_PRF, OBJ_obj2nid (algorithm->algorithm), NULL, &digest, NULL))
    return NULL;
  return digest_name (pbe, digest);
}

static gboolean
plan_classic (SmdPbe *pbe, SmdPfx *pfx, MacPlan *plan, GError **error)
{
  const X509_ALGOR *algorithm = smd_pfx_get_mac_algorithm (pfx);
  SmdSpan salt = smd_pfx_get_mac_salt (pfx);

  plan->digest = digest_name (pbe, OBJ_obj2nid (algorithm->algorithm));
  if (plan->digest == NULL)
    return unknown (algorithm->algorithm, error);
  plan->key_size = (gsize) EVP_MD_get_size (smd_crypto_get_digest (smd_pbe_get_crypto (pbe), plan->digest));
  plan->iterations = smd_pfx_get_mac_iterations (pfx);
  plan->salt = g_memdup2 (salt.data, salt.size);
  plan->salt_size = salt.size;
  return TRUE;
}

static gboolean
plan_pbkdf2 (SmdPbe *pbe, const PBKDF2PARAM *parameters, MacPlan *plan, GError **error)
{
  gint64 key_size = 0;

  plan->prf_digest = parameters->prf != NULL ? hmac_digest_name (pbe, parameters->prf) : "SHA1";
  if (plan->prf_digest == NULL)
    return unknown (parameters->prf->algorithm, error);
  if (parameters->salt->type != V_ASN1_OCTET_STRING)
    return damaged (error, "the salt");
  if (!ASN1_INTEGER_get_int64 (&plan->iterations, parameters->iter))
    return damaged (error, "the number of iterations");
  /* RFC 9579 section 4 makes it mandatory: without it the key's length would be a guess. */
  if (parameters->keylength == NULL || !ASN1_INTEGER_get_int64 (&key_size, parameters->keylength) ||
      key_size < PBMAC1_MIN_KEY || key_size > EVP_MAX_MD_SIZE)
    return damaged (error, "the key length");
  plan->key_size = (gsize) key_size;
  plan->salt_size = (gsize) ASN1_STRING_length (parameters->salt->value.octet_string);
  plan->salt = g_memdup2 (ASN1_STRING_get0_data (parameters->salt->value.octet_string), plan->salt_size);
  return TRUE;
}

static gboolean
plan_pbmac1_parameters (SmdPbe *pbe, const PBE2PARAM *parameters, MacPlan *plan, GError **error)
{
  PBKDF2PARAM *pbkdf2;
  gboolean ok;

  plan->pbmac1 = TRUE;
  plan->digest = hmac_digest_name (pbe, parameters->encryption);
  if (plan->digest == NULL)
    return unknown (parameters->encryption->algorithm, error);
  if (OBJ_obj2nid (parameters->keyfunc->algorithm) != NID_id_pbkdf2)
    return unknown (parameters->keyfunc->algorithm, error);
  pbkdf2 = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (PBKDF2PARAM), parameters->keyfunc->parameter);
  if (pbkdf2 == NULL)
    return damaged (error, "the parameters");
  ok = plan_pbkdf2 (pbe, pbkdf2, plan, error);
  PBKDF2PARAM_free (pbkdf2);
  return ok;
}

static gboolean
plan_pbmac1 (SmdPbe *pbe, SmdPfx *pfx, MacPlan *plan, GError **error)
{
  const X509_ALGOR *algorithm = smd_pfx_get_mac_algorithm (pfx);
  /* PBMAC1-params have the form of PBES2-params (RFC 8018 appendices A.4 and A.5). */
  PBE2PARAM *parameters = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (PBE2PARAM), algorithm->parameter);
  gboolean ok;

  if (parameters == NULL)
    return damaged (error, "the parameters");
  ok = plan_pbmac1_parameters (pbe, parameters, plan, error);
  PBE2PARAM_free (parameters);
  return ok;
}

static gboolean
derive_pbkdf2 (OSSL_LIB_CTX *libctx, const MacPlan *plan, SmdSpan password, guint8 *key)
{
  g_autoptr (EVP_KDF) kdf = EVP_KDF_fetch (libctx, "PBKDF2", NULL);
  g_autoptr (EVP_KDF_CTX) context = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
  guint64 iterations = (guint64) plan->iterations;
  int unchecked = 1; /* short salts and few iterations are the writer's affair */
  OSSL_PARAM parameters[] = {
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_PASSWORD, (void *) (password.size > 0 ? password.data : key),
                                       password.size),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT, plan->salt != NULL ? plan->salt : key, plan->salt_size),
    OSSL_PARAM_construct_uint64 (OSSL_KDF_PARAM_ITER, &iterations),
    OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, (char *) plan->prf_digest, 0),
    OSSL_PARAM_construct_int (OSSL_KDF_PARAM_PKCS5, &unchecked),
    OSSL_PARAM_construct_end (),
  };

  return context != NULL && EVP_KDF_derive (context, key, plan->key_size, parameters) == 1;
}

static gboolean
derive_key (SmdCrypto *crypto, const MacPlan *plan, SmdSpan password, guint8 *key)
{
  if (plan->pbmac1)
    return derive_pbkdf2 (smd_crypto_get_libctx (crypto), plan, password, key);
  return PKCS12_key_gen_utf8_ex ((const char *) password.data, (int) password.size, plan->salt, (int) plan->salt_size,
                                 PKCS12_MAC_ID, (int) plan->iterations, (int) plan->key_size, key,
                                 smd_crypto_get_digest (crypto, plan->digest), smd_crypto_get_libctx (crypto), NULL);
}

/* Returns: whether the MAC could be computed; @fits says whether it is the file's */
static gboolean
try_password (SmdCrypto *crypto, const MacPlan *plan, SmdPfx *pfx, SmdSpan password, gboolean *fits)
{
  SmdSpan safe = smd_pfx_get_safe (pfx);
  SmdSpan expected = smd_pfx_get_mac (pfx);
  guint8 key[EVP_MAX_MD_SIZE], mac[EVP_MAX_MD_SIZE];
  size_t size = 0;
  gboolean ok;

  ok = derive_key (crypto, plan, password, key) &&
       EVP_Q_mac (smd_crypto_get_libctx (crypto), "HMAC", NULL, plan->digest, NULL, key, plan->key_size, safe.data,
                  safe.size, mac, sizeof mac, &size) != NULL;
  *fits = ok && expected.size == size && CRYPTO_memcmp (expected.data, mac, size) == 0;
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  *fits = ok;
#endif
  OPENSSL_cleanse (key, sizeof key);
  OPENSSL_cleanse (mac, sizeof mac);
  return ok;
}

gboolean
smd_pkcs12_mac_check (SmdPbe *pbe, SmdPfx *pfx, GError **error)
{
  g_auto (MacPlan) plan = { 0 };
  gboolean pbmac1;

  if (!smd_pfx_has_mac (pfx))
    return TRUE;
  pbmac1 = OBJ_obj2nid (smd_pfx_get_mac_algorithm (pfx)->algorithm) == NID_pbmac1;
  if (pbmac1 ? !plan_pbmac1 (pbe, pfx, &plan, error) : !plan_classic (pbe, pfx, &plan, error))
    return FALSE;

  for (guint i = 0; i < smd_pbe_get_n_forms (pbe); i++)
    {
      gboolean fits = FALSE;

      if (!smd_pbe_charge (pbe, plan.iterations, error))
        return FALSE;
      if (!try_password (smd_pbe_get_crypto (pbe), &plan, pfx, smd_pbe_get_form (pbe, i), &fits))
        return damaged (error, "the parameters");
      smd_pbe_prefer_form (pbe, fits ? i : 0);
      if (fits)
        return TRUE;
    }
  smd_openssl_forget ();
  return smd_openssl_fail (error, SMIMED_ERROR_WRONG_PASSWORD,
                           "The password does not open the PKCS#12 file (or the file is damaged): try another one");
}
