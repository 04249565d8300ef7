/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-private-key.h"

#include <openssl/decoder.h>

#include "smd-key-type.h"
#include "smd-limits.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"

#define STRANGE_KEY                                                                                                    \
  "The private key is of a kind that isn't used here for S/MIME: take RSA, an elliptic curve, Ed25519 or X25519"

#define MOST_SIGNERS 8 /* kept: as many as threads sign at a time */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OSSL_DECODER_CTX, OSSL_DECODER_CTX_free)

struct _SmdPrivateKey
{
  gatomicrefcount references;
  GMutex lock;
  GPtrArray *signers; /* (owned) of EVP_PKEY_CTX (owned), ready to sign and not in use; under the lock */
  SmdCrypto *crypto; /* (owned) a hold */
  EVP_PKEY *pkey;    /* (owned) its numbers in the secure heap */
  SmdKeyType type;
  char *fingerprint; /* (owned) */
};

static const struct
{
  const char *const name;  /* (unowned) */
  const char *const group; /* (unowned) (nullable) NULL: RSA */
  size_t bits;
} algorithms[] = {
  { "rsa-2048", NULL, 2048 }, { "rsa-3072", NULL, 3072 }, { "rsa-4096", NULL, 4096 },
  { "p-256", "P-256", 0 },    { "p-384", "P-384", 0 },
};

/* Reads one DER element of definite length off the front of @rest. */
static gboolean
take_element (SmdSpan *rest, int expected_tag, SmdSpan *element, SmdSpan *content)
{
  const guint8 *at = rest->data;
  long size = 0;
  int tag = 0, class = 0;
  int form;

  if (rest->size == 0)
    return FALSE;
  form = ASN1_get_object (&at, &size, &tag, &class, (long) rest->size);
  if ((form & 0x81) != 0 || tag != expected_tag || class != V_ASN1_UNIVERSAL)
    return FALSE;
  *content = smd_span (at, (gsize) size);
  *element = smd_span (rest->data, (gsize) (at - rest->data) + (gsize) size);
  *rest = smd_span_skip (*rest, element->size);
  return TRUE;
}

/* A PrivateKeyInfo with version 0, algorithm and key alone: OpenSSL 3.0 doesn't read version 1 with a public key behind
 * (RFC 5958 section 2), and attributes serve nobody. */
