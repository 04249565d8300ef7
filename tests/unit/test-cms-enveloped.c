/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pkcs12.h"
#include "smd-test-enveloped.h"

static void
test_openssl_messages (SmdTestFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name, *options;
    SmdCipher cipher;
    const char *key_encryption;
  } cases[] = {
    { "alice", "-aes-128-cbc", SMD_CIPHER_AES_128_CBC, "rsa" },
    { "alice", "-aes-192-cbc -keyid", SMD_CIPHER_AES_192_CBC, "rsa" },
    { "alice", "-aes-256-cbc -stream", SMD_CIPHER_AES_256_CBC, "rsa" },
    { "alice", "-des3", SMD_CIPHER_3DES, "rsa" },
    { "alice", "-aes-128-gcm", SMD_CIPHER_AES_128_GCM, "rsa" },
    { "alice", "-aes-256-gcm -stream", SMD_CIPHER_AES_256_GCM, "rsa" },
    { "alice", "-aes-256-cbc -keyopt rsa_padding_mode:oaep", SMD_CIPHER_AES_256_CBC, "rsa-oaep" },
    { "alice", "-aes-256-gcm -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha384",
      SMD_CIPHER_AES_256_GCM, "rsa-oaep" },
    { "carol", "-aes-256-cbc", SMD_CIPHER_AES_256_CBC, "ecdh" },
    { "carol", "-aes-256-gcm -keyid", SMD_CIPHER_AES_256_GCM, "ecdh" },
    { "carol", "-aes-128-cbc -keyopt ecdh_kdf_md:sha256", SMD_CIPHER_AES_128_CBC, "ecdh" },
    { "dan", "-aes-192-cbc -keyopt ecdh_kdf_md:sha384", SMD_CIPHER_AES_192_CBC, "ecdh" },
    { "dan", "-aes-192-gcm -keyopt ecdh_cofactor_mode:1", SMD_CIPHER_AES_192_GCM, "ecdh" },
    { "oscar", "-aes-256-cbc -keyopt ecdh_kdf_md:sha512", SMD_CIPHER_AES_256_CBC, "ecdh" },
    { "oscar", "-aes-256-gcm -keyopt ecdh_kdf_md:sha224", SMD_CIPHER_AES_256_GCM, "ecdh" },
  };
  SmdSpan content = smd_span_string (SMD_TEST_SECRET);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, cases[i].name);
      const char *recip = strstr (cases[i].options, "-keyopt");
      g_autofree char *options =
          g_strndup (cases[i].options, recip != NULL ? (gsize) (recip - cases[i].options) : 1000);
      g_autoptr (SmdBlob) der = NULL;

      g_test_message ("%s %s", cases[i].name, cases[i].options);
      der = smd_test_openssl (fixture->folder, content, "cms -encrypt -binary -outform DER %s -recip %s%s%s",
                              g_strchomp (options), person->certificate_path, recip != NULL ? " " : "",
                              recip != NULL ? recip : "");
      smd_test_assert_opens (fixture, der, person, cases[i].cipher, cases[i].key_encryption, content);
    }
}

static void
test_own_messages (SmdTestFixture *fixture, gconstpointer data)
{
  static const char *const names[][3] = {
    { "alice", "rsa", "rsa-oaep" }, { "carol", "ecdh", "ecdh" },          { "dan", "ecdh", "ecdh" },
    { "oscar", "ecdh", "ecdh" },    { "eve-encrypt", "x25519", "x25519" },
  };
  const gsize sizes[] = { 0, 1, 15, 16, 17, 300000 };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autofree guint8 *bytes = g_malloc0 (300000);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, names[i][0]);

      smd_certificates_add (recipients, person->certificate);
    }

  for (int cipher = SMD_CIPHER_AES_128_CBC; cipher < SMD_N_CIPHERS; cipher++)
    {
      SmdSpan content = smd_span (bytes, sizes[(gsize) cipher % G_N_ELEMENTS (sizes)]);
      g_autoptr (SmdBlob) der = smd_test_encrypt (fixture, recipients, (SmdCipher) cipher, content);

      for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        {
          g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, names[i][0]);

          smd_test_assert_opens (fixture, der, person, (SmdCipher) cipher,
                                 names[i][smd_cipher_is_aead ((SmdCipher) cipher) ? 2 : 1], content);
        }
    }
}

