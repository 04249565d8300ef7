/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-path-keys.h"

#include "smd-der.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"
#include "smd-path-problem.h"

/* Bytes of RSA keys that OpenSSL computes with; under a short modulus any exponent will do. */
#define LONGEST_MODULUS ((gsize) 2048)
#define SHORT_MODULUS ((gsize) 384)
#define LONGEST_EXPONENT ((gsize) 8)

static SmdSpan
get_key (const SmdPath *path, guint depth)
{
  const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr (smd_path_get_x509 (path, depth));

  return smd_span (ASN1_STRING_get0_data (bits), (gsize) ASN1_STRING_length (bits));
}

static SmdSpan
without_zeros (SmdSpan number)
{
  while (number.size > 1 && number.data[0] == 0)
    number = smd_span_skip (number, 1);
  return number;
}

static gboolean
is_odd (SmdSpan number)
{
  return number.size > 0 && (number.data[number.size - 1] & 1) != 0;
}

/* With the exponent 1 an RSA key changes nothing: what is encrypted to it lies open, and anybody can sign. S/MIME Baseline Requirements,
 * section 6.1.6: odd, and at least 3. */
static void
check_rsa (SmdPath *path, guint depth)
{
  SmdDerReader reader;
  SmdSpan modulus, exponent;

  smd_der_reader_init (&reader, get_key (path, depth));
  if (!smd_der_enter (&reader, SMD_DER_SEQUENCE, NULL) || !smd_der_read (&reader, SMD_DER_INTEGER, &modulus, NULL)
      || !smd_der_read (&reader, SMD_DER_INTEGER, &exponent, NULL))
    return;

  modulus = without_zeros (modulus);
  exponent = without_zeros (exponent);
  if (!is_odd (exponent) || (exponent.size == 1 && exponent.data[0] == 1))
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_WEAK_KEY, "The RSA key's public exponent is 1 or even");
  else if (!is_odd (modulus))
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_WEAK_KEY, "The RSA key's modulus is even");
  else if (modulus.size > LONGEST_MODULUS || exponent.size > modulus.size
           || (modulus.size > SHORT_MODULUS && exponent.size > LONGEST_EXPONENT))
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM, "The RSA key or its exponent is longer than OpenSSL computes with");
}

/* A few points of X25519 make the same of every key: all zeros, which OpenSSL refuses (RFC 7748 section 6.1). */
static gboolean
has_small_order (SmdCrypto *crypto, EVP_PKEY *key)
{
  static const guint8 any[32] = { 1 };
  OSSL_LIB_CTX *libctx = smd_crypto_get_libctx (crypto);
  g_autoptr (EVP_PKEY) own = EVP_PKEY_new_raw_private_key_ex (libctx, "X25519", NULL, any, sizeof any);
  g_autoptr (EVP_PKEY_CTX) context = own != NULL ? EVP_PKEY_CTX_new_from_pkey (libctx, own, NULL) : NULL;
  guint8 secret[32];
  gsize size = sizeof secret;
  gboolean agrees = context != NULL && EVP_PKEY_derive_init (context) > 0 && EVP_PKEY_derive_set_peer (context, key) > 0
                    && EVP_PKEY_derive (context, secret, &size) > 0;

  smd_openssl_forget ();
  return !agrees;
}

/* All points of Ed25519 and Ed448 (RFC 8032) of small order, little-endian without the sign: 0, 1 and -1, those of order 8, and what OpenSSL
 * or others read as 0 and 1 although it isn't reduced. */
static const char *const small_points[] = {
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000"
  "0000000000000000000000000000000000000000"
  "0000000000000000000000000000000000",
  "0100000000000000000000000000000000000000"
  "0000000000000000000000000000000000000000"
  "0000000000000000000000000000000000",
  "feffffffffffffffffffffffffffffffffffffff"
  "fffffffffffffffffeffffffffffffffffffffff"
  "ffffffffffffffffffffffffffffffff00",
  "ffffffffffffffffffffffffffffffffffffffff"
  "fffffffffffffffffeffffffffffffffffffffff"
  "ffffffffffffffffffffffffffffffff00",
  "0000000000000000000000000000000000000000"
  "0000000000000000ffffffffffffffffffffffff"
  "ffffffffffffffffffffffffffffffff00",
};

/* With such a key one signature is good for one in at most eight contents, and anybody can make it. */
static gboolean
is_small_point (SmdSpan key)
{
  g_autofree guint8 *point = g_memdup2 (key.data, key.size);
  g_autofree char *hex = NULL;

  if (key.size == 0)
    return FALSE;
  point[key.size - 1] &= 0x7f;
  hex = smd_span_to_hex (smd_span (point, key.size));
  for (guint i = 0; i < G_N_ELEMENTS (small_points); i++)
    if (g_str_equal (hex, small_points[i]))
      return TRUE;
  return FALSE;
}

/* What OpenSSL takes for a key, but nobody can use, or everybody. It has checked that a point lies on its curve; infinity, a single zero, does. */
static void
check_key (SmdPath *path, guint depth, SmdCrypto *crypto)
{
  SmdCertificate *certificate = path->chain->pdata[depth];
  SmdKeyType type = smd_certificate_get_key_type (certificate);

  if (type == SMD_KEY_RSA || type == SMD_KEY_RSA_PSS)
    check_rsa (path, depth);
  else if (type == SMD_KEY_EC && get_key (path, depth).size == 1)
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_MALFORMED, "The key is its curve's point at infinity");
  else if (type == SMD_KEY_X25519 && depth == 0 && has_small_order (crypto, smd_certificate_get_public_key (certificate)))
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_WEAK_KEY, "The X25519 key is a point of small order, with which no secret can be agreed on");
  else if ((type == SMD_KEY_ED25519 || type == SMD_KEY_ED448) && is_small_point (get_key (path, depth)))
    smd_path_add_problem (path, depth, SMIMED_PROBLEM_WEAK_KEY, "The EdDSA key is a point of small order, under which anybody can sign");
}

void
smd_path_check_keys (SmdPath *path, SmdCrypto *crypto)
{
  for (guint i = 0; i < path->chain->len; i++)
    check_key (path, i, crypto);
}
