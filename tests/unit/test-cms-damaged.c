/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encrypted messages that don't open: each says why, and no more than it may. */
#include "smd-cms-key-transport.h"
#include "smd-test-enveloped.h"
#include "smimed-error.h"

#define OID(octets) smd_span (octets, sizeof (octets) - 1)

static SmdBlob *
flipped (SmdBlob *der, gsize from_end)
{
  g_autoptr (GByteArray) bytes = smd_test_copy (smd_blob_get_span (der));

  bytes->data[bytes->len - from_end] ^= 0x80;
  return smd_test_blob (bytes);
}

/* A bit flipped behind @oid of the key's or content's algorithm, @distance bytes on */
static SmdBlob *
flipped_behind (SmdBlob *der, SmdSpan oid, gsize distance)
{
  g_autoptr (GByteArray) bytes = smd_test_copy (smd_blob_get_span (der));

  smd_test_find (bytes, oid)[distance] ^= 0x01;
  return smd_test_blob (bytes);
}

static void
test_one_error_for_all (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdTestPerson) bob = smd_test_person_new (fixture->crypto, "bob");
  g_autoptr (SmdTestPerson) carol = smd_test_person_new (fixture->crypto, "carol");
  g_autoptr (SmdTestPerson) eve = smd_test_person_new (fixture->crypto, "eve-encrypt");
  SmdSpan content = smd_span_string (SMD_TEST_SECRET);
  g_autoptr (SmdBlob) gcm = smd_test_encrypt_to (fixture, alice, SMD_CIPHER_AES_256_GCM, content);
  g_autoptr (SmdBlob) chacha = smd_test_encrypt_to (fixture, alice, SMD_CIPHER_CHACHA20_POLY1305, content);
  g_autoptr (SmdBlob) agreed = smd_test_encrypt_to (fixture, carol, SMD_CIPHER_AES_256_GCM, content);
  g_autoptr (SmdBlob) agreed_x = smd_test_encrypt_to (fixture, eve, SMD_CIPHER_AES_256_GCM, content);
  g_autoptr (SmdBlob) rsa = smd_test_openssl (
      fixture->folder, content, "cms -encrypt -binary -outform DER -aes-256-gcm -recip %s", alice->certificate_path);
  g_autoptr (SmdBlob) tag = flipped (gcm, 1), tag2 = flipped (chacha, 1), text = flipped (gcm, 30);
  g_autoptr (SmdBlob) oaep = flipped_behind (gcm, OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07"), 120);
  g_autoptr (SmdBlob) padding = flipped_behind (rsa, OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05"), 60);
  g_autoptr (SmdBlob) point = flipped_behind (agreed, OID ("\x2a\x86\x48\xce\x3d\x02\x01"), 40);
  g_autofree char *message = NULL;

  smd_test_assert_fails (fixture, gcm, bob->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  smd_test_assert_fails (fixture, rsa, bob->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  smd_test_assert_fails (fixture, agreed, eve->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  smd_test_assert_fails (fixture, agreed_x, carol->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  smd_test_assert_fails (fixture, tag, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  smd_test_assert_fails (fixture, tag2, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  smd_test_assert_fails (fixture, text, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  smd_test_assert_fails (fixture, oaep, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  smd_test_assert_fails (fixture, padding, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  smd_test_assert_fails (fixture, point, carol->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
}

/* A CBC message whose last block, or whose length, is wrong; a random key may give a right padding once in 256 times. */
static void
test_cbc_damage (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdTestPerson) bob = smd_test_person_new (fixture->crypto, "bob");
  SmdSpan content = smd_span_string (SMD_TEST_SECRET);
  g_autofree char *message = NULL;
  guint refused = 0;

  for (guint i = 0; i < 16; i++)
    {
      g_autoptr (SmdBlob) der = smd_test_encrypt_to (fixture, alice, SMD_CIPHER_AES_256_CBC, content);
      g_autoptr (SmdBlob) last = flipped (der, 1 + i);
      g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, last);
      g_autoptr (SmdCms) whole = smd_test_parse (fixture->crypto, der);
      g_autoptr (GError) error = NULL, error2 = NULL;
      g_autoptr (SmdBlob) got =
          smd_cms_enveloped_decrypt (cms, 0, alice->key, FALSE, SMD_TEST_SECRET_LIMIT, NULL, &error);
      g_autoptr (SmdBlob) got2 =
          smd_cms_enveloped_decrypt (whole, 0, bob->key, FALSE, SMD_TEST_SECRET_LIMIT, NULL, &error2);

      refused += (got == NULL) + (got2 == NULL);
      if (error == NULL || error2 == NULL)
        continue;

      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INTEGRITY_FAILURE);
      g_assert_cmpstr (error->message, ==, error2->message);
    }

  g_assert_cmpuint (refused, >=, 28);
}

/* @unwrapped: filled with @before, then with what @key makes of the first recipient's encrypted key */
static void
unwrap (SmdTestFixture *fixture, SmdBlob *der, SmdPrivateKey *key, guint8 before, guint8 unwrapped[32])
{
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  g_autoptr (GError) error = NULL;
  SmdCmsKeyTransport transport;

  memset (unwrapped, before, 32);
  g_assert_true (smd_cms_key_transport_init (&transport, cms->enveloped->recipients->pdata[0], key, &error));
  g_assert_no_error (error);
  g_assert_true (smd_cms_key_transport_unwrap (&transport, fixture->crypto, key, unwrapped, 32));
}

/* One message in 256 would open by chance at each try, if each try made up another key: whoever sees that knows that the padding is wrong. */
static void
test_same_decoy (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdTestPerson) bob = smd_test_person_new (fixture->crypto, "bob");
  g_autoptr (SmdBlob) one = smd_test_openssl (fixture->folder, smd_span_string ("x"),
                                              "cms -encrypt -binary -outform DER -aes256 -recip %s", alice->certificate_path);
  g_autoptr (SmdBlob) other = smd_test_openssl (fixture->folder, smd_span_string ("x"),
                                                "cms -encrypt -binary -outform DER -aes256 -recip %s", alice->certificate_path);
  guint8 first[32], again[32], another[32], real[32];

  unwrap (fixture, one, bob->key, 1, first);
  unwrap (fixture, one, bob->key, 2, again);
  unwrap (fixture, other, bob->key, 1, another);
  unwrap (fixture, one, alice->key, 1, real);
  g_assert_cmpmem (first, 32, again, 32);
  g_assert_cmpint (memcmp (first, another, 32), !=, 0);
  g_assert_cmpint (memcmp (first, real, 32), !=, 0);
}

static void
test_cut_off_ciphertext (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdBlob) der = smd_test_encrypt_to (fixture, alice, SMD_CIPHER_AES_256_CBC, smd_span_string ("x"));

  smd_test_assert_needs_all (fixture->crypto, der);
}

static void
test_told_before (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdTestPerson) carol = smd_test_person_new (fixture->crypto, "carol");
  SmdSpan content = smd_span_string (SMD_TEST_SECRET);
  g_autoptr (SmdBlob) rc2 = smd_test_openssl (
      fixture->folder, content, "cms -encrypt -outform DER -rc2-40 -provider legacy -provider default -recip %s",
      alice->certificate_path);
  g_autoptr (SmdBlob) password
      = smd_test_openssl (fixture->folder, content, "cms -encrypt -outform DER -aes128 -pwri_password secret");
  g_autoptr (SmdBlob) aes = smd_test_encrypt_to (fixture, alice, SMD_CIPHER_AES_128_CBC, content);
  g_autoptr (SmdBlob) unknown = flipped_behind (aes, OID ("\x60\x86\x48\x01\x65\x03\x04\x01\x02"), 8);
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, aes);
  g_autoptr (SmdCms) old = smd_test_parse (fixture->crypto, rc2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SmdProgress progress = { .stage = "testing", .cancellable = cancellable };
  g_autoptr (GError) too_large = NULL, cancelled = NULL;

  smd_test_assert_fails (fixture, rc2, alice->key, SMIMED_ERROR_LEGACY_ALGORITHM, NULL);
  smd_test_assert_fails (fixture, password, alice->key, SMIMED_ERROR_NOT_SUPPORTED, NULL);
  smd_test_assert_fails (fixture, unknown, alice->key, SMIMED_ERROR_NOT_SUPPORTED, NULL);
  smd_test_assert_fails (fixture, aes, carol->key, SMIMED_ERROR_NOT_SUPPORTED, NULL);
  g_assert_cmpint (smd_cms_enveloped_get_cipher (old), ==, SMD_CIPHER_RC2_40);

  g_assert_null (smd_cms_enveloped_decrypt (cms, 0, alice->key, FALSE, 10, NULL, &too_large));
  g_assert_error (too_large, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
  g_cancellable_cancel (cancellable);
  g_assert_null (smd_cms_enveloped_decrypt (cms, 0, alice->key, FALSE, SMD_TEST_SECRET_LIMIT, &progress, &cancelled));
  g_assert_error (cancelled, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
}

/* Malformed recipients of openssl's: an error, whatever the key */
static void
test_openssl_corpus (SmdTestFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "dh-malformed", "ecdh-malformed", "rsa-malformed" };
  static const char *const people[] = { "alice", "carol", "eve-encrypt" };

  for (gsize i = 0; i < G_N_ELEMENTS (names) * G_N_ELEMENTS (people); i++)
    {
      g_autofree char *name = g_strdup_printf ("openssl/80-test_cms_data/%s.der", names[i % G_N_ELEMENTS (names)]);
      g_autofree char *path = smd_test_corpus (name);
      g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, people[i / G_N_ELEMENTS (names)]);
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdBlob) der = NULL, plain = NULL;
      g_autoptr (SmdCms) cms = NULL;

      if (path == NULL)
        return;

      der = smd_test_read_file (path);
      cms = smd_cms_parse (fixture->crypto, der, &error);
      if (cms != NULL && smd_cms_enveloped_get_recipients (cms)->len > 0)
        plain = smd_cms_enveloped_decrypt (cms, 0, person->key, FALSE, SMD_TEST_SECRET_LIMIT, NULL, &error);
      g_assert_null (plain);
    }
}

#define ADD(path, function) g_test_add ("/cms-enveloped/" path, SmdTestFixture, NULL, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one error and one text for every cause", test_one_error_for_all);
  ADD ("damaged CBC is told like the rest", test_cbc_damage);
  ADD ("a wrong padding comes to the same each time", test_same_decoy);
  ADD ("a cut-off message is malformed", test_cut_off_ciphertext);
  ADD ("what isn't supported is told before a key is used", test_told_before);
  ADD ("openssl's malformed recipients don't open", test_openssl_corpus);
  return g_test_run ();
}
