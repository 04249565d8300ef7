/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "smd-algorithm.h"
#include "smd-cms-writer.h"
#include "smd-der-writer.h"
#include "smd-openssl.h"
#include "smd-output.h"
#include "smd-pkcs12.h"
#include "smd-test-cms.h"
#include "smimed-error.h"

#define CONTENT "Content-Type: text/plain\r\n\r\nA secret of two lines,\r\nlonger than a block\r\n"
#define LIMIT ((gsize) 1024 * 1024)
#define OID(octets) smd_span (octets, sizeof (octets) - 1)
#define DATA OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
#define AUTH_ENVELOPED_DATA OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17")

/* The recipient that names @person's certificate */
static guint
find_recipient (SmdCms *cms, SmdCertificate *certificate)
{
  GPtrArray *recipients = smd_cms_enveloped_get_recipients (cms);

  for (guint i = 0; i < recipients->len; i++)
    if (smd_signer_id_matches (&((SmdRecipient *) recipients->pdata[i])->id, certificate))
      return i;

  g_assert_not_reached ();
}

/* In memory of ours the plaintext takes the ciphertext's place. */
static void
assert_opens_in_place (SmdTestFixture *fixture, SmdBlob *der, const SmdTestPerson *person, SmdSpan content)
{
  SmdSpan old = smd_blob_get_span (der);
  guint8 *memory = g_memdup2 (old.data, old.size);
  g_autoptr (SmdBlob) own = smd_blob_new_writable (memory, old.size, g_free, memory);
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, own);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) plain
      = smd_cms_enveloped_decrypt (cms, find_recipient (cms, person->certificate), person->key, TRUE, LIMIT, NULL, &error);
  SmdSpan span;

  g_assert_no_error (error);
  span = smd_blob_get_span (plain);
  g_assert_cmpmem (span.data, span.size, content.data, content.size);
  g_assert_true (span.data > memory && span.data + span.size <= memory + old.size);
}

static void
assert_opens (SmdTestFixture *fixture, SmdBlob *der, const SmdTestPerson *person, SmdCipher cipher, const char *key_encryption,
              SmdSpan content)
{
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  guint recipient = find_recipient (cms, person->certificate);
  const SmdRecipient *shown = smd_cms_enveloped_get_recipients (cms)->pdata[recipient];
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) plain = smd_cms_enveloped_decrypt (cms, recipient, person->key, FALSE, LIMIT, NULL, &error);
  SmdSpan span;

  g_assert_no_error (error);
  span = smd_blob_get_span (plain);
  g_assert_cmpmem (span.data, span.size, content.data, content.size);
  g_assert_cmpint (smd_cms_enveloped_get_cipher (cms), ==, cipher);
  g_assert_cmpstr (shown->key_encryption, ==, key_encryption);
  assert_opens_in_place (fixture, der, person, content);
}

static void
assert_fails (SmdTestFixture *fixture, SmdBlob *der, SmdPrivateKey *key, SmimedError code, char **text)
{
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_cms_enveloped_decrypt (cms, 0, key, FALSE, LIMIT, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, (int) code);
  if (text == NULL)
    return;
  if (*text == NULL)
    *text = g_strdup (error->message);
  g_assert_cmpstr (*text, ==, error->message);
}

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
  SmdSpan content = smd_span_string (CONTENT);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, cases[i].name);
      const char *recip = strstr (cases[i].options, "-keyopt");
      g_autofree char *options = g_strndup (cases[i].options, recip != NULL ? (gsize) (recip - cases[i].options) : 1000);
      g_autoptr (SmdBlob) der = NULL;

      g_test_message ("%s %s", cases[i].name, cases[i].options);
      der = smd_test_openssl (fixture->folder, content, "cms -encrypt -binary -outform DER %s -recip %s%s%s",
                              g_strchomp (options), person->certificate_path, recip != NULL ? " " : "",
                              recip != NULL ? recip : "");
      assert_opens (fixture, der, person, cases[i].cipher, cases[i].key_encryption, content);
    }
}

