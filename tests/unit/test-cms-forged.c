/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signed messages that no honest program writes: made by hand, changed, or cut off. */
#include <openssl/pem.h>

#include "smd-algorithm.h"
#include "smd-der-writer.h"
#include "smd-openssl.h"
#include "smd-test-signed.h"
#include "smimed-error.h"

#define OID(octets) smd_span (octets, sizeof (octets) - 1)
#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"
#define DATA OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
#define SIGNED_DATA OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
#define SHA256_WITH_RSA OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")

/* Which parts of a SignedData are to be otherwise */
typedef struct
{
  SmdSpan content;
  SmdSpan extra;            /* whole attributes, appended */
  SmdSpan content_type;     /* of the attribute; empty: none */
  gboolean no_digest;
  gboolean no_attributes;   /* signs the content itself */
  gboolean two_types;       /* a content-type attribute with two values */
  const char *digest;       /* of the SignerInfo */
  SmdSpan signature_algorithm;
} Forgery;

static EVP_PKEY *
read_pkey (const SmdTestPerson *person)
{
  g_autoptr (BIO) bio = BIO_new_file (person->key_path, "r");

  return PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL);
}

static void
add_attribute (SmdDerWriter *writer, SmdSpan oid, guint8 tag, SmdSpan value, guint copies)
{
  gsize attribute = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE), set;

  smd_der_writer_add_oid (writer, oid);
  set = smd_der_writer_begin (writer, SMD_TAG_SET);
  while (copies-- > 0)
    smd_der_writer_add (writer, tag, value);
  smd_der_writer_end (writer, set);
  smd_der_writer_end (writer, attribute);
}

static SmdDerWriter *
write_attributes (const Forgery *forgery)
{
  SmdDerWriter *writer = smd_der_writer_new ();
  gsize set = smd_der_writer_begin (writer, SMD_TAG_SET);
  guint8 digest[EVP_MAX_MD_SIZE];
  guint size = 0;

  EVP_Digest (forgery->content.data, forgery->content.size, digest, &size, EVP_get_digestbyname (forgery->digest),
              NULL);
  if (forgery->content_type.size > 0)
    add_attribute (writer, OID (PKCS9 "\x03"), SMD_TAG_OID, forgery->content_type, forgery->two_types ? 2 : 1);
  if (!forgery->no_digest)
    add_attribute (writer, OID (PKCS9 "\x04"), SMD_TAG_OCTET_STRING, smd_span (digest, size), 1);
  smd_der_writer_add_der (writer, forgery->extra);
  smd_der_writer_end (writer, set);
  return writer;
}

static void
add_signature (SmdDerWriter *writer, const SmdTestPerson *person, SmdSpan input)
{
  g_autoptr (EVP_PKEY) key = read_pkey (person);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 signature[1024];
  gsize size = sizeof signature;

  g_assert_cmpint (EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, key), ==, 1);
  g_assert_cmpint (EVP_DigestSign (context, signature, &size, input.data, input.size), ==, 1);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, smd_span (signature, size));
}

static void
add_signer (SmdDerWriter *writer, const SmdTestPerson *person, const Forgery *forgery)
{
  g_autoptr (SmdDerWriter) attributes = write_attributes (forgery);
  SmdSpan set = smd_der_writer_get_span (attributes);
  g_autoptr (GByteArray) tagged = smd_test_copy (set);
  const SmdDigestAlgorithm *digest =
      smd_algorithm_get_digest (g_str_equal (forgery->digest, "sha512") ? "sha-512" : "sha-256");
  gsize signer = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE), id;

  smd_der_writer_add_integer (writer, 1);
  id = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_der (writer, smd_certificate_get_issuer_der (person->certificate));
  smd_der_writer_add (writer, SMD_TAG_INTEGER, smd_certificate_get_serial (person->certificate));
  smd_der_writer_end (writer, id);
  smd_der_writer_add_algorithm (writer, digest->oid, FALSE);
  tagged->data[0] = SMD_TAG_CONTEXT_CONSTRUCTED (0);
  if (!forgery->no_attributes)
    smd_der_writer_add_der (writer, smd_span (tagged->data, tagged->len));
  smd_der_writer_add_algorithm (writer, forgery->signature_algorithm, TRUE);
  add_signature (writer, person, forgery->no_attributes ? forgery->content : set);
  smd_der_writer_end (writer, signer);
}

