/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-command.h"
#include "smd-test-writer.h"
#include "smimed-error.h"

/* What smimed signs is verified by the openssl command, or it is worth nothing. */

static void
test_detached (SmdTestFixture *fixture, gconstpointer name)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, name);
  g_autoptr (GPtrArray) chain = smd_test_people_chain (fixture->crypto);
  SmdSignParameters parameters = { person->key, person->certificate, chain, NULL, SMD_TEST_SIGNING_TIME };
  g_autoptr (GBytes) content = smd_test_text (10000);
  g_autofree char *content_path = smd_test_write_file (fixture->folder, "content", smd_span_bytes (content));
  g_autoptr (SmdBlob) blob = smd_test_sign_detached (fixture, &parameters, smd_span_bytes (content));
  g_autofree char *path = smd_test_write_file (fixture->folder, "signature.der", smd_blob_get_span (blob));
  g_autofree char *root = smd_test_people_path ("root.crt");
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);

  g_free (smd_test_run (fixture->folder, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", path,
                        "-content", content_path, "-CAfile", root, "-out", output, NULL));
  smd_test_assert_file (output, smd_span_bytes (content));
}

static void
test_opaque (SmdTestFixture *fixture, gconstpointer name)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, name);
  g_autoptr (GPtrArray) chain = smd_test_people_chain (fixture->crypto);
  SmdSignParameters parameters = { person->key, person->certificate, chain, person->certificate,
                                   SMD_TEST_SIGNING_TIME };
  g_autofree char *root = smd_test_people_path ("root.crt");

  for (guint i = 0; i < SMD_TEST_N_SIZES; i++)
    {
      g_autoptr (GBytes) content = smd_test_text (smd_test_sizes[i]);
      g_autofree char *path = smd_test_sign_to_file (fixture, &parameters, smd_span_bytes (content));

      smd_test_assert_openssl_verifies (fixture, path, root, smd_span_bytes (content));
    }
}

typedef struct
{
  SmdTestFixture *fixture;             /* (unowned) */
  const SmdSignParameters *parameters; /* (unowned) */
  SmdSpan content;
} Signing;

static gpointer
sign_often (gpointer data)
{
  const Signing *signing = data;
  SmdBlob *last = NULL;

  for (guint i = 0; i < 30; i++)
    {
      g_clear_pointer (&last, smd_blob_unref);
      last = smd_test_sign_detached (signing->fixture, signing->parameters, signing->content);
    }
  return last;
}

/* What is kept ready of a key is one thread's alone while it signs. */
static void
test_one_key_in_many_threads (SmdTestFixture *fixture, gconstpointer name)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, name);
  g_autoptr (GPtrArray) chain = smd_test_people_chain (fixture->crypto);
  SmdSignParameters parameters = { person->key, person->certificate, chain, NULL, SMD_TEST_SIGNING_TIME };
  SmdSpan content = smd_span_string ("Signed by many at once\r\n");
  Signing signing = { fixture, &parameters, content };
  g_autofree char *content_path = smd_test_write_file (fixture->folder, "content", content);
  g_autofree char *root = smd_test_people_path ("root.crt");
  GThread *threads[12];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("signs", sign_often, &signing);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (SmdBlob) blob = g_thread_join (threads[i]);
      g_autofree char *path = smd_test_write_file (fixture->folder, "signature.der", smd_blob_get_span (blob));

      g_free (smd_test_run (fixture->folder, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", path, "-content", content_path,
                            "-CAfile", root, NULL));
    }
}

