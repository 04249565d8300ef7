/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-output.h"
#include "smd-test-writer.h"
#include "smimed-error.h"

/* What smimed encrypts is decrypted by the openssl command, or it is worth nothing. */

typedef struct
{
  SmdCipher cipher;
  const char *name; /* (unowned) */
} Sealing;

static void
test_encrypt (SmdTestFixture *fixture, gconstpointer data)
{
  const Sealing *sealing = data;
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, sealing->name);
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();

  smd_certificates_add (recipients, person->certificate);
  for (guint i = 0; i < SMD_TEST_N_SIZES; i++)
    {
      g_autoptr (GBytes) content = smd_test_text (smd_test_sizes[i]);
      g_autofree char *path =
          smd_test_encrypt_to_file (fixture, recipients, sealing->cipher, smd_span_bytes (content));

      smd_test_assert_openssl_decrypts (fixture, path, person, smd_span_bytes (content));
    }
}

static void
test_many_recipients (SmdTestFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "alice", "bob", "carol", "dan", "oscar", "erin-encrypt" };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GBytes) content = smd_test_text (1000);
  g_autofree char *path = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, names[i]);

      smd_certificates_add (recipients, person->certificate);
    }
  path = smd_test_encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_128_CBC, smd_span_bytes (content));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, names[i]);

      smd_test_assert_openssl_decrypts (fixture, path, person, smd_span_bytes (content));
    }
}

static void
test_fresh (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "carol");
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autofree char *path = NULL;
  g_autoptr (SmdBlob) first = NULL, second = NULL;
  SmdSpan a, b;

  smd_certificates_add (recipients, person->certificate);
  path = smd_test_encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_GCM, smd_span_string ("The same words"));
  first = smd_test_read_file (path);
  g_free (smd_test_encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_GCM, smd_span_string ("The same words")));
  second = smd_test_read_file (path);
  a = smd_blob_get_span (first);
  b = smd_blob_get_span (second);
  /* Not even the end, which is content and tag, is alike. */
  g_assert_cmpuint (a.size, ==, b.size);
  g_assert_true (memcmp (a.data + a.size - 34, b.data + b.size - 34, 16) != 0);
}

/* @certificate: (nullable): the only recipient. Returns: (transfer full): the text, nothing was written */
static char *
refuse (SmdTestFixture *fixture, SmdCertificate *certificate, SmdCipher cipher, SmimedError code)
{
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", SMD_TEST_LIMIT, NULL);

  if (certificate != NULL)
    smd_certificates_add (recipients, certificate);
  g_assert_false (smd_cms_encrypt (fixture->crypto, recipients, cipher, smd_span_string ("x"), smd_output_get_sink (output), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, (gint) code);
  g_assert_cmpuint (smd_output_get_size (output), ==, 0);
  return g_strdup (error->message);
}

static void
test_signing_key_refused (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "eve-sign");
  g_autofree char *text = refuse (fixture, person->certificate, SMD_CIPHER_AES_256_CBC, SMIMED_ERROR_NOT_SUPPORTED);

  g_assert_nonnull (strstr (text, smd_certificate_get_subject (person->certificate)));
}

static void
test_no_recipient (SmdTestFixture *fixture, gconstpointer data)
{
  g_free (refuse (fixture, NULL, SMD_CIPHER_AES_256_CBC, SMIMED_ERROR_INVALID_ARGUMENT));
}

static void
test_old_cipher_refused (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "alice");

  g_free (refuse (fixture, person->certificate, SMD_CIPHER_3DES, SMIMED_ERROR_NOT_SUPPORTED));
}

static void
test_reads_own_ciphertext (SmdTestFixture *fixture, gconstpointer name)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, name);
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GBytes) content = smd_test_text (SMD_TEST_CHUNK + 1);

  smd_certificates_add (recipients, person->certificate);
  for (guint cipher = SMD_CIPHER_AES_128_CBC; cipher < SMD_N_CIPHERS; cipher++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path =
          smd_test_encrypt_to_file (fixture, recipients, (SmdCipher) cipher, smd_span_bytes (content));
      g_autoptr (SmdCms) cms = smd_test_parse_file (fixture, path);
      g_autoptr (SmdBlob) decrypted
        = smd_cms_enveloped_decrypt (cms, 0, person->key, FALSE, SMD_TEST_LIMIT, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (smd_cms_enveloped_get_cipher (cms), ==, (int) cipher);
      g_assert_true (smd_span_equal (smd_blob_get_span (decrypted), smd_span_bytes (content)));
    }
}

#define ADD(path, data, function) \
  g_test_add ("/cms-writer/" path, SmdTestFixture, data, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

static void
add_sealings (void)
{
  static const Sealing sealings[] = {
    { SMD_CIPHER_AES_128_CBC, "alice" }, { SMD_CIPHER_AES_192_CBC, "carol" }, { SMD_CIPHER_AES_256_CBC, "alice" },
    { SMD_CIPHER_AES_256_CBC, "carol" }, { SMD_CIPHER_AES_256_CBC, "dan" },   { SMD_CIPHER_AES_256_CBC, "oscar" },
    { SMD_CIPHER_AES_128_GCM, "alice" }, { SMD_CIPHER_AES_128_GCM, "dan" },   { SMD_CIPHER_AES_192_GCM, "alice" },
    { SMD_CIPHER_AES_256_GCM, "alice" }, { SMD_CIPHER_AES_256_GCM, "oscar" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sealings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cms-writer/openssl-decrypts-every-size/%s/%s",
                                               smd_cipher_to_word (sealings[i].cipher), sealings[i].name);

      g_test_add (path, SmdTestFixture, &sealings[i], smd_test_fixture_set_up, test_encrypt, smd_test_fixture_tear_down);
    }
}

static void
add_own_recipients (void)
{
  static const char *const recipients[] = { "alice", "carol", "dan", "oscar", "eve-encrypt" };

  for (guint i = 0; i < G_N_ELEMENTS (recipients); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cms-writer/smimed-decrypts-every-cipher/%s", recipients[i]);

      g_test_add (path, SmdTestFixture, recipients[i], smd_test_fixture_set_up, test_reads_own_ciphertext, smd_test_fixture_tear_down);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_sealings ();
  add_own_recipients ();
  ADD ("each-of-many-recipients-decrypts", NULL, test_many_recipients);
  ADD ("the-same-words-look-different-each-time", NULL, test_fresh);
  ADD ("a-recipient-with-a-signing-key-is-named", NULL, test_signing_key_refused);
  ADD ("triple-des-is-not-written", NULL, test_old_cipher_refused);
  ADD ("nobody-is-no-recipient", NULL, test_no_recipient);
  return g_test_run ();
}
