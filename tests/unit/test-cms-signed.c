/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-signed.h"
#include "smimed-error.h"

#define CONTENT_LF "Content-Type: text/plain\n\nA message\r\nof two lines\n"

static void
assert_good (SmdTestFixture *fixture, SmdBlob *der, SmdSpan content, const char *digest, const char *algorithm)
{
  g_autoptr (GPtrArray) signers = smd_test_verify (fixture, der, content, SMD_LINES_AS_IS, NULL);
  const SmdSigner *signer = signers->pdata[0];

  g_assert_cmpuint (signers->len, ==, 1);
  for (guint i = 0; i < signer->problems->len; i++)
    g_test_message ("problem: %s", ((SmdProblem *) signer->problems->pdata[i])->detail);
  g_assert_cmpint (signer->state, ==, SMD_SIGNATURE_GOOD);
  g_assert_cmpuint (signer->problems->len, ==, 0);
  g_assert_cmpstr (signer->digest, ==, digest);
  g_assert_cmpstr (signer->algorithm, ==, algorithm);
  g_assert_cmpint (signer->signing_time, >, 0);
  g_assert_nonnull (signer->certificate);
  g_assert_true (signer->has_capabilities);
}

static void
test_openssl_messages (SmdTestFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name, *options, *digest, *algorithm;
  } cases[] = {
    { "alice", "", "sha-256", "rsa" },
    { "alice", "-keyid -md sha512", "sha-512", "rsa" },
    { "alice", "-md sha224", "sha-224", "rsa" },
    { "alice", "-md sha384 -keyopt rsa_padding_mode:pss", "sha-384", "rsa-pss" },
    { "alice", "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:0 -keyopt rsa_mgf1_md:sha512", "sha-256", "rsa-pss" },
    { "alice", "-cades", "sha-256", "rsa" },
    { "carol", "", "sha-256", "ecdsa" },
    { "carol", "-md sha512 -cades", "sha-512", "ecdsa" },
    { "dan", "-md sha384", "sha-384", "ecdsa" },
    { "oscar", "-md sha512", "sha-512", "ecdsa" },
  };
  SmdSpan content = smd_span_string (SMD_TEST_MESSAGE);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *opaque = g_strconcat ("-nodetach ", cases[i].options, NULL);
      /* OpenSSL 3.0 can't stream PSS. */
      gboolean pss = g_str_equal (cases[i].algorithm, "rsa-pss");
      g_autofree char *streamed = g_strconcat (pss ? "-nodetach " : "-nodetach -stream ", cases[i].options, NULL);
      g_autoptr (SmdBlob) detached = smd_test_openssl_sign (fixture, content, cases[i].name, cases[i].options);
      g_autoptr (SmdBlob) inside = smd_test_openssl_sign (fixture, content, cases[i].name, g_strchomp (opaque));
      g_autoptr (SmdBlob) ber = smd_test_openssl_sign (fixture, content, cases[i].name, g_strchomp (streamed));

      g_test_message ("%s %s", cases[i].name, cases[i].options);
      assert_good (fixture, detached, content, cases[i].digest, cases[i].algorithm);
      assert_good (fixture, inside, SMD_SPAN_EMPTY, cases[i].digest, cases[i].algorithm);
      assert_good (fixture, ber, SMD_SPAN_EMPTY, cases[i].digest, cases[i].algorithm);
    }
}

static void
test_own_messages (SmdTestFixture *fixture, gconstpointer data)
{
  static const char *const cases[][3] = {
    { "alice", "sha-256", "rsa" },   { "carol", "sha-256", "ecdsa" },      { "dan", "sha-384", "ecdsa" },
    { "oscar", "sha-512", "ecdsa" }, { "eve-sign", "sha-512", "ed25519" },
  };
  SmdSpan content = smd_span_string (SMD_TEST_MESSAGE);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, cases[i][0]);
      g_autoptr (SmdBlob) der = smd_test_sign (fixture, person, NULL, content);

      assert_good (fixture, der, content, cases[i][1], cases[i][2]);
    }
}

static void
test_advice (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "eve-sign");
  g_autoptr (SmdTestPerson) encryption = smd_test_person_new (fixture->crypto, "eve-encrypt");
  SmdSpan content = smd_span_string (SMD_TEST_MESSAGE);
  g_autoptr (SmdBlob) der = smd_test_sign (fixture, person, encryption->certificate, content);
  g_autoptr (GPtrArray) signers = smd_test_verify (fixture, der, content, SMD_LINES_AS_IS, NULL);
  const SmdSigner *signer = signers->pdata[0];

  g_assert_true (signer->certificate == person->certificate);
  g_assert_true (signer->encryption_certificate == encryption->certificate);
  g_assert_cmpint (signer->signing_time, ==, 1790000000);
  g_assert_true (signer->capabilities & (1u << SMD_CIPHER_AES_256_GCM));
  g_assert_true (signer->capabilities & (1u << SMD_CIPHER_AES_256_CBC));
  g_assert_false (signer->capabilities & (1u << SMD_CIPHER_DES));
}