static void
test_attributes (SmdTestFixture *fixture, gconstpointer data)
{
  static const char *const expected[] = {
    "contentType", "messageDigest", "signingTime", "Sep 21 14:13:20 2026 GMT", "id-smime-aa-signingCertificateV2",
    "S/MIME Capabilities", "aes-256-gcm", "aes-128-gcm", "aes-256-cbc", "id-smime-aa-encrypKeyPref",
  };
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "erin-sign");
  g_autoptr (SmdTestPerson) other = smd_test_person_new (fixture->crypto, "erin-encrypt");
  g_autoptr (GPtrArray) chain = smd_test_people_chain (fixture->crypto);
  SmdSignParameters parameters = { person->key, person->certificate, chain, other->certificate, SMD_TEST_SIGNING_TIME };
  g_autoptr (GBytes) content = smd_test_text (100);
  g_autofree char *path = smd_test_sign_to_file (fixture, &parameters, smd_span_bytes (content));
  g_autofree char *said =
      smd_test_run (fixture->folder, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", path, NULL);
  guint certificates = 0;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      if (strstr (said, expected[i]) == NULL)
        g_test_message ("%s is missing in:\n%s", expected[i], said);
      g_assert_nonnull (strstr (said, expected[i]));
    }
  g_assert_null (strstr (said, "rc2"));
  g_assert_null (strstr (said, "des-ede3"));
  /* Hers for signing, hers for encryption, the intermediate's; not the root's */
  for (const char *at = said; (at = strstr (at, "d.certificate:")) != NULL; at++)
    certificates++;
  g_assert_cmpuint (certificates, ==, 3);
}

static void
test_distant_time (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "carol");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, G_GINT64_CONSTANT (2524608000) };
  g_autofree char *path = smd_test_sign_to_file (fixture, &parameters, smd_span_string ("x"));
  g_autofree char *said =
      smd_test_run (fixture->folder, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", path, NULL);

  g_assert_nonnull (strstr (said, "GENERALIZEDTIME:Jan  1 00:00:00 2050 GMT"));
}

static void
test_der (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "alice");
  g_autoptr (GPtrArray) chain = smd_test_people_chain (fixture->crypto);
  SmdSignParameters parameters = { person->key, person->certificate, chain, NULL, SMD_TEST_SIGNING_TIME };
  g_autofree char *path = smd_test_sign_to_file (fixture, &parameters, smd_span_string ("Hello\r\n"));
  g_autofree char *again = g_build_filename (fixture->folder, "again.der", NULL);
  g_autoptr (SmdBlob) written = smd_test_read_file (path);

  /* OpenSSL sorts and counts anew when it writes: DER comes out as it went in. */
  g_free (smd_test_run (fixture->folder, "openssl", "cms", "-cmsout", "-inform", "DER", "-in", path, "-outform", "DER",
                        "-out", again, NULL));
  smd_test_assert_file (again, smd_blob_get_span (written));
}

static void
test_pss (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = NULL;
  SmdSignParameters parameters = { .signing_time = SMD_TEST_SIGNING_TIME };
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);
  g_autofree char *path = NULL;

  g_free (smd_test_run (fixture->folder, "openssl", "genpkey", "-quiet", "-algorithm", "RSA-PSS", "-pkeyopt",
                        "rsa_keygen_bits:2048", "-pkeyopt", "rsa_pss_keygen_md:sha384", "-pkeyopt",
                        "rsa_pss_keygen_mgf1_md:sha384", "-pkeyopt", "rsa_pss_keygen_saltlen:32", "-out", "pss.key",
                        NULL));
  g_free (smd_test_run (fixture->folder, "openssl", "req", "-x509", "-new", "-sha384", "-key", "pss.key", "-subj",
                        "/CN=Peggy", "-days", "2", "-out", "pss.crt", NULL));
  person = smd_test_person_read (fixture->crypto, fixture->folder, "pss");
  parameters.key = person->key;
  parameters.certificate = person->certificate;
  path = smd_test_sign_to_file (fixture, &parameters, smd_span_string ("Hello\r\n"));
  g_assert_cmpstr (smd_cms_get_micalg (person->certificate), ==, "sha-384");

  g_free (smd_test_run (fixture->folder, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", path,
                        "-CAfile", person->certificate_path, "-purpose", "any", "-out", output, NULL));
  smd_test_assert_file (output, smd_span_string ("Hello\r\n"));
}

static void
test_agreement_key_refused (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "eve-encrypt");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, SMD_TEST_SIGNING_TIME };
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_cms_sign_detached (fixture->crypto, &parameters, smd_span_string ("x"), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED);
}

