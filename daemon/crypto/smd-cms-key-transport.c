/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-key-transport.h"

#include <openssl/crypto.h>
#include <openssl/rsa.h>

#include "smd-openssl-error.h"

/* 00 02, eight bytes that aren't zero, 00: RFC 8017 section 7.2.1 */
#define SHORTEST_PADDING 11
/* An RSA key of 16384 bits; OpenSSL takes no longer ones. */
#define LONGEST_ENCRYPTED_KEY 2048

gboolean
smd_cms_key_transport_init (SmdCmsKeyTransport *self, const SmdRecipientInfo *recipient, SmdPrivateKey *key, GError **error)
{
  self->recipient = recipient;
  if (!smd_algorithm_find_key_transport (recipient->algorithm.oid, &self->transport)
      || smd_private_key_get_key_type (key) != SMD_KEY_RSA)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
                           "The content key is encrypted with an algorithm that this program doesn't know or that isn't the "
                           "key's; ask for RSA or ECDH");
      return FALSE;
    }
  if (recipient->encrypted_key.size > LONGEST_ENCRYPTED_KEY)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                           "The encrypted content key is longer than any RSA key; ask for the message to be sent again");
      return FALSE;
    }

  return self->transport == SMD_KEY_TRANSPORT_RSA
         || smd_rsa_parameters_read_oaep (&self->oaep, recipient->algorithm.parameters, error);
}

/* All ones if @a is zero, else zero; without a branch. */
static guint32
is_zero (guint32 a)
{
  return (guint32) ((gint64) ((guint64) a - 1) >> 63);
}

/* Looks at every byte of @block, whatever it holds, and replaces the random @cek if it is padded rightly. */
static void
select_key (const guint8 *block, gsize block_size, guint8 *cek, gsize size)
{
  gsize separator = block_size - size - 1;
  guint32 good = is_zero (block[0]) & is_zero (block[1] ^ 2u) & is_zero (block[separator]);

  for (gsize i = 2; i < separator; i++)
    good &= ~is_zero (block[i]);
  for (gsize i = 0; i < size; i++)
    cek[i] = (guint8) ((block[separator + 1 + i] & good) | (cek[i] & ~good));
}

static gboolean
set_oaep (const SmdRsaParameters *oaep, SmdCrypto *crypto, EVP_PKEY_CTX *context)
{
  void *label;

  if (EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_OAEP_PADDING) <= 0
      || EVP_PKEY_CTX_set_rsa_oaep_md (context, smd_crypto_get_digest (crypto, oaep->hash->name)) <= 0
      || EVP_PKEY_CTX_set_rsa_mgf1_md (context, smd_crypto_get_digest (crypto, oaep->mgf_hash->name)) <= 0)
    return FALSE;
  if (oaep->label.size == 0)
    return TRUE;

  label = OPENSSL_memdup (oaep->label.data, oaep->label.size);
  if (EVP_PKEY_CTX_set0_rsa_oaep_label (context, label, (int) oaep->label.size) > 0)
    return TRUE;

  OPENSSL_free (label);
  return FALSE;
}

static gboolean
set_padding (const SmdCmsKeyTransport *self, SmdCrypto *crypto, EVP_PKEY_CTX *context)
{
  if (self->transport == SMD_KEY_TRANSPORT_OAEP)
    return set_oaep (&self->oaep, crypto, context);
  return EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING) > 0;
}

static gboolean
decrypt_block (const SmdCmsKeyTransport *self, SmdCrypto *crypto, EVP_PKEY *pkey, SmdSpan encrypted, guint8 *block, gsize *size)
{
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey (smd_crypto_get_libctx (crypto), pkey, NULL);

  return context != NULL && EVP_PKEY_decrypt_init (context) > 0 && set_padding (self, crypto, context)
         && EVP_PKEY_decrypt (context, block, size, encrypted.data, encrypted.size) > 0;
}

gboolean
smd_cms_key_transport_unwrap (const SmdCmsKeyTransport *self, SmdCrypto *crypto, SmdPrivateKey *key, guint8 *cek, gsize size)
{
  EVP_PKEY *pkey = smd_private_key_get_pkey (key);
  gsize modulus = (gsize) EVP_PKEY_get_size (pkey), block_size = modulus;
  g_autofree guint8 *block = g_malloc0 (modulus);
  guint8 octets[LONGEST_ENCRYPTED_KEY];
  SmdSpan encrypted;
  gboolean decrypted;

  smd_der_octets_copy (&self->recipient->encrypted_key, octets);
  encrypted = smd_span (octets, self->recipient->encrypted_key.size);
  decrypted = decrypt_block (self, crypto, pkey, encrypted, block, &block_size);
  smd_openssl_forget ();
  if (self->transport == SMD_KEY_TRANSPORT_OAEP)
    {
      decrypted = decrypted && block_size == size;
      if (decrypted)
        memcpy (cek, block, size);
    }
  else
    {
      /* One that changed with each try would tell who may try often that the padding is wrong. */
      smd_crypto_decoy (crypto, encrypted, cek, size);
      if (modulus >= size + SHORTEST_PADDING)
        select_key (block, modulus, cek, size);
      decrypted = TRUE;
    }

  OPENSSL_cleanse (block, modulus);
  return decrypted;
}