static void
test_large_messages (SmdTestFixture *fixture, gconstpointer data)
{
  static const SmdCipher ciphers[] = { SMD_CIPHER_AES_256_CBC, SMD_CIPHER_AES_256_GCM, SMD_CIPHER_CHACHA20_POLY1305 };
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autofree guint8 *text = g_malloc (700001);
  SmdSpan content = smd_span (text, 700001);
  g_autoptr (SmdBlob) segmented = NULL, segmented_gcm = NULL;

  for (gsize i = 0; i < content.size; i++)
    text[i] = (guint8) (i * 31 + i / 4096);
  for (gsize i = 0; i < G_N_ELEMENTS (ciphers); i++)
    {
      g_autoptr (SmdBlob) der = smd_test_encrypt_to (fixture, alice, ciphers[i], content);

      smd_test_assert_opens (fixture, der, alice, ciphers[i], smd_cipher_is_aead (ciphers[i]) ? "rsa-oaep" : "rsa",
                             content);
    }

  segmented =
      smd_test_openssl (fixture->folder, content, "cms -encrypt -binary -stream -outform DER -aes-256-cbc -recip %s",
                        alice->certificate_path);
  smd_test_assert_opens (fixture, segmented, alice, SMD_CIPHER_AES_256_CBC, "rsa", content);
  segmented_gcm =
      smd_test_openssl (fixture->folder, content, "cms -encrypt -binary -stream -outform DER -aes-256-gcm -recip %s",
                        alice->certificate_path);
  smd_test_assert_opens (fixture, segmented_gcm, alice, SMD_CIPHER_AES_256_GCM, "rsa", content);
}

static SmdPrivateKey *
find_key (SmdPkcs12 *file, SmdCms *cms, guint *recipient)
{
  GPtrArray *recipients = smd_cms_enveloped_get_recipients (cms);

  for (guint i = 0; i < file->identities->len; i++)
    {
      SmdIdentity *identity = file->identities->pdata[i];

      for (*recipient = 0; *recipient < recipients->len && identity->certificate != NULL; (*recipient)++)
        if (smd_signer_id_matches (&((SmdRecipient *) recipients->pdata[*recipient])->id, identity->certificate))
          return identity->key;
    }

  return NULL;
}

static void
open_nss_message (SmdTestFixture *fixture, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  const char *keys_name = g_str_has_prefix (name, "fran-ec") ? "Fran-ec.p12" : "Fran.p12";
  g_autofree char *keys_path = g_build_filename (folder, keys_name, NULL);
  g_autoptr (SmdBlob) der = smd_test_read_file (path), keys = smd_test_read_file (keys_path);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPkcs12) file
      = smd_pkcs12_read (fixture->crypto, smd_blob_get_span (keys), smd_span_string ("nss"), &error);
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  g_autoptr (SmdBlob) plain = NULL;
  SmdPrivateKey *key;
  SmdSpan span;
  guint recipient = 0;

  g_test_message ("%s", name);
  g_assert_no_error (error);
  key = find_key (file, cms, &recipient);
  g_assert_nonnull (key);
  plain = smd_cms_enveloped_decrypt (cms, recipient, key, FALSE, SMD_TEST_SECRET_LIMIT, NULL, &error);
  g_assert_no_error (error);
  span = smd_blob_get_span (plain);
  g_assert_nonnull (memmem (span.data, span.size, "This is a test message to Fran.", 31));
}

static void
test_nss_corpus (SmdTestFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = smd_test_corpus ("nss/smime-interop");
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  guint count = 0;

  if (dir == NULL)
    return;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".env"))
      {
        open_nss_message (fixture, folder, name);
        count++;
      }

  g_assert_cmpuint (count, ==, 17);
}

#define ADD(path, function) g_test_add ("/cms-enveloped/" path, SmdTestFixture, NULL, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("messages of openssl open", test_openssl_messages);
  ADD ("messages of our own open, for every recipient", test_own_messages);
  ADD ("messages of many steps open, in memory of ours in their own place", test_large_messages);
  ADD ("NSS's messages open", test_nss_corpus);
  return g_test_run ();
}