static SmdBlob *
forge (const SmdTestPerson *person, const Forgery *forgery)
{
  g_autoptr (SmdDerWriter) writer = smd_der_writer_new ();
  gsize info = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE), tagged, data, part, inner;

  smd_der_writer_add_oid (writer, SIGNED_DATA);
  tagged = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));
  data = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_integer (writer, 1);
  smd_der_writer_add (writer, SMD_TAG_SET, SMD_SPAN_EMPTY);
  part = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_oid (writer, DATA);
  inner = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, forgery->content);
  smd_der_writer_end (writer, inner);
  smd_der_writer_end (writer, part);
  part = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));
  smd_der_writer_add_der (writer, smd_certificate_get_der (person->certificate));
  smd_der_writer_end (writer, part);
  part = smd_der_writer_begin (writer, SMD_TAG_SET);
  add_signer (writer, person, forgery);
  smd_der_writer_end (writer, part);
  smd_der_writer_end (writer, data);
  smd_der_writer_end (writer, tagged);
  smd_der_writer_end (writer, info);
  return smd_blob_new_copy (smd_der_writer_get_span (writer));
}

#define HONEST                                                                                                         \
  .content = smd_span_string (SMD_TEST_MESSAGE), .content_type = DATA, .digest = "sha256",                             \
  .signature_algorithm = SHA256_WITH_RSA

static void
assert_forged (SmdTestFixture *fixture, const Forgery *forgery, SmdSignatureState state, SmimedProblemCode problem)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdBlob) der = forge (alice, forgery);

  smd_test_assert_verdict (fixture, der, SMD_SPAN_EMPTY, state, problem);
}

static void
test_honest_by_hand (SmdTestFixture *fixture, gconstpointer data)
{
  Forgery forgery = { HONEST };
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdBlob) der = forge (alice, &forgery);
  g_autoptr (GPtrArray) signers = smd_test_verify (fixture, der, SMD_SPAN_EMPTY, SMD_LINES_AS_IS, NULL);

  g_assert_cmpint (((SmdSigner *) signers->pdata[0])->state, ==, SMD_SIGNATURE_GOOD);
}

static void
test_empty_content (SmdTestFixture *fixture, gconstpointer data)
{
  Forgery forgery = { HONEST };
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdBlob) der = NULL;
  g_autoptr (SmdCms) cms = NULL;
  g_autoptr (GPtrArray) signers = NULL;

  forgery.content = smd_span_string ("");
  der = forge (alice, &forgery);
  cms = smd_test_parse (fixture->crypto, der);
  g_assert_true (smd_cms_signed_has_content (cms));
  smd_test_assert_content (cms, SMD_SPAN_EMPTY);
  signers = smd_test_verify (fixture, der, SMD_SPAN_EMPTY, SMD_LINES_AS_IS, NULL);
  g_assert_cmpint (((SmdSigner *) signers->pdata[0])->state, ==, SMD_SIGNATURE_GOOD);
}

static void
test_stripped_attributes (SmdTestFixture *fixture, gconstpointer data)
{
  Forgery honest = { HONEST };
  g_autoptr (SmdDerWriter) attributes = write_attributes (&honest);
  Forgery forgery = { HONEST, .no_attributes = TRUE };

  /* The victim signed `attributes`; the forger hands them out as the message. */
  forgery.content = smd_der_writer_get_span (attributes);
  assert_forged (fixture, &forgery, SMD_SIGNATURE_BAD, SMIMED_PROBLEM_MISSING_SIGNED_ATTRIBUTES);
  assert_forged (fixture, &forgery, SMD_SIGNATURE_BAD, SMIMED_PROBLEM_MALFORMED);
  forgery.no_attributes = FALSE;
  assert_forged (fixture, &forgery, SMD_SIGNATURE_BAD, SMIMED_PROBLEM_MALFORMED);
}

