/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-identity.h"

#include "smd-test-people.h"
#include "smimed-error.h"

static SmdIdentity *
read_pem (SmdCrypto *crypto, SmdSpan pem)
{
  g_autoptr (GError) error = NULL;
  SmdIdentity *identity = smd_identity_from_pem (crypto, pem, &error);

  g_assert_no_error (error);
  return identity;
}

static void
assert_same (SmdIdentity *a, SmdIdentity *b)
{
  g_assert_cmpstr (smd_private_key_get_fingerprint (a->key), ==, smd_private_key_get_fingerprint (b->key));
  g_assert_true (a->certificate == b->certificate);
  g_assert_cmpuint (a->chain->len, ==, b->chain->len);
  for (guint i = 0; i < a->chain->len; i++)
    g_assert_true (a->chain->pdata[i] == b->chain->pdata[i]);
}

/* Through the text that the Secret Service keeps. */
static void
assert_kept_whole (SmdCrypto *crypto, SmdIdentity *identity)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdSecret) pem = smd_identity_to_pem (identity, &error);
  g_autoptr (SmdIdentity) back = NULL;
  SmdSpan text;

  g_assert_no_error (error);
  text = smd_secret_get_span (pem);
  g_assert_true (g_str_is_ascii ((const char *) text.data));
  g_assert_cmpuint (strlen ((const char *) text.data), ==, text.size);
  back = read_pem (crypto, text);
  assert_same (identity, back);
}

static void
test_key_certificate_and_chain_are_kept_whole (void)
{
  static const char *const names[] = { "alice", "carol", "dan", "eve-sign", "eve-encrypt" };
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *key_name = g_strconcat (names[i], ".key", NULL);
      g_autofree char *certificate_name = g_strconcat (names[i], ".crt", NULL);
      g_autofree char *key = smd_test_people_text (key_name), *certificate = smd_test_people_text (certificate_name);
      g_autofree char *issuer = smd_test_people_text ("intermediate.crt"), *root = smd_test_people_text ("root.crt");
      g_autofree char *pem = g_strconcat (key, certificate, issuer, root, NULL);
      g_autoptr (SmdIdentity) identity = read_pem (crypto, smd_span_string (pem));

      g_assert_nonnull (identity->certificate);
      g_assert_true (smd_private_key_matches (identity->key, identity->certificate));
      g_assert_cmpuint (identity->chain->len, ==, 2);
      assert_kept_whole (crypto, identity);
    }
}

static void
test_a_key_may_wait_for_its_certificate (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autofree char *key = smd_test_people_text ("carol.key"), *issuer = smd_test_people_text ("intermediate.crt");
  g_autofree char *pem = g_strconcat (key, issuer, NULL);
  g_autoptr (SmdIdentity) alone = read_pem (crypto, smd_span_string (key));
  g_autoptr (SmdIdentity) with_issuer = read_pem (crypto, smd_span_string (pem));

  g_assert_null (alone->certificate);
  g_assert_cmpuint (alone->chain->len, ==, 0);
  assert_kept_whole (crypto, alone);
  g_assert_null (with_issuer->certificate);
  g_assert_cmpuint (with_issuer->chain->len, ==, 1);
  assert_kept_whole (crypto, with_issuer);
}

static void
test_a_copy_is_the_same (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autofree char *key = smd_test_people_text ("alice.key"), *certificate = smd_test_people_text ("alice.crt");
  g_autofree char *pem = g_strconcat (key, certificate, NULL);
  g_autoptr (SmdIdentity) identity = read_pem (crypto, smd_span_string (pem));
  g_autoptr (SmdIdentity) copy = NULL;

  identity->label = g_strdup ("Alice at work");
  copy = smd_identity_copy (identity);
  assert_same (identity, copy);
  g_assert_cmpstr (copy->label, ==, "Alice at work");
}

static void
test_a_damaged_item_is_malformed (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autofree char *key = smd_test_people_text ("alice.key"), *certificate = smd_test_people_text ("alice.crt");
  g_autofree char *broken = g_strconcat (key, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", NULL);
  const char *texts[] = { "", "hello", certificate, broken };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (smd_identity_from_pem (crypto, smd_span_string (texts[i]), &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/key-certificate-and-chain-are-kept-whole", test_key_certificate_and_chain_are_kept_whole);
  g_test_add_func ("/identity/a-key-may-wait-for-its-certificate", test_a_key_may_wait_for_its_certificate);
  g_test_add_func ("/identity/a-copy-is-the-same", test_a_copy_is_the_same);
  g_test_add_func ("/identity/a-damaged-item-is-malformed", test_a_damaged_item_is_malformed);
  return g_test_run ();
}
