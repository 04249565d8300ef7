/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AuthEnvelopedData with authenticated attributes: OpenSSL 3.0 can't write it. */
#include <openssl/rsa.h>

#include "smd-algorithm.h"
#include "smd-der-writer.h"
#include "smd-openssl.h"
#include "smd-test-enveloped.h"
#include "smimed-error.h"

#define OID(octets) smd_span (octets, sizeof (octets) - 1)
#define DATA OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
#define AUTH_ENVELOPED_DATA OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17")

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
write_auth_enveloped (const SmdTestPerson *person, const char *authenticated, const char *written, gsize nonce_size,
                      gsize tag_size)
{
  static const guint8 cek[32] = "0123456789abcdef", nonce[64] = "a nonce of many bytes";
  g_autoptr (SmdDerWriter) writer = smd_der_writer_new ();
  g_autoptr (SmdDerWriter) aad = write_attributes (SMD_TAG_SET, authenticated);
  g_autoptr (SmdDerWriter) attributes = write_attributes (SMD_TAG_CONTEXT_CONSTRUCTED (1), written);
  SmdSpan content = smd_span_string (SMD_TEST_SECRET);
  gsize info = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE), tagged, data, part, algorithm, parameters;
  guint8 out[sizeof SMD_TEST_SECRET + 16], tag[16];

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
  SmdSpan content = smd_span_string (SMD_TEST_SECRET);
  g_autoptr (SmdBlob) right = write_auth_enveloped (alice, "value", "value", 12, 16);
  g_autoptr (SmdBlob) changed = write_auth_enveloped (alice, "value", "Value", 12, 16);
  g_autoptr (SmdBlob) short_tag = write_auth_enveloped (alice, "value", "value", 12, 12);
  g_autoptr (SmdBlob) long_nonce = write_auth_enveloped (alice, "value", "value", 40, 14);
  g_autoptr (SmdBlob) too_short = write_auth_enveloped (alice, "value", "value", 12, 8);

  smd_test_assert_opens (fixture, right, alice, SMD_CIPHER_AES_128_GCM, "rsa", content);
  smd_test_assert_opens (fixture, short_tag, alice, SMD_CIPHER_AES_128_GCM, "rsa", content);
  smd_test_assert_opens (fixture, long_nonce, alice, SMD_CIPHER_AES_128_GCM, "rsa", content);
  smd_test_assert_fails (fixture, changed, alice->key, SMIMED_ERROR_INTEGRITY_FAILURE, NULL);
  smd_test_assert_fails (fixture, too_short, alice->key, SMIMED_ERROR_MALFORMED, NULL);
}

#define ADD(path, function) g_test_add ("/cms-enveloped/" path, SmdTestFixture, NULL, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("authenticated attributes are under the tag", test_authenticated_attributes);
  return g_test_run ();
}