static SmdBlob *
encrypt (SmdTestFixture *fixture, GPtrArray *recipients, SmdCipher cipher, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", LIMIT, &error);
  gboolean done;

  g_assert_no_error (error);
  done = smd_cms_encrypt (fixture->crypto, recipients, cipher, content, smd_output_get_sink (output), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  return smd_blob_new_copy (smd_output_get_span (output));
}

static SmdBlob *
encrypt_to (SmdTestFixture *fixture, const SmdTestPerson *person, SmdCipher cipher, SmdSpan content)
{
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();

  smd_certificates_add (recipients, person->certificate);
  return encrypt (fixture, recipients, cipher, content);
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
      g_autoptr (SmdBlob) der = encrypt (fixture, recipients, (SmdCipher) cipher, content);

      for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        {
          g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, names[i][0]);

          assert_opens (fixture, der, person, (SmdCipher) cipher, names[i][smd_cipher_is_aead ((SmdCipher) cipher) ? 2 : 1],
                        content);
        }
    }
}

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
  SmdSpan content = smd_span_string (CONTENT);
  g_autoptr (SmdBlob) gcm = encrypt_to (fixture, alice, SMD_CIPHER_AES_256_GCM, content);
  g_autoptr (SmdBlob) chacha = encrypt_to (fixture, alice, SMD_CIPHER_CHACHA20_POLY1305, content);
  g_autoptr (SmdBlob) agreed = encrypt_to (fixture, carol, SMD_CIPHER_AES_256_GCM, content);
  g_autoptr (SmdBlob) agreed_x = encrypt_to (fixture, eve, SMD_CIPHER_AES_256_GCM, content);
  g_autoptr (SmdBlob) rsa = smd_test_openssl (fixture->folder, content, "cms -encrypt -binary -outform DER -aes-256-gcm -recip %s",
                                              alice->certificate_path);
  g_autoptr (SmdBlob) tag = flipped (gcm, 1), tag2 = flipped (chacha, 1), text = flipped (gcm, 30);
  g_autoptr (SmdBlob) oaep = flipped_behind (gcm, OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07"), 120);
  g_autoptr (SmdBlob) padding = flipped_behind (rsa, OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05"), 60);
  g_autoptr (SmdBlob) point = flipped_behind (agreed, OID ("\x2a\x86\x48\xce\x3d\x02\x01"), 40);
  g_autofree char *message = NULL;

  assert_fails (fixture, gcm, bob->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  assert_fails (fixture, rsa, bob->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  assert_fails (fixture, agreed, eve->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  assert_fails (fixture, agreed_x, carol->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  assert_fails (fixture, tag, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  assert_fails (fixture, tag2, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  assert_fails (fixture, text, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  assert_fails (fixture, oaep, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  assert_fails (fixture, padding, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
  assert_fails (fixture, point, carol->key, SMIMED_ERROR_INTEGRITY_FAILURE, &message);
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
      g_autoptr (SmdBlob) der = encrypt_to (fixture, alice, ciphers[i], content);

      assert_opens (fixture, der, alice, ciphers[i], smd_cipher_is_aead (ciphers[i]) ? "rsa-oaep" : "rsa", content);
    }

  segmented = smd_test_openssl (fixture->folder, content, "cms -encrypt -binary -stream -outform DER -aes-256-cbc -recip %s",
                                alice->certificate_path);
  assert_opens (fixture, segmented, alice, SMD_CIPHER_AES_256_CBC, "rsa", content);
  segmented_gcm = smd_test_openssl (fixture->folder, content, "cms -encrypt -binary -stream -outform DER -aes-256-gcm -recip %s",
                                    alice->certificate_path);
  assert_opens (fixture, segmented_gcm, alice, SMD_CIPHER_AES_256_GCM, "rsa", content);
}

/* A CBC message whose last block, or whose length, is wrong; a random key may give a right padding once in 256 times. */
static void
test_cbc_damage (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdTestPerson) bob = smd_test_person_new (fixture->crypto, "bob");
  SmdSpan content = smd_span_string (CONTENT);
  g_autofree char *message = NULL;
  guint refused = 0;

  for (guint i = 0; i < 16; i++)
    {
      g_autoptr (SmdBlob) der = encrypt_to (fixture, alice, SMD_CIPHER_AES_256_CBC, content);
      g_autoptr (SmdBlob) last = flipped (der, 1 + i);
      g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, last);
      g_autoptr (SmdCms) whole = smd_test_parse (fixture->crypto, der);
      g_autoptr (GError) error = NULL, error2 = NULL;
      g_autoptr (SmdBlob) got = smd_cms_enveloped_decrypt (cms, 0, alice->key, FALSE, LIMIT, NULL, &error);
      g_autoptr (SmdBlob) got2 = smd_cms_enveloped_decrypt (whole, 0, bob->key, FALSE, LIMIT, NULL, &error2);

      refused += (got == NULL) + (got2 == NULL);
      if (error == NULL || error2 == NULL)
        continue;

      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INTEGRITY_FAILURE);
      g_assert_cmpstr (error->message, ==, error2->message);
    }

  g_assert_cmpuint (refused, >=, 28);
}

static void
test_cut_off_ciphertext (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdBlob) der = encrypt_to (fixture, alice, SMD_CIPHER_AES_256_CBC, smd_span_string ("x"));
  SmdSpan span = smd_blob_get_span (der);

  for (gsize size = 0; size < span.size; size++)
    {
      g_autoptr (SmdBlob) part = smd_blob_new_copy (smd_span_head (span, size));
      g_autoptr (GError) error = NULL;

      g_assert_null (smd_cms_parse (fixture->crypto, part, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
    }
}

static void
test_told_before (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdTestPerson) carol = smd_test_person_new (fixture->crypto, "carol");
  SmdSpan content = smd_span_string (CONTENT);
  g_autoptr (SmdBlob) rc2 = smd_test_openssl (fixture->folder, content,
                                              "cms -encrypt -outform DER -rc2-40 -provider legacy -provider default -recip %s",
                                              alice->certificate_path);
  g_autoptr (SmdBlob) password
      = smd_test_openssl (fixture->folder, content, "cms -encrypt -outform DER -aes128 -pwri_password secret");
  g_autoptr (SmdBlob) aes = encrypt_to (fixture, alice, SMD_CIPHER_AES_128_CBC, content);
  g_autoptr (SmdBlob) unknown = flipped_behind (aes, OID ("\x60\x86\x48\x01\x65\x03\x04\x01\x02"), 8);
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, aes);
  g_autoptr (SmdCms) old = smd_test_parse (fixture->crypto, rc2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SmdProgress progress = { .stage = "testing", .cancellable = cancellable };
  g_autoptr (GError) too_large = NULL, cancelled = NULL;

  assert_fails (fixture, rc2, alice->key, SMIMED_ERROR_LEGACY_ALGORITHM, NULL);
  assert_fails (fixture, password, alice->key, SMIMED_ERROR_NOT_SUPPORTED, NULL);
  assert_fails (fixture, unknown, alice->key, SMIMED_ERROR_NOT_SUPPORTED, NULL);
  assert_fails (fixture, aes, carol->key, SMIMED_ERROR_NOT_SUPPORTED, NULL);
  g_assert_cmpint (smd_cms_enveloped_get_cipher (old), ==, SMD_CIPHER_RC2_40);

  g_assert_null (smd_cms_enveloped_decrypt (cms, 0, alice->key, FALSE, 10, NULL, &too_large));
  g_assert_error (too_large, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
  g_cancellable_cancel (cancellable);
  g_assert_null (smd_cms_enveloped_decrypt (cms, 0, alice->key, FALSE, LIMIT, &progress, &cancelled));
  g_assert_error (cancelled, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
}

/* ---- AuthEnvelopedData with authenticated attributes: OpenSSL 3.0 can't write it ---- */

static SmdDerWriter *
write_attributes (guint8 tag, const char *value)
{
  SmdDerWriter *writer = smd_der_writer_new ();
  gsize set = smd_der_writer_begin (writer, tag), attribute = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE), values;

  smd_der_writer_add_oid (writer, OID ("\x2a\x03\x04"));
  values = smd_der_writer_begin (writer, SMD_TAG_SET);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span_string (value));
  smd_der_writer_end (writer, values);
  smd_der_writer_end (writer, attribute);
  smd_der_writer_end (writer, set);
  return writer;
}

static void
gcm_encrypt (SmdSpan content, SmdSpan aad, const guint8 *cek, SmdSpan nonce, guint8 *out, guint8 *tag, gsize tag_size)
{
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  int size;

  g_assert_true (EVP_EncryptInit_ex (context, EVP_aes_128_gcm (), NULL, NULL, NULL));
  g_assert_true (EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_IVLEN, (int) nonce.size, NULL));
  g_assert_true (EVP_EncryptInit_ex (context, NULL, NULL, cek, nonce.data));
  g_assert_true (EVP_EncryptUpdate (context, NULL, &size, aad.data, (int) aad.size));
  g_assert_true (EVP_EncryptUpdate (context, out, &size, content.data, (int) content.size));
  g_assert_true (EVP_EncryptFinal_ex (context, out + size, &size));
  g_assert_true (EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, (int) tag_size, tag));
}

static void
add_key_transport (SmdDerWriter *writer, const SmdTestPerson *person, SmdSpan cek)
{
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new (smd_certificate_get_public_key (person->certificate), NULL);
  gsize set = smd_der_writer_begin (writer, SMD_TAG_SET), info = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE), id;
  guint8 encrypted[512];
  gsize size = sizeof encrypted;

  g_assert_cmpint (EVP_PKEY_encrypt_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PADDING), ==, 1);
  g_assert_cmpint (EVP_PKEY_encrypt (context, encrypted, &size, cek.data, cek.size), ==, 1);
  smd_der_writer_add_integer (writer, 0);
  id = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_der (writer, smd_certificate_get_issuer_der (person->certificate));
  smd_der_writer_add (writer, SMD_TAG_INTEGER, smd_certificate_get_serial (person->certificate));
  smd_der_writer_end (writer, id);
  smd_der_writer_add_algorithm (writer, smd_algorithm_get_key_transport_oid (SMD_KEY_TRANSPORT_RSA), TRUE);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (encrypted, size));
  smd_der_writer_end (writer, info);
  smd_der_writer_end (writer, set);
}

/* @authenticated: what the tag covers, @written: what stands in the message */
static SmdBlob *
write_auth_enveloped (const SmdTestPerson *person, const char *authenticated, const char *written, gsize nonce_size, gsize tag_size)
{
  static const guint8 cek[32] = "0123456789abcdef", nonce[64] = "a nonce of many bytes";
  g_autoptr (SmdDerWriter) writer = smd_der_writer_new ();
  g_autoptr (SmdDerWriter) aad = write_attributes (SMD_TAG_SET, authenticated);
  g_autoptr (SmdDerWriter) attributes = write_attributes (SMD_TAG_CONTEXT_CONSTRUCTED (1), written);
  SmdSpan content = smd_span_string (CONTENT);
  gsize info = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE), tagged, data, part, algorithm, parameters;
  guint8 out[sizeof CONTENT + 16], tag[16];

  gcm_encrypt (content, smd_der_writer_get_span (aad), cek, smd_span (nonce, nonce_size), out, tag, tag_size);
  smd_der_writer_add_oid (writer, AUTH_ENVELOPED_DATA);
  tagged = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));
  data = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_integer (writer, 0);
  add_key_transport (writer, person, smd_span (cek, 16));
  part = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_oid (writer, DATA);
  algorithm = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_oid (writer, smd_algorithm_get_content (SMD_CIPHER_AES_128_GCM)->oid);
  parameters = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (nonce, nonce_size));
  if (tag_size != 12)
    smd_der_writer_add_integer (writer, (guint8) tag_size);
  smd_der_writer_end (writer, parameters);
  smd_der_writer_end (writer, algorithm);
  smd_der_writer_add (writer, SMD_TAG_CONTEXT (0), smd_span (out, content.size));
  smd_der_writer_end (writer, part);
  smd_der_writer_add_der (writer, smd_der_writer_get_span (attributes));
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (tag, tag_size));
  smd_der_writer_end (writer, data);
  smd_der_writer_end (writer, tagged);
  smd_der_writer_end (writer, info);
  return smd_blob_new_copy (smd_der_writer_get_span (writer));
}