static void
test_line_ends (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdBlob) der = smd_test_openssl_sign (fixture, smd_span_string (SMD_TEST_MESSAGE), "carol", "");
  g_autoptr (GPtrArray) canonical
      = smd_test_verify (fixture, der, smd_span_string (CONTENT_LF), SMD_LINES_CRLF, NULL);
  g_autoptr (GPtrArray) same = smd_test_verify (fixture, der, smd_span_string (SMD_TEST_MESSAGE), SMD_LINES_CRLF, NULL);

  g_assert_cmpint (((SmdSigner *) canonical->pdata[0])->state, ==, SMD_SIGNATURE_GOOD);
  g_assert_cmpint (((SmdSigner *) same->pdata[0])->state, ==, SMD_SIGNATURE_GOOD);
  smd_test_assert_verdict (fixture, der, smd_span_string (CONTENT_LF), SMD_SIGNATURE_BAD,
                           SMIMED_PROBLEM_SIGNATURE_MISMATCH);
}

/* Lines of many lengths, so that they meet the ends of all buffers, with both kinds of line ends */
static void
test_long_lines (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) crlf = g_string_new (NULL);
  g_autoptr (GString) lf = g_string_new (NULL);
  g_autoptr (SmdBlob) der = NULL;
  g_autoptr (GPtrArray) signers = NULL;

  for (guint i = 0; i < 3000; i++)
    {
      for (guint length = (i * 7919) % 977; length > 0; length--)
        {
          g_string_append_c (crlf, 'x');
          g_string_append_c (lf, 'x');
        }
      g_string_append (crlf, "\r\n");
      g_string_append (lf, i % 3 != 0 ? "\n" : "\r\n");
    }

  der = smd_test_openssl_sign (fixture, smd_span (crlf->str, crlf->len), "carol", "");
  signers = smd_test_verify (fixture, der, smd_span (lf->str, lf->len), SMD_LINES_CRLF, NULL);
  g_assert_cmpint (((SmdSigner *) signers->pdata[0])->state, ==, SMD_SIGNATURE_GOOD);
}

static void
test_changed_content (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdBlob) der = smd_test_openssl_sign (fixture, smd_span_string (SMD_TEST_MESSAGE), "alice", "");

  smd_test_assert_verdict (fixture, der, smd_span_string ("another"), SMD_SIGNATURE_BAD,
                           SMIMED_PROBLEM_SIGNATURE_MISMATCH);
}

static void
test_weak_and_bare (SmdTestFixture *fixture, gconstpointer data)
{
  SmdSpan content = smd_span_string (SMD_TEST_MESSAGE);
  g_autoptr (SmdBlob) sha1 = smd_test_openssl_sign (fixture, content, "alice", "-md sha1");
  g_autoptr (SmdBlob) md5 = smd_test_openssl_sign (fixture, content, "alice", "-md md5");
  g_autoptr (SmdBlob) bare = smd_test_openssl_sign (fixture, content, "alice", "-noattr");

  smd_test_assert_verdict (fixture, sha1, content, SMD_SIGNATURE_BAD, SMIMED_PROBLEM_WEAK_ALGORITHM);
  smd_test_assert_verdict (fixture, md5, content, SMD_SIGNATURE_BAD, SMIMED_PROBLEM_WEAK_ALGORITHM);
  smd_test_assert_verdict (fixture, bare, content, SMD_SIGNATURE_BAD, SMIMED_PROBLEM_MISSING_SIGNED_ATTRIBUTES);
}

static void
test_certificate_elsewhere (SmdTestFixture *fixture, gconstpointer data)
{
  SmdSpan content = smd_span_string (SMD_TEST_MESSAGE);
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdBlob) der = smd_test_openssl_sign (fixture, content, "alice", "-nocerts");
  g_autoptr (GPtrArray) more = smd_certificates_new ();
  g_autoptr (GPtrArray) signers = NULL;

  smd_test_assert_verdict (fixture, der, content, SMD_SIGNATURE_UNSUPPORTED, SMIMED_PROBLEM_NO_CERTIFICATE);
  smd_certificates_add (more, alice->certificate);
  signers = smd_test_verify (fixture, der, content, SMD_LINES_AS_IS, more);
  g_assert_cmpint (((SmdSigner *) signers->pdata[0])->state, ==, SMD_SIGNATURE_GOOD);
}

static void
test_several_signers (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdTestPerson) carol = smd_test_person_new (fixture->crypto, "carol");
  SmdSpan content = smd_span_string (SMD_TEST_MESSAGE), span;
  g_autoptr (SmdBlob) der = smd_test_openssl (
      fixture->folder, content, "cms -sign -binary -outform DER -signer %s -inkey %s -signer %s -inkey %s",
      alice->certificate_path, alice->key_path, carol->certificate_path, carol->key_path);
  g_autoptr (GPtrArray) before = smd_test_verify (fixture, der, content, SMD_LINES_AS_IS, NULL), after = NULL;
  g_autoptr (GByteArray) changed = NULL;
  g_autoptr (SmdBlob) blob = NULL;

  g_assert_cmpuint (before->len, ==, 2);
  g_assert_cmpint (((SmdSigner *) before->pdata[0])->state, ==, SMD_SIGNATURE_GOOD);
  g_assert_cmpint (((SmdSigner *) before->pdata[1])->state, ==, SMD_SIGNATURE_GOOD);

  /* The last byte belongs to the last signer's signature. */
  span = smd_blob_get_span (der);
  changed = smd_test_copy (span);
  changed->data[changed->len - 1] ^= 1;
  blob = smd_test_blob (changed);
  after = smd_test_verify (fixture, blob, content, SMD_LINES_AS_IS, NULL);
  g_assert_cmpint (((SmdSigner *) after->pdata[0])->state, ==, SMD_SIGNATURE_GOOD);
  g_assert_cmpint (((SmdSigner *) after->pdata[1])->state, ==, SMD_SIGNATURE_BAD);
}