static void
test_broken_attributes (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdDerWriter) second_digest = smd_der_writer_new (), two_times = smd_der_writer_new ();
  g_autoptr (SmdDerWriter) no_time = smd_der_writer_new (), twice = smd_der_writer_new (),
                           no_value = smd_der_writer_new ();
  SmdSpan time = smd_span_string ("260101000000Z");
  Forgery forgeries[] = {
    { HONEST, .no_digest = TRUE },
    { HONEST, .two_types = TRUE },
    { HONEST },
    { HONEST },
    { HONEST },
    { HONEST },
    { HONEST },
    { HONEST },
    { HONEST },
  };

  add_attribute (second_digest, OID (PKCS9 "\x04"), SMD_TAG_OCTET_STRING, smd_span_string ("x"), 1);
  add_attribute (two_times, OID (PKCS9 "\x05"), 0x17, time, 2);
  add_attribute (no_time, OID (PKCS9 "\x05"), 0x17, smd_span_string ("yesterday"), 1);
  add_attribute (no_value, OID (PKCS9 "\x05"), 0x17, time, 0);
  add_attribute (twice, OID ("\x2a\x03"), SMD_TAG_OCTET_STRING, time, 1);
  add_attribute (twice, OID ("\x2a\x03"), SMD_TAG_OCTET_STRING, time, 1);
  forgeries[2].content_type = SMD_SPAN_EMPTY;
  forgeries[3].content_type = SIGNED_DATA;
  forgeries[4].extra = smd_der_writer_get_span (second_digest);
  forgeries[5].extra = smd_der_writer_get_span (two_times);
  forgeries[6].extra = smd_der_writer_get_span (no_time);
  forgeries[7].extra = smd_der_writer_get_span (twice);
  forgeries[8].extra = smd_der_writer_get_span (no_value);
  for (gsize i = 0; i < G_N_ELEMENTS (forgeries); i++)
    assert_forged (fixture, &forgeries[i], SMD_SIGNATURE_BAD, SMIMED_PROBLEM_MALFORMED);
}

static void
test_contradicting_algorithms (SmdTestFixture *fixture, gconstpointer data)
{
  Forgery other_digest = { HONEST }, unknown = { HONEST };

  other_digest.digest = "sha512";
  assert_forged (fixture, &other_digest, SMD_SIGNATURE_BAD, SMIMED_PROBLEM_MALFORMED);
  unknown.signature_algorithm = OID ("\x2a\x03\x04");
  assert_forged (fixture, &unknown, SMD_SIGNATURE_UNSUPPORTED, SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM);
}

/* signingCertificateV2 with @hash, by the default SHA-256 */
static SmdDerWriter *
write_signing_certificate (SmdSpan hash)
{
  SmdDerWriter *writer = smd_der_writer_new ();
  gsize attribute = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE), set, value, list, id;

  smd_der_writer_add_oid (writer, OID (PKCS9 "\x10\x02\x2f"));
  set = smd_der_writer_begin (writer, SMD_TAG_SET);
  value = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  list = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  id = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, hash);
  smd_der_writer_end (writer, id);
  smd_der_writer_end (writer, list);
  smd_der_writer_end (writer, value);
  smd_der_writer_end (writer, set);
  smd_der_writer_end (writer, attribute);
  return writer;
}

static void
test_signing_certificate (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  guint8 hash[32];
  g_autoptr (SmdDerWriter) right = NULL, wrong = NULL;
  g_autoptr (SmdBlob) der = NULL;
  g_autoptr (GPtrArray) signers = NULL;
  Forgery forgery = { HONEST };

  smd_crypto_sha256 (fixture->crypto, smd_certificate_get_der (alice->certificate), hash);
  right = write_signing_certificate (smd_span (hash, 32));
  hash[0] ^= 1;
  wrong = write_signing_certificate (smd_span (hash, 32));

  forgery.extra = smd_der_writer_get_span (right);
  der = forge (alice, &forgery);
  signers = smd_test_verify (fixture, der, SMD_SPAN_EMPTY, SMD_LINES_AS_IS, NULL);
  g_assert_cmpint (((SmdSigner *) signers->pdata[0])->state, ==, SMD_SIGNATURE_GOOD);
  forgery.extra = smd_der_writer_get_span (wrong);
  assert_forged (fixture, &forgery, SMD_SIGNATURE_BAD, SMIMED_PROBLEM_MALFORMED);
}