static void
test_authenticated_attributes (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  SmdSpan content = smd_span_string (CONTENT);
  g_autoptr (SmdBlob) right = write_auth_enveloped (alice, "value", "value", 12, 16);
  g_autoptr (SmdBlob) changed = write_auth_enveloped (alice, "value", "Value", 12, 16);
  g_autoptr (SmdBlob) short_tag = write_auth_enveloped (alice, "value", "value", 12, 12);
  g_autoptr (SmdBlob) long_nonce = write_auth_enveloped (alice, "value", "value", 40, 14);
  g_autoptr (SmdBlob) too_short = write_auth_enveloped (alice, "value", "value", 12, 8);

  assert_opens (fixture, right, alice, SMD_CIPHER_AES_128_GCM, "rsa", content);
  assert_opens (fixture, short_tag, alice, SMD_CIPHER_AES_128_GCM, "rsa", content);
  assert_opens (fixture, long_nonce, alice, SMD_CIPHER_AES_128_GCM, "rsa", content);
  assert_fails (fixture, changed, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, NULL);
  assert_fails (fixture, too_short, alice->key, SMIMED_ERROR_MALFORMED, NULL);
}

/* ---- Messages of others ---- */

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
  plain = smd_cms_enveloped_decrypt (cms, recipient, key, FALSE, LIMIT, NULL, &error);
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
        plain = smd_cms_enveloped_decrypt (cms, 0, person->key, FALSE, LIMIT, NULL, &error);
      g_assert_null (plain);
    }
}

#define ADD(path, function) g_test_add ("/cms-enveloped/" path, SmdTestFixture, NULL, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("messages of openssl open", test_openssl_messages);
  ADD ("messages of our own open, for every recipient", test_own_messages);
  ADD ("messages of many steps open, in memory of ours in their own place", test_large_messages);
  ADD ("one error and one text for every cause", test_one_error_for_all);
  ADD ("damaged CBC is told like the rest", test_cbc_damage);
  ADD ("a cut-off message is malformed", test_cut_off_ciphertext);
  ADD ("what isn't supported is told before a key is used", test_told_before);
  ADD ("authenticated attributes are under the tag", test_authenticated_attributes);
  ADD ("NSS's messages open", test_nss_corpus);
  ADD ("openssl's malformed recipients don't open", test_openssl_corpus);
  return g_test_run ();
}
