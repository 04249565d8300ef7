/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-private-key.h"

#include <string.h>

#include "smd-test-people.h"
#include "smimed-error.h"

/* RFC 8410 section 10.3: Ed25519 in a OneAsymmetricKey with an attribute and the public key behind */
static const char ed25519_version_2[] = "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
                                        "oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB"
                                        "Z9w7lshQhqowtrbLDFw4rXAxZuE=";
/* Its subjectPublicKeyInfo, of section 10.1 */
static const char ed25519_public[] = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

static SmdPrivateKey *
read_base64 (SmdCrypto *crypto, const char *text, GError **error)
{
  gsize size;
  g_autofree guchar *der = g_base64_decode (text, &size);

  return smd_private_key_new (crypto, smd_span (der, size), error);
}

static void
test_a_new_key_comes_back_from_its_encoding (void)
{
  static const char *const algorithms[] = { "rsa-2048", "p-256", "p-384" };
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();

  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdPrivateKey) key = smd_private_key_generate (crypto, algorithms[i], &error);
      g_autoptr (SmdPrivateKey) back = NULL;
      g_autoptr (SmdSecret) pkcs8 = NULL;

      g_assert_no_error (error);
      pkcs8 = smd_private_key_to_pkcs8 (key, &error);
      g_assert_no_error (error);
      back = smd_private_key_new (crypto, smd_secret_get_span (pkcs8), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (smd_private_key_get_fingerprint (key), ==, smd_private_key_get_fingerprint (back));
      g_assert_cmpint (smd_private_key_get_key_type (back), ==, i == 0 ? SMD_KEY_RSA : SMD_KEY_EC);
    }
}

static void
test_a_key_with_its_public_half_behind_is_read (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPrivateKey) key = read_base64 (crypto, ed25519_version_2, &error);
  gsize size;
  g_autofree guchar *public = g_base64_decode (ed25519_public, &size);
  g_autofree char *fingerprint = smd_crypto_fingerprint (crypto, smd_span (public, size));

  g_assert_no_error (error);
  g_assert_cmpint (smd_private_key_get_key_type (key), ==, SMD_KEY_ED25519);
  g_assert_cmpstr (smd_private_key_get_fingerprint (key), ==, fingerprint);
}

static void
test_a_key_knows_its_certificate (void)
{
  static const char *const names[] = { "alice", "bob", "carol", "dan", "oscar", "eve-sign", "eve-encrypt" };
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (SmdCertificate) other = smd_test_people_certificate (crypto, "trudy");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SmdPrivateKey) key = smd_test_people_key (crypto, names[i]);
      g_autoptr (SmdCertificate) own = smd_test_people_certificate (crypto, names[i]);

      g_assert_true (smd_private_key_matches (key, own));
      g_assert_cmpstr (smd_private_key_get_fingerprint (key), ==, smd_certificate_get_key_fingerprint (own));
      g_assert_false (smd_private_key_matches (key, other));
    }
}

static void
test_a_key_outlives_the_context_that_read_it (void)
{
  SmdCrypto *crypto = smd_test_crypto_new ();
  g_autoptr (SmdPrivateKey) key = smd_test_people_key (crypto, "carol");
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdSecret) pkcs8 = NULL;

  smd_crypto_unref (crypto);
  pkcs8 = smd_private_key_to_pkcs8 (key, &error);
  g_assert_no_error (error);
}

static void
test_bytes_that_are_no_key_are_malformed (void)
{
  /* Nothing; text; a sequence of nothing; the key above with one octet missing and with one too many */
  static const char *const texts[] = { "", "aGVsbG8=", "MAA=",
                                       "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVg=",
                                       "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCAA==" };
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_base64 (crypto, texts[i], &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
    }
}

static void
test_a_key_of_an_unknown_kind_is_not_supported (void)
{
  /* As the Ed25519 key, but for the algorithm 1.3.101.1 */
  static const char unknown[] = "MC4CAQAwBQYDK2UBBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (read_base64 (crypto, unknown, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED);
}

static void
test_only_listed_kinds_of_keys_are_made (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_private_key_generate (crypto, "rsa-512", &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/private-key/a-new-key-comes-back-from-its-encoding", test_a_new_key_comes_back_from_its_encoding);
  g_test_add_func ("/private-key/with-its-public-half-behind-is-read", test_a_key_with_its_public_half_behind_is_read);
  g_test_add_func ("/private-key/knows-its-certificate", test_a_key_knows_its_certificate);
  g_test_add_func ("/private-key/outlives-the-context-that-read-it", test_a_key_outlives_the_context_that_read_it);
  g_test_add_func ("/private-key/bytes-that-are-no-key-are-malformed", test_bytes_that_are_no_key_are_malformed);
  g_test_add_func ("/private-key/of-an-unknown-kind-is-not-supported", test_a_key_of_an_unknown_kind_is_not_supported);
  g_test_add_func ("/private-key/only-listed-kinds-are-made", test_only_listed_kinds_of_keys_are_made);
  return g_test_run ();
}