static void
test_foreign_key (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "carol");
  g_autoptr (SmdTestPerson) other = smd_test_person_new (fixture->crypto, "alice");
  SmdSignParameters parameters = { other->key, person->certificate, NULL, NULL, SMD_TEST_SIGNING_TIME };
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_cms_sign_detached (fixture->crypto, &parameters, smd_span_string ("x"), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
}

static void
test_micalg (SmdTestFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;   /* (unowned) */
    const char *micalg; /* (unowned) */
  } expected[] = {
    { "alice", "sha-256" }, { "carol", "sha-256" },    { "dan", "sha-384" },
    { "oscar", "sha-512" }, { "eve-sign", "sha-512" }, { "eve-encrypt", "unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, expected[i].name);

      g_assert_cmpstr (smd_cms_get_micalg (person->certificate), ==, expected[i].micalg);
    }
}

static void
test_reads_own_signature (SmdTestFixture *fixture, gconstpointer name)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, name);
  g_autoptr (SmdTestPerson) other = smd_test_person_new (fixture->crypto, "eve-encrypt");
  g_autoptr (GPtrArray) chain = smd_test_people_chain (fixture->crypto);
  SmdSignParameters parameters = { person->key, person->certificate, chain, other->certificate, SMD_TEST_SIGNING_TIME };
  g_autoptr (GBytes) content = smd_test_text (SMD_TEST_CHUNK + 1);
  g_autofree char *opaque_path = smd_test_sign_to_file (fixture, &parameters, smd_span_bytes (content));
  g_autoptr (SmdBlob) signature = smd_test_sign_detached (fixture, &parameters, smd_span_bytes (content));
  g_autofree char *detached_path =
      smd_test_write_file (fixture->folder, "signature.der", smd_blob_get_span (signature));
  g_autoptr (SmdCms) opaque = smd_test_parse_file (fixture, opaque_path);
  g_autoptr (SmdCms) detached = smd_test_parse_file (fixture, detached_path);

  smd_test_assert_signer (opaque, SMD_SPAN_EMPTY, person, other->certificate);
  smd_test_assert_signer (detached, smd_span_bytes (content), person, other->certificate);
}

#define ADD(path, data, function) \
  g_test_add ("/cms-writer/" path, SmdTestFixture, data, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

static void
add_signers (void)
{
  static const char *const names[] = { "alice", "carol", "dan", "oscar" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *detached = g_strdup_printf ("/cms-writer/openssl-verifies-detached/%s", names[i]);
      g_autofree char *opaque = g_strdup_printf ("/cms-writer/openssl-verifies-opaque-of-every-size/%s", names[i]);

      g_test_add (detached, SmdTestFixture, names[i], smd_test_fixture_set_up, test_detached, smd_test_fixture_tear_down);
      g_test_add (opaque, SmdTestFixture, names[i], smd_test_fixture_set_up, test_opaque, smd_test_fixture_tear_down);
    }
}

static void
add_own_signers (void)
{
  static const char *const signers[] = { "alice", "carol", "dan", "oscar", "eve-sign" };

  for (guint i = 0; i < G_N_ELEMENTS (signers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cms-writer/smimed-verifies-itself/%s", signers[i]);

      g_test_add (path, SmdTestFixture, signers[i], smd_test_fixture_set_up, test_reads_own_signature, smd_test_fixture_tear_down);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_signers ();
  add_own_signers ();
  ADD ("one-key-signs-in-many-threads", "carol", test_one_key_in_many_threads);
  ADD ("a-reader-finds-time-certificate-and-capabilities", NULL, test_attributes);
  ADD ("a-signature-of-2050-says-so", NULL, test_distant_time);
  ADD ("what-is-written-is-der", NULL, test_der);
  ADD ("a-pss-key-signs-with-its-own-digest", NULL, test_pss);
  ADD ("a-key-for-agreement-does-not-sign", NULL, test_agreement_key_refused);
  ADD ("the-digest-goes-with-the-key", NULL, test_micalg);
  ADD ("a-key-of-somebody-else-does-not-sign", NULL, test_foreign_key);
  return g_test_run ();
}
