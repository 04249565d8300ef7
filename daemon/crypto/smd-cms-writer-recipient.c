/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rsa.h>

#include "smd-cms-writer-parts.h"
#include "smd-kek.h"
#include "smd-openssl-error.h"

#define OAEP_DIGEST "sha-256"

static gboolean
refuse (SmdCertificate *recipient, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
               "Nothing can be encrypted to the certificate of %s: it has a %s key, which can only sign; ask for a "
               "certificate for encryption",
               smd_certificate_get_subject (recipient), smd_certificate_get_key_algorithm (recipient));
  return FALSE;
}

static gboolean
fail (SmdCertificate *recipient, GError **error)
{
  return smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't encrypt to the certificate of %s",
                           smd_certificate_get_subject (recipient));
}

/* RSAES-OAEP-params: SHA-256 also for the mask, no label (RFC 4055 section 4.1) */
static void
add_oaep_algorithm (SmdDerWriter *writer)
{
  const SmdDigestAlgorithm *digest = smd_algorithm_get_digest (OAEP_DIGEST);
  gsize sequence = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  gsize parameters = 0;

  smd_der_writer_add_oid (writer, smd_algorithm_get_key_transport_oid (SMD_KEY_TRANSPORT_OAEP));
  parameters = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_cms_writer_add_digest_and_mask (writer, digest);
  smd_der_writer_end (writer, parameters);
  smd_der_writer_end (writer, sequence);
}

/* Returns: (transfer full) (nullable): the encrypted key */
static guint8 *
encrypt_rsa (SmdCrypto *crypto, EVP_PKEY *key, SmdKeyTransport transport, SmdSpan cek, gsize *size)
{
  const char *digest = smd_algorithm_get_digest (OAEP_DIGEST)->name;
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey (smd_crypto_get_libctx (crypto), key, NULL);
  g_autofree guint8 *octets = g_malloc ((gsize) EVP_PKEY_get_size (key));
  OSSL_PARAM pkcs1[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_PAD_MODE, (char *) OSSL_PKEY_RSA_PAD_MODE_PKCSV15, 0),
    OSSL_PARAM_construct_end (),
  };
  OSSL_PARAM oaep[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_PAD_MODE, (char *) OSSL_PKEY_RSA_PAD_MODE_OAEP, 0),
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_OAEP_DIGEST, (char *) digest, 0),
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_MGF1_DIGEST, (char *) digest, 0),
    OSSL_PARAM_construct_end (),
  };

  *size = (gsize) EVP_PKEY_get_size (key);
  if (context == NULL || EVP_PKEY_encrypt_init_ex (context, transport == SMD_KEY_TRANSPORT_OAEP ? oaep : pkcs1) <= 0
      || EVP_PKEY_encrypt (context, octets, size, cek.data, cek.size) <= 0)
    return NULL;
  return g_steal_pointer (&octets);
}

/* KeyTransRecipientInfo, RFC 5652 section 6.2.1 */
static gboolean
add_transport (SmdDerWriter *writer, SmdCrypto *crypto, SmdCertificate *recipient, SmdKeyTransport transport,
               SmdSpan cek, GError **error)
{
  gsize size = 0;
  g_autofree guint8 *octets
    = encrypt_rsa (crypto, smd_certificate_get_public_key (recipient), transport, cek, &size);
  gsize mark = 0;

  if (octets == NULL)
    return fail (recipient, error);

  mark = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_integer (writer, 0); /* the recipient is named by issuer and serial number */
  smd_cms_writer_add_issuer_and_serial (writer, SMD_TAG_SEQUENCE, recipient);
  if (transport == SMD_KEY_TRANSPORT_OAEP)
    add_oaep_algorithm (writer);
  else
    smd_der_writer_add_algorithm (writer, smd_algorithm_get_key_transport_oid (transport), TRUE);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (octets, size));
  smd_der_writer_end (writer, mark);
  return TRUE;
}

/* Returns: (transfer full) (nullable): a new key of the same kind, on the same curve */
static EVP_PKEY *
generate_ephemeral (SmdCrypto *crypto, EVP_PKEY *peer)
{
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey (smd_crypto_get_libctx (crypto), peer, NULL);
  EVP_PKEY *key = NULL;

  if (context == NULL || EVP_PKEY_keygen_init (context) <= 0 || EVP_PKEY_generate (context, &key) <= 0)
    return NULL;
  return key;
}

/* Derives a key-encryption key between @ephemeral and @peer, and wraps @cek into @wrapped. */
static gboolean
wrap_cek (SmdCrypto *crypto, EVP_PKEY *ephemeral, EVP_PKEY *peer, const SmdAgreementAlgorithm *scheme,
          const SmdWrapAlgorithm *wrap, SmdSpan cek, guint8 *wrapped, GError **error)
{
  g_autoptr (SmdDerWriter) key_info = smd_der_writer_new ();
  SmdKekParameters parameters = { .own = ephemeral, .peer = peer, .scheme = scheme, .size = wrap->key_size };
  guint8 kek[SMD_KEK_MAX];
  gboolean done = FALSE;

  smd_der_writer_add_algorithm (key_info, wrap->oid, FALSE);
  parameters.wrap = smd_der_writer_get_span (key_info);
  done = smd_kek_derive (crypto, &parameters, kek, error) && smd_kek_wrap (crypto, wrap, kek, cek, wrapped, error);
  OPENSSL_cleanse (kek, sizeof kek);
  return done;
}