static void
test_certificates_only (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) alice = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (SmdBlob) der = smd_test_openssl (fixture->folder, SMD_SPAN_EMPTY,
                                              "crl2pkcs7 -nocrl -outform DER -certfile %s", alice->certificate_path);
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  g_autoptr (GPtrArray) signers = smd_test_verify (fixture, der, SMD_SPAN_EMPTY, SMD_LINES_AS_IS, NULL);

  g_assert_cmpint (smd_cms_get_type (cms), ==, SMD_CMS_SIGNED);
  g_assert_cmpuint (smd_cms_signed_get_n_signers (cms), ==, 0);
  g_assert_cmpuint (signers->len, ==, 0);
  g_assert_true (smd_cms_signed_get_certificates (cms)->pdata[0] == alice->certificate);
}

static void
test_content_in_one_place (SmdTestFixture *fixture, gconstpointer data)
{
  SmdSpan content = smd_span_string (SMD_TEST_MESSAGE);
  g_autoptr (SmdBlob) detached = smd_test_openssl_sign (fixture, content, "carol", "");
  g_autoptr (SmdBlob) opaque = smd_test_openssl_sign (fixture, content, "carol", "-nodetach");
  g_autoptr (SmdCms) without = smd_test_parse (fixture->crypto, detached);
  g_autoptr (SmdCms) with = smd_test_parse (fixture->crypto, opaque);
  g_autoptr (GError) none = NULL, both = NULL;
  g_autoptr (GPtrArray) signers = NULL;

  g_assert_null (smd_cms_signed_verify (without, SMD_SPAN_EMPTY, SMD_LINES_AS_IS, NULL, NULL, &none));
  g_assert_error (none, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
  signers = smd_cms_signed_verify (with, content, SMD_LINES_AS_IS, NULL, NULL, &both);
  g_assert_no_error (both);
  g_assert_cmpint (((SmdSigner *) signers->pdata[0])->state, ==, SMD_SIGNATURE_BAD);
}

static void
test_content_comes_out (SmdTestFixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 1, 5000, 300000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *bytes = g_malloc0 (sizes[i] + 1);
      SmdSpan content = smd_span (bytes, sizes[i]);
      g_autoptr (SmdBlob) der = smd_test_openssl_sign (fixture, content, "carol", "-nodetach");
      g_autoptr (SmdBlob) ber = smd_test_openssl_sign (fixture, content, "carol", "-nodetach -stream");
      g_autoptr (SmdCms) definite = smd_test_parse (fixture->crypto, der);
      g_autoptr (SmdCms) indefinite = smd_test_parse (fixture->crypto, ber);

      smd_test_assert_content (definite, content);
      smd_test_assert_content (indefinite, content);
      assert_good (fixture, der, SMD_SPAN_EMPTY, "sha-256", "ecdsa");
      assert_good (fixture, ber, SMD_SPAN_EMPTY, "sha-256", "ecdsa");
    }
}

static void
test_cancelled (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdBlob) der = smd_test_openssl_sign (fixture, smd_span_string (SMD_TEST_MESSAGE), "carol", "-nodetach");
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SmdProgress progress = { .stage = "testing", .cancellable = cancellable };
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (smd_cms_signed_verify (cms, SMD_SPAN_EMPTY, SMD_LINES_AS_IS, NULL, &progress, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
}

#define ADD(path, function) g_test_add ("/cms-signed/" path, SmdTestFixture, NULL, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("messages of openssl are good", test_openssl_messages);
  ADD ("messages of our own are good, Ed25519 too", test_own_messages);
  ADD ("signing time, capabilities and preference are told", test_advice);
  ADD ("bare line feeds count as CRLF only when asked", test_line_ends);
  ADD ("long and short lines are hashed alike", test_long_lines);
  ADD ("other content is a mismatch", test_changed_content);
  ADD ("SHA-1, MD5 and bare signatures are never good", test_weak_and_bare);
  ADD ("the certificate may come from elsewhere", test_certificate_elsewhere);
  ADD ("each signer has its own verdict", test_several_signers);
  ADD ("certificates come without signers", test_certificates_only);
  ADD ("content is inside or beside, not both", test_content_in_one_place);
  ADD ("encapsulated content comes out whole", test_content_comes_out);
  ADD ("a cancelled call ends", test_cancelled);
  return g_test_run ();
}