static SmdSecret *
plain_pkcs8 (SmdSpan pkcs8)
{
  static const guint8 version[] = { V_ASN1_INTEGER, 1, 0 };
  SmdSpan element, content, rest, algorithm, key;
  SmdSecret *plain;
  guint8 *at;
  int size;

  if (!take_element (&pkcs8, V_ASN1_SEQUENCE, &element, &rest) || pkcs8.size > 0 ||
      !take_element (&rest, V_ASN1_INTEGER, &element, &content) ||
      !take_element (&rest, V_ASN1_SEQUENCE, &algorithm, &content) ||
      !take_element (&rest, V_ASN1_OCTET_STRING, &key, &content))
    return NULL;

  size = (int) (sizeof version + algorithm.size + key.size);
  plain = smd_secret_new ((gsize) ASN1_object_size (1, size, V_ASN1_SEQUENCE));
  at = smd_secret_get_data (plain);
  ASN1_put_object (&at, 1, size, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
  memcpy (at, version, sizeof version);
  memcpy (at + sizeof version, algorithm.data, algorithm.size);
  memcpy (at + sizeof version + algorithm.size, key.data, key.size);
  return plain;
}

static gboolean
read_fingerprint (SmdPrivateKey *self)
{
  unsigned char *der = NULL;
  int size = i2d_PUBKEY (self->pkey, &der);

  if (size <= 0)
    return FALSE;
  self->fingerprint = smd_crypto_fingerprint (self->crypto, smd_span (der, (gsize) size));
  OPENSSL_free (der);
  return TRUE;
}

SmdPrivateKey *
smd_private_key_new_take (SmdCrypto *crypto, EVP_PKEY *pkey, GError **error)
{
  g_autoptr (SmdPrivateKey) self = g_new0 (SmdPrivateKey, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  self->signers = g_ptr_array_new_with_free_func ((GDestroyNotify) EVP_PKEY_CTX_free);
  self->crypto = smd_crypto_hold (crypto);
  self->pkey = pkey;
  self->type = smd_key_type_of (pkey);
  /* One that S/MIME has no use for (DSA) is kept all the same: its owner's file is imported whole. */
  if (!read_fingerprint (self))
    {
      smd_openssl_fail (error, SMIMED_ERROR_NOT_SUPPORTED, STRANGE_KEY);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* Whether OpenSSL knows the algorithm that the key names: tells a strange key from a damaged one. */
static gboolean
knows_algorithm (SmdSpan pkcs8)
{
  const guint8 *at = pkcs8.data;
  g_autoptr (PKCS8_PRIV_KEY_INFO) info = d2i_PKCS8_PRIV_KEY_INFO (NULL, &at, (long) pkcs8.size);
  const ASN1_OBJECT *algorithm = NULL;
  int nid;

  if (info == NULL || !PKCS8_pkey_get0 (&algorithm, NULL, NULL, NULL, info))
    return TRUE;
  nid = OBJ_obj2nid (algorithm);
  return nid == NID_rsaEncryption || nid == NID_rsassaPss || nid == NID_X9_62_id_ecPublicKey || nid == NID_ED25519 ||
         nid == NID_X25519 || nid == NID_ED448 || nid == NID_X448;
}

static EVP_PKEY *
decode (SmdCrypto *crypto, SmdSpan pkcs8)
{
  EVP_PKEY *pkey = NULL;
  g_autoptr (OSSL_DECODER_CTX) decoder = OSSL_DECODER_CTX_new_for_pkey (
      &pkey, "DER", "PrivateKeyInfo", NULL, EVP_PKEY_KEYPAIR, smd_crypto_get_libctx (crypto), NULL);
  const unsigned char *at = pkcs8.data;
  size_t size = pkcs8.size;

  if (decoder == NULL || !OSSL_DECODER_from_data (decoder, &at, &size))
    g_clear_pointer (&pkey, EVP_PKEY_free);
  return pkey;
}

SmdPrivateKey *
smd_private_key_new (SmdCrypto *crypto, SmdSpan pkcs8, GError **error)
{
  g_autoptr (SmdSecret) plain = pkcs8.size > 0 && pkcs8.size <= SMD_LIMIT_CERTIFICATE ? plain_pkcs8 (pkcs8) : NULL;
  EVP_PKEY *pkey = NULL;

  if (plain != NULL)
    pkey = decode (crypto, smd_secret_get_span (plain));
  if (pkey != NULL)
    return smd_private_key_new_take (crypto, pkey, error);

  if (plain != NULL && !knows_algorithm (smd_secret_get_span (plain)))
    smd_openssl_fail (error, SMIMED_ERROR_NOT_SUPPORTED, STRANGE_KEY);
  else
    smd_openssl_fail (error, SMIMED_ERROR_MALFORMED,
                      "The private key can't be read: it is damaged, or it isn't an unencrypted PKCS#8 key");
  return NULL;
}

SmdPrivateKey *
smd_private_key_generate (SmdCrypto *crypto, const char *algorithm, GError **error)
{
  OSSL_LIB_CTX *libctx = smd_crypto_get_libctx (crypto);
  EVP_PKEY *pkey = NULL;
  guint i = 0;

  while (i < G_N_ELEMENTS (algorithms) && !g_str_equal (algorithms[i].name, algorithm))
    i++;
  if (i == G_N_ELEMENTS (algorithms))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                   "There is no key type \"%s\": take rsa-2048, rsa-3072, rsa-4096, p-256 or p-384", algorithm);
      return NULL;
    }
  if (algorithms[i].group == NULL)
    pkey = EVP_PKEY_Q_keygen (libctx, NULL, "RSA", algorithms[i].bits);
  else
    pkey = EVP_PKEY_Q_keygen (libctx, NULL, "EC", algorithms[i].group);
  if (pkey != NULL)
    return smd_private_key_new_take (crypto, pkey, error);
  smd_openssl_fail (error, SMIMED_ERROR_FAILED, "The key could not be made");
  return NULL;
}

SmdPrivateKey *
smd_private_key_ref (SmdPrivateKey *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_private_key_unref (SmdPrivateKey *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_ptr_array_unref (self->signers);
  g_mutex_clear (&self->lock);
  EVP_PKEY_free (self->pkey);
  g_free (self->fingerprint);
  smd_crypto_release (self->crypto);
  g_free (self);
}

SmdSecret *
smd_private_key_to_pkcs8 (SmdPrivateKey *self, GError **error)
{
  g_autoptr (PKCS8_PRIV_KEY_INFO) info = EVP_PKEY2PKCS8 (self->pkey);
  int size = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO (info, NULL) : -1;
  g_autoptr (SmdSecret) secret = size > 0 ? smd_secret_new ((gsize) size) : NULL;
  guint8 *at = secret != NULL ? smd_secret_get_data (secret) : NULL;

  if (at != NULL && i2d_PKCS8_PRIV_KEY_INFO (info, &at) == size)
    return g_steal_pointer (&secret);
  smd_openssl_fail (error, SMIMED_ERROR_FAILED, "The private key could not be written");
  return NULL;
}

SmdKeyType
smd_private_key_get_key_type (SmdPrivateKey *self)
{
  return self->type;
}

const char *
smd_private_key_get_fingerprint (SmdPrivateKey *self)
{
  return self->fingerprint;
}

gboolean
smd_private_key_matches (SmdPrivateKey *self, SmdCertificate *certificate)
{
  EVP_PKEY *other = smd_certificate_get_public_key (certificate);
  gboolean same;

  if (g_str_equal (self->fingerprint, smd_certificate_get_key_fingerprint (certificate)))
    return TRUE;
  /* The same key may be written in other ways: a compressed point, RSA without its NULL parameters. */
  same = other != NULL && EVP_PKEY_eq (self->pkey, other) == 1;
  smd_openssl_forget ();
  return same;
}

EVP_PKEY *
smd_private_key_get_pkey (SmdPrivateKey *self)
{
  return self->pkey;
}

static EVP_PKEY_CTX *
new_signer (SmdPrivateKey *self)
{
  g_autoptr (EVP_PKEY_CTX) signer = EVP_PKEY_CTX_new_from_pkey (smd_crypto_get_libctx (self->crypto), self->pkey, NULL);

  return signer != NULL && EVP_PKEY_sign_init (signer) > 0 ? g_steal_pointer (&signer) : NULL;
}

EVP_PKEY_CTX *
smd_private_key_take_signer (SmdPrivateKey *self)
{
  EVP_PKEY_CTX *signer = NULL;

  g_mutex_lock (&self->lock);
  if (self->signers->len > 0)
    signer = g_ptr_array_steal_index_fast (self->signers, self->signers->len - 1);
  g_mutex_unlock (&self->lock);

  return signer != NULL ? signer : new_signer (self);
}

void
smd_private_key_give_signer (SmdPrivateKey *self, EVP_PKEY_CTX *signer)
{
  g_mutex_lock (&self->lock);
  if (self->signers->len < MOST_SIGNERS)
    g_ptr_array_add (self->signers, g_steal_pointer (&signer));
  g_mutex_unlock (&self->lock);

  EVP_PKEY_CTX_free (signer);
}