/* Every bit of attributes and signature counts. */
static void
test_flipped_bits (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) carol = smd_test_person_new (fixture->crypto, "carol");
  SmdSpan content = smd_span_string (SMD_TEST_MESSAGE);
  g_autoptr (SmdBlob) der = smd_test_sign (fixture, carol, NULL, content);
  g_autoptr (GByteArray) bytes = smd_test_copy (smd_blob_get_span (der));
  gsize begin = (gsize) (smd_test_find (bytes, OID (PKCS9 "\x03")) - bytes->data);
  guint tried = 0;

  for (gsize i = begin; i < bytes->len; i++)
    {
      g_autoptr (SmdBlob) blob = NULL;
      g_autoptr (SmdCms) cms = NULL;
      g_autoptr (GPtrArray) signers = NULL;

      bytes->data[i] ^= (guint8) (1u << (i % 8));
      blob = smd_test_blob (bytes);
      bytes->data[i] ^= (guint8) (1u << (i % 8));
      cms = smd_cms_parse (fixture->crypto, blob, NULL);
      signers = cms != NULL ? smd_cms_signed_verify (cms, content, SMD_LINES_AS_IS, NULL, NULL, NULL) : NULL;
      for (guint j = 0; signers != NULL && j < signers->len; j++)
        g_assert_cmpint (((SmdSigner *) signers->pdata[j])->state, !=, SMD_SIGNATURE_GOOD);
      tried++;
    }

  g_assert_cmpuint (tried, >, 200);
}

static void
test_cut_off (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdBlob) der =
      smd_test_openssl_sign (fixture, smd_span_string (SMD_TEST_MESSAGE), "carol", "-nodetach -stream");

  smd_test_assert_needs_all (fixture->crypto, der);
}

static void
test_bytes_behind (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdBlob) der = smd_test_openssl_sign (fixture, smd_span_string (SMD_TEST_MESSAGE), "carol", "-nodetach");
  g_autoptr (GByteArray) bytes = smd_test_copy (smd_blob_get_span (der));
  g_autoptr (SmdBlob) with_line_ends = NULL, with_more = NULL;
  g_autoptr (SmdCms) cms = NULL;
  g_autoptr (GError) error = NULL;

  g_byte_array_append (bytes, (const guint8 *) "\r\n\r\n", 4);
  with_line_ends = smd_test_blob (bytes);
  cms = smd_test_parse (fixture->crypto, with_line_ends);
  g_byte_array_append (bytes, (const guint8 *) "x\n", 2);
  with_more = smd_test_blob (bytes);
  g_assert_null (smd_cms_parse (fixture->crypto, with_more, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
}

static void
test_openssl_corpus (SmdTestFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "bad_signtime_attr", "ct_multiple_attr", "no_ct_attr", "no_md_attr" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strdup_printf ("openssl/80-test_cms_data/%s.cms", names[i]);
      g_autofree char *path = smd_test_corpus (name);
      g_autoptr (SmdBlob) der = NULL;

      if (path == NULL)
        return;

      der = smd_test_read_file (path);
      smd_test_assert_verdict (fixture, der, SMD_SPAN_EMPTY, SMD_SIGNATURE_BAD, SMIMED_PROBLEM_MALFORMED);
    }
}

#define ADD(path, function) g_test_add ("/cms-signed/" path, SmdTestFixture, NULL, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a message by hand is good", test_honest_by_hand);
  ADD ("empty content can be signed", test_empty_content);
  ADD ("stripped attributes are refused", test_stripped_attributes);
  ADD ("attributes that break a rule are refused", test_broken_attributes);
  ADD ("algorithms that contradict are refused", test_contradicting_algorithms);
  ADD ("another signing certificate is refused", test_signing_certificate);
  ADD ("no flipped bit is good", test_flipped_bits);
  ADD ("a cut-off message is malformed", test_cut_off);
  ADD ("only line ends may stand behind", test_bytes_behind);
  ADD ("openssl's broken attributes are refused", test_openssl_corpus);
  return g_test_run ();
}
