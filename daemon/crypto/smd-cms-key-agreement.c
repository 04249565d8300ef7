/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-key-agreement.h"

#include <openssl/crypto.h>

#include "smd-cms-content.h"
#include "smd-openssl-error.h"

/* RFC 3394 adds eight bytes. */
#define WRAP_OVERHEAD 8
#define LONGEST_UKM 1024

static gboolean
not_supported (GError **error, const char *what)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
               "The content key is encrypted by key agreement with %s; ask for ECDH with AES key wrap", what);
  return FALSE;
}

gboolean
smd_cms_key_agreement_init (SmdCmsKeyAgreement *self, const SmdRecipientInfo *recipient, SmdPrivateKey *key, GError **error)
{
  SmdKeyType type = smd_private_key_get_key_type (key);
  SmdCmsAlgorithm wrap;

  self->recipient = recipient;
  self->scheme = smd_algorithm_find_agreement (recipient->algorithm.oid);
  if (self->scheme == NULL)
    return not_supported (error, "a scheme that this program doesn't know");
  if (recipient->originator_key.data == NULL)
    return not_supported (error, "a sender's key that isn't in the message");
  if (type != SMD_KEY_EC && type != SMD_KEY_X25519)
    return not_supported (error, "a kind of key that this private key isn't");
  if (recipient->ukm.size > LONGEST_UKM)
    return not_supported (error, "more keying material than is usual");
  if (!smd_cms_algorithm_parse (&wrap, recipient->algorithm.parameters, error))
    return FALSE;

  self->wrap = smd_algorithm_find_wrap (wrap.oid);
  return self->wrap != NULL || not_supported (error, "a key wrap that this program doesn't know");
}

/* Returns: (transfer full) (nullable): the sender's ephemeral key; OpenSSL checks that it lies on the curve */
static EVP_PKEY *
make_peer (SmdCrypto *crypto, SmdPrivateKey *key, SmdSpan point)
{
  g_autoptr (EVP_PKEY) peer = NULL;

  if (smd_private_key_get_key_type (key) == SMD_KEY_X25519)
    return EVP_PKEY_new_raw_public_key_ex (smd_crypto_get_libctx (crypto), "X25519", NULL, point.data, point.size);

  peer = EVP_PKEY_new ();
  if (peer == NULL || EVP_PKEY_copy_parameters (peer, smd_private_key_get_pkey (key)) <= 0
      || EVP_PKEY_set1_encoded_public_key (peer, point.data, point.size) <= 0)
    return NULL;

  return g_steal_pointer (&peer);
}

static gboolean
derive (const SmdCmsKeyAgreement *self, SmdCrypto *crypto, SmdPrivateKey *key, EVP_PKEY *peer, guint8 kek[SMD_KEK_MAX])
{
  guint8 ukm[LONGEST_UKM] = { 0 };
  gboolean has_ukm = self->recipient->ukm.region.data != NULL;
  SmdKekParameters parameters = {
    .own = smd_private_key_get_pkey (key),
    .peer = peer,
    .scheme = self->scheme,
    .ukm = has_ukm ? smd_span (ukm, self->recipient->ukm.size) : SMD_SPAN_EMPTY,
    .wrap = self->recipient->algorithm.parameters,
    .size = self->wrap->key_size,
  };

  if (has_ukm)
    smd_der_octets_copy (&self->recipient->ukm, ukm);
  return smd_kek_derive (crypto, &parameters, kek, NULL);
}

static gboolean
unwrap (const SmdCmsKeyAgreement *self, SmdCrypto *crypto, const guint8 *kek, guint8 *cek, gsize size)
{
  guint8 wrapped[SMD_CMS_CEK_MAX + WRAP_OVERHEAD], unwrapped[SMD_CMS_CEK_MAX];
  gboolean done;

  if (self->recipient->encrypted_key.size != size + WRAP_OVERHEAD)
    return FALSE;

  smd_der_octets_copy (&self->recipient->encrypted_key, wrapped);
  done = smd_kek_unwrap (crypto, self->wrap, kek, smd_span (wrapped, size + WRAP_OVERHEAD), unwrapped, NULL);
  if (done)
    memcpy (cek, unwrapped, size);
  OPENSSL_cleanse (unwrapped, sizeof unwrapped);
  return done;
}

gboolean
smd_cms_key_agreement_unwrap (const SmdCmsKeyAgreement *self, SmdCrypto *crypto, SmdPrivateKey *key, guint8 *cek, gsize size)
{
  g_autoptr (EVP_PKEY) peer = make_peer (crypto, key, self->recipient->originator_key);
  guint8 kek[SMD_KEK_MAX];
  gboolean done = peer != NULL && derive (self, crypto, key, peer, kek) && unwrap (self, crypto, kek, cek, size);

  OPENSSL_cleanse (kek, sizeof kek);
  smd_openssl_forget ();
  return done;
}