/* originator: the ephemeral public key. OriginatorPublicKey is a SubjectPublicKeyInfo under the tag [1]. */
static gboolean
add_originator (SmdDerWriter *writer, EVP_PKEY *ephemeral)
{
  guint8 *info = NULL;
  int size = i2d_PUBKEY (ephemeral, &info);
  gsize mark = 0;

  if (size <= 0)
    return FALSE;

  info[0] = SMD_TAG_CONTEXT_CONSTRUCTED (1);
  mark = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));
  smd_der_writer_add_der (writer, smd_span (info, (gsize) size));
  smd_der_writer_end (writer, mark);
  OPENSSL_free (info);
  return TRUE;
}

static void
add_agreement_algorithm (SmdDerWriter *writer, const SmdAgreementAlgorithm *scheme, const SmdWrapAlgorithm *wrap)
{
  gsize mark = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);

  smd_der_writer_add_oid (writer, scheme->oid);
  smd_der_writer_add_algorithm (writer, wrap->oid, FALSE);
  smd_der_writer_end (writer, mark);
}

static void
add_encrypted_key (SmdDerWriter *writer, SmdCertificate *recipient, SmdSpan wrapped)
{
  gsize list = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  gsize key = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);

  smd_cms_writer_add_issuer_and_serial (writer, SMD_TAG_SEQUENCE, recipient);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, wrapped);
  smd_der_writer_end (writer, key);
  smd_der_writer_end (writer, list);
}

/* KeyAgreeRecipientInfo, RFC 5652 section 6.2.2; one for each recipient, with an ephemeral key of its own */
static gboolean
add_agreement (SmdDerWriter *writer, SmdCrypto *crypto, SmdCertificate *recipient, const SmdAgreementAlgorithm *scheme,
               SmdSpan cek, GError **error)
{
  EVP_PKEY *peer = smd_certificate_get_public_key (recipient);
  g_autoptr (EVP_PKEY) ephemeral = generate_ephemeral (crypto, peer);
  const SmdWrapAlgorithm *wrap = smd_algorithm_get_wrap (cek.size);
  guint8 wrapped[SMD_KEK_MAX + 8];
  gsize mark = 0;

  if (ephemeral == NULL)
    return fail (recipient, error);
  if (!wrap_cek (crypto, ephemeral, peer, scheme, wrap, cek, wrapped, error))
    return FALSE;

  mark = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (1));
  smd_der_writer_add_integer (writer, 3);
  if (!add_originator (writer, ephemeral))
    return fail (recipient, error);
  add_agreement_algorithm (writer, scheme, wrap);
  add_encrypted_key (writer, recipient, smd_span (wrapped, cek.size + 8));
  smd_der_writer_end (writer, mark);
  return TRUE;
}

static const SmdAgreementAlgorithm *
get_agreement (SmdCertificate *recipient)
{
  guint bits = smd_certificate_get_key_bits (recipient);
  const char *digest = bits <= 256 ? "sha-256" : bits <= 384 ? "sha-384" : "sha-512";

  /* RFC 8418 section 2.1 */
  if (smd_certificate_get_key_type (recipient) == SMD_KEY_X25519)
    return smd_algorithm_get_agreement (SMD_AGREEMENT_HKDF, smd_algorithm_get_digest ("sha-256"));
  return smd_algorithm_get_agreement (SMD_AGREEMENT_X963, smd_algorithm_get_digest (digest));
}

gboolean
smd_cms_writer_add_recipient (SmdDerWriter *writer, SmdCrypto *crypto, SmdCertificate *recipient,
                              const SmdContentAlgorithm *content, SmdSpan cek, guint8 *version, GError **error)
{
  /* A reader that knows an AEAD knows OAEP, too; one that may not even know SHA-256 gets what all know. */
  SmdKeyTransport transport = content->tag_size > 0 ? SMD_KEY_TRANSPORT_OAEP : SMD_KEY_TRANSPORT_RSA;

  switch (smd_certificate_get_key_type (recipient))
    {
    case SMD_KEY_RSA:
      return add_transport (writer, crypto, recipient, transport, cek, error);
    case SMD_KEY_EC:
    case SMD_KEY_X25519:
      *version = 2;
      return add_agreement (writer, crypto, recipient, get_agreement (recipient), cek, error);
    case SMD_KEY_RSA_PSS:
    case SMD_KEY_ED25519:
    case SMD_KEY_ED448:
    case SMD_KEY_X448:
    case SMD_KEY_OTHER:
    default:
      return refuse (recipient, error);
    }
}
