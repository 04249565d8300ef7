/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-kek.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include "smd-der-writer.h"
#include "smd-openssl-error.h"

/* P-521's x coordinate is the longest secret. */
#define SECRET_MAX 66

/* ECC-CMS-SharedInfo ::= SEQUENCE { keyInfo AlgorithmIdentifier, entityUInfo [0] EXPLICIT OCTET STRING OPTIONAL,
 *                                   suppPubInfo [2] EXPLICIT OCTET STRING } */
static SmdDerWriter *
write_shared_info (const SmdKekParameters *parameters)
{
  SmdDerWriter *writer = smd_der_writer_new ();
  guint32 bits = GUINT32_TO_BE ((guint32) parameters->size * 8);
  gsize sequence = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  gsize tagged = 0;

  smd_der_writer_add_der (writer, parameters->wrap);
  if (parameters->ukm.data != NULL)
    {
      tagged = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));
      smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, parameters->ukm);
      smd_der_writer_end (writer, tagged);
    }
  tagged = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (2));
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (&bits, sizeof bits));
  smd_der_writer_end (writer, tagged);
  smd_der_writer_end (writer, sequence);
  return writer;
}

/* On the NIST prime curves each point but infinity is a good one: decoding it has checked that it lies on the curve, and
 * infinity gives no secret. There OpenSSL's own check, a second multiplication, says nothing new; elsewhere it does. */
static gboolean
needs_check (EVP_PKEY *peer)
{
  char group[32];
  gsize size = 0;

  return EVP_PKEY_get_utf8_string_param (peer, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &size) <= 0
         || (!g_str_equal (group, "prime256v1") && !g_str_equal (group, "secp384r1") && !g_str_equal (group, "secp521r1"));
}

static gboolean
agree (SmdCrypto *crypto, const SmdKekParameters *parameters, guint8 secret[SECRET_MAX], gsize *size, GError **error)
{
  OSSL_LIB_CTX *libctx = smd_crypto_get_libctx (crypto);
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey (libctx, parameters->own, NULL);

  *size = 0;
  if (context == NULL || EVP_PKEY_derive_init (context) <= 0
      || EVP_PKEY_derive_set_peer_ex (context, parameters->peer, needs_check (parameters->peer)) <= 0
      || EVP_PKEY_derive (context, NULL, size) <= 0
      || *size > SECRET_MAX || EVP_PKEY_derive (context, secret, size) <= 0)
    return smd_openssl_fail (error, SMIMED_ERROR_FAILED,
                             "The two keys don't agree on a secret; check that they are on the same curve");
  return TRUE;
}

static gboolean
run_kdf (SmdCrypto *crypto, const SmdKekParameters *parameters, SmdSpan secret, guint8 *kek, GError **error)
{
  g_autoptr (SmdDerWriter) info = write_shared_info (parameters);
  SmdSpan info_span = smd_der_writer_get_span (info);
  const char *name = parameters->scheme->kdf == SMD_AGREEMENT_HKDF ? "HKDF" : "X963KDF";
  g_autoptr (EVP_KDF) kdf = EVP_KDF_fetch (smd_crypto_get_libctx (crypto), name, NULL);
  g_autoptr (EVP_KDF_CTX) context = EVP_KDF_CTX_new (kdf);
  /* The derivation only reads what it is given. */
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, (char *) parameters->scheme->digest->name, 0),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY, (void *) secret.data, secret.size),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_INFO, (void *) info_span.data, info_span.size),
    OSSL_PARAM_construct_end (),
  };

  if (context == NULL || EVP_KDF_derive (context, kek, parameters->size, params) <= 0)
    return smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't derive a key-encryption key with %s", name);
  return TRUE;
}

gboolean
smd_kek_derive (SmdCrypto *crypto, const SmdKekParameters *parameters, guint8 kek[SMD_KEK_MAX], GError **error)
{
  guint8 secret[SECRET_MAX];
  gsize size = 0;
  gboolean done = FALSE;

  g_return_val_if_fail (parameters->size <= SMD_KEK_MAX, FALSE);
  done = agree (crypto, parameters, secret, &size, error)
         && run_kdf (crypto, parameters, smd_span (secret, size), kek, error);
  OPENSSL_cleanse (secret, sizeof secret);
  return done;
}

static gboolean
run_wrap (SmdCrypto *crypto, const SmdWrapAlgorithm *wrap, const guint8 *kek, SmdSpan in, guint8 *out, int encrypt)
{
  const EVP_CIPHER *cipher = smd_crypto_get_cipher (crypto, wrap->name);
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  gsize expected = encrypt ? in.size + 8 : in.size - 8;
  int size = 0;

  if (cipher == NULL || context == NULL)
    return FALSE;
  EVP_CIPHER_CTX_set_flags (context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  return EVP_CipherInit_ex2 (context, cipher, kek, NULL, encrypt, NULL) > 0
         && EVP_CipherUpdate (context, out, &size, in.data, (int) in.size) > 0 && (gsize) size == expected;
}

gboolean
smd_kek_wrap (SmdCrypto *crypto, const SmdWrapAlgorithm *wrap, const guint8 *kek, SmdSpan cek, guint8 *wrapped,
              GError **error)
{
  if (!run_wrap (crypto, wrap, kek, cek, wrapped, TRUE))
    return smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't wrap the content key with %s", wrap->name);
  return TRUE;
}

gboolean
smd_kek_unwrap (SmdCrypto *crypto, const SmdWrapAlgorithm *wrap, const guint8 *kek, SmdSpan wrapped, guint8 *cek,
                GError **error)
{
  /* A foreign length: RFC 3394 has whole blocks of 8 octets only, and OpenSSL refuses less than three. */
  if (wrapped.size < 24 || wrapped.size % 8 != 0 || wrapped.size > 1024
      || !run_wrap (crypto, wrap, kek, wrapped, cek, FALSE))
    return smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't unwrap the content key with %s", wrap->name);
  return TRUE;
}
