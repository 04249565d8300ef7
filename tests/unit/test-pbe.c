/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/x509.h>

#include "smd-crypto.h"
#include "smd-pbe.h"
#include "smimed-error.h"

static void
expect (gint64 n, gint64 r, gint64 p, int code)
{
  static const guint8 encrypted[32] = { 1 };
  guint8 salt[16] = { 2 };
  g_autoptr (GError) error = NULL;
  SmdCrypto *crypto = smd_crypto_new (&error);
  SmdPbe *pbe = smd_pbe_new (crypto, smd_span_string ("password"));
  X509_ALGOR *algorithm = PKCS5_pbe2_set_scrypt (EVP_aes_256_cbc (), salt, sizeof salt, NULL, (guint64) n, (guint64) r, (guint64) p);

  g_assert_nonnull (algorithm);
  g_assert_null (smd_pbe_decrypt (pbe, algorithm, smd_span (encrypted, sizeof encrypted), &error));
  g_assert_error (error, SMIMED_ERROR, code);
  X509_ALGOR_free (algorithm);
  smd_pbe_free (pbe);
  smd_crypto_unref (crypto);
}

static void
test_scrypt_is_bounded (void)
{
  expect (1024, 8, 1, SMIMED_ERROR_WRONG_PASSWORD);
  /* Little memory, but a quarter of an hour of work for each attempt. */
  expect (1 << 16, 2, 1 << 15, SMIMED_ERROR_LIMIT_EXCEEDED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pbe/a-file-can-not-ask-for-hours-of-scrypt", test_scrypt_is_bounded);
  return g_test_run ();
}
