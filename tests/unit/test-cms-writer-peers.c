/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-command.h"
#include "smd-test-writer.h"

/* NSS, gpgsm and the people of RFC 9216 read what smimed writes. */

#define P12_PASSWORD "x"

/* @person as a PKCS#12 file of the old kind, which all programs import */
static void
write_p12 (SmdTestFixture *fixture, SmdTestPerson *person)
{
  g_free (smd_test_run (fixture->folder, "openssl", "pkcs12", "-export", "-in", person->certificate_path, "-inkey",
                        person->key_path, "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1",
                        "-passout", "pass:" P12_PASSWORD, "-out", "person.p12", NULL));
}

/* Signed opaque and detached; encrypted with CBC: the readers of Debian 12 know no AuthEnvelopedData. */
static void
write_for_peers (SmdTestFixture *fixture, SmdTestPerson *person, SmdSpan content)
{
  g_autoptr (GPtrArray) chain = smd_test_people_chain (fixture->crypto);
  /* NSS judges the certificates as of the signing time. */
  SmdSignParameters parameters
    = { person->key, person->certificate, chain, person->certificate, g_get_real_time () / G_USEC_PER_SEC };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (SmdBlob) blob = smd_test_sign_detached (fixture, &parameters, content);

  smd_certificates_add (recipients, person->certificate);
  g_free (smd_test_write_file (fixture->folder, "content", content));
  g_free (smd_test_write_file (fixture->folder, "signature.der", smd_blob_get_span (blob)));
  g_free (smd_test_sign_to_file (fixture, &parameters, content));
  g_free (smd_test_encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_CBC, content));
}

static void
test_nss (SmdTestFixture *fixture, gconstpointer name)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, name);
  g_autofree char *root = smd_test_people_path ("root.crt");
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);
  g_autoptr (GBytes) content = smd_test_text (SMD_TEST_CHUNK + 1);

  if (!smd_test_have ("cmsutil") || !smd_test_have ("certutil") || !smd_test_have ("pk12util"))
    return;
  write_p12 (fixture, person);
  write_for_peers (fixture, person, smd_span_bytes (content));
  g_free (smd_test_run (fixture->folder, "certutil", "-N", "-d", "sql:.", "--empty-password", NULL));
  g_free (smd_test_run (fixture->folder, "certutil", "-A", "-d", "sql:.", "-n", "root", "-t", ",C,", "-a", "-i", root,
                        NULL));
  g_free (smd_test_run (fixture->folder, "pk12util", "-i", "person.p12", "-d", "sql:.", "-W", P12_PASSWORD, "-K", "",
                        NULL));

  /* -u 4: the certificate of an e-mail signer */
  g_free (smd_test_run (fixture->folder, "cmsutil", "-D", "-d", "sql:.", "-u", "4", "-i", "signed.der", "-o", output,
                        NULL));
  smd_test_assert_file (output, smd_span_bytes (content));
  g_free (smd_test_run (fixture->folder, "cmsutil", "-D", "-d", "sql:.", "-u", "4", "-i", "signature.der", "-c",
                        "content", "-o", output, NULL));
  /* NSS 3.87 doesn't read ECDH, whoever wrote it. */
  if (smd_certificate_get_key_type (person->certificate) != SMD_KEY_RSA)
    return;
  g_free (smd_test_run (fixture->folder, "cmsutil", "-D", "-d", "sql:.", "-i", "sealed.der", "-o", output, NULL));
  smd_test_assert_file (output, smd_span_bytes (content));
}

#define WITH_PASSPHRASE(what) \
  "gpgsm --homedir . --pinentry-mode loopback --passphrase-fd 0 " what " < passphrase"

/* By chance of the salt, gpgsm 2.2 now and then fails at a file that openssl has written, and takes the next one. */
static void
import_into_gpgsm (SmdTestFixture *fixture, SmdTestPerson *person)
{
  gboolean imported = FALSE;

  for (int i = 0; i < 5 && !imported; i++)
    {
      g_autofree char *said = NULL;

      write_p12 (fixture, person);
      said = smd_test_run (fixture->folder, "sh", "-c",
                           "if " WITH_PASSPHRASE ("--import person.p12") "; then echo imported; fi", NULL);
      imported = strstr (said, "imported") != NULL;
    }
  g_assert_true (imported);
}

static void
test_gpgsm (SmdTestFixture *fixture, gconstpointer name)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, name);
  g_autofree char *root = smd_test_people_path ("root.crt");
  g_autofree char *intermediate = smd_test_people_path ("intermediate.crt");
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);
  g_autofree char *said = NULL;
  g_autofree char *trusted = NULL;
  g_autoptr (GBytes) content = smd_test_text (SMD_TEST_CHUNK + 1);

  if (!smd_test_have ("gpgsm"))
    return;
  write_for_peers (fixture, person, smd_span_bytes (content));
  said = smd_test_run (fixture->folder, "openssl", "x509", "-in", root, "-noout", "-fingerprint", "-sha1", NULL);
  trusted = g_strdup_printf ("%s S relax\n", strchr (g_strchomp (said), '=') + 1);
  g_free (smd_test_write_file (fixture->folder, "trustlist.txt", smd_span_string (trusted)));
  g_free (smd_test_write_file (fixture->folder, "gpgsm.conf",
                               smd_span_string ("disable-crl-checks\nbatch\nno-tty\nyes\n")));
  g_free (smd_test_write_file (fixture->folder, "gpg-agent.conf", smd_span_string ("allow-loopback-pinentry\n")));
  g_free (smd_test_write_file (fixture->folder, "passphrase", smd_span_string (P12_PASSWORD "\n")));
  g_free (smd_test_run (fixture->folder, "gpgsm", "--homedir", ".", "--import", root, intermediate, NULL));

  g_free (smd_test_run (fixture->folder, "gpgsm", "--homedir", ".", "--verify", "signature.der", "content", NULL));
  g_free (
      smd_test_run (fixture->folder, "gpgsm", "--homedir", ".", "--output", output, "--verify", "signed.der", NULL));
  smd_test_assert_file (output, smd_span_bytes (content));
  /* gpgsm 2.2 crashes when it imports the PKCS#12 file of an EC key. */
  if (smd_certificate_get_key_type (person->certificate) == SMD_KEY_RSA)
    {
      import_into_gpgsm (fixture, person);
      g_free (smd_test_run (fixture->folder, "sh", "-c", WITH_PASSPHRASE ("--output decrypted --decrypt sealed.der"),
                            NULL));
      g_free (output);
      output = g_build_filename (fixture->folder, "decrypted", NULL);
      smd_test_assert_file (output, smd_span_bytes (content));
    }
  g_free (smd_test_run (fixture->folder, "gpgconf", "--homedir", ".", "--kill", "gpg-agent", NULL));
}

/* Carlos signs with Ed25519, Dana reads with X25519. */
static void
test_rfc9216_25519 (SmdTestFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = smd_test_corpus ("rfc9216");
  g_autoptr (SmdTestPerson) carlos = NULL;
  g_autoptr (SmdTestPerson) dana = NULL;
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (SmdCms) opaque = NULL;
  g_autoptr (SmdCms) sealed = NULL;
  g_autoptr (SmdBlob) decrypted = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *signed_path = NULL;
  g_autofree char *sealed_path = NULL;
  SmdSignParameters parameters = { .signing_time = SMD_TEST_SIGNING_TIME };

  if (folder == NULL)
    return;
  carlos = smd_test_person_read (fixture->crypto, folder, "carlos.sign");
  dana = smd_test_person_read (fixture->crypto, folder, "dana.encrypt");
  parameters.key = carlos->key;
  parameters.certificate = carlos->certificate;
  signed_path = smd_test_sign_to_file (fixture, &parameters, smd_span_string ("Hello\r\n"));
  opaque = smd_test_parse_file (fixture, signed_path);
  smd_test_assert_signer (opaque, SMD_SPAN_EMPTY, carlos, NULL);

  smd_certificates_add (recipients, dana->certificate);
  sealed_path =
      smd_test_encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_CBC, smd_span_string ("Hello Dana\r\n"));
  sealed = smd_test_parse_file (fixture, sealed_path);
  decrypted = smd_cms_enveloped_decrypt (sealed, 0, dana->key, FALSE, SMD_TEST_LIMIT, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (smd_span_equal (smd_blob_get_span (decrypted), smd_span_string ("Hello Dana\r\n")));
}

/* Alice signs, Bob reads. */
static void
test_rfc9216_rsa (SmdTestFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = smd_test_corpus ("rfc9216");
  g_autoptr (SmdTestPerson) alice = NULL;
  g_autoptr (SmdTestPerson) bob = NULL;
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autofree char *authority = NULL;
  g_autofree char *signed_path = NULL;
  g_autofree char *sealed_path = NULL;
  SmdSignParameters parameters = { .signing_time = SMD_TEST_SIGNING_TIME };

  if (folder == NULL)
    return;
  authority = g_build_filename (folder, "ca.rsa.crt", NULL);
  alice = smd_test_person_read (fixture->crypto, folder, "alice.sign");
  bob = smd_test_person_read (fixture->crypto, folder, "bob.encrypt");
  parameters.key = alice->key;
  parameters.certificate = alice->certificate;
  signed_path = smd_test_sign_to_file (fixture, &parameters, smd_span_string ("Hello\r\n"));
  smd_test_assert_openssl_verifies (fixture, signed_path, authority, smd_span_string ("Hello\r\n"));

  smd_certificates_add (recipients, bob->certificate);
  sealed_path =
      smd_test_encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_GCM, smd_span_string ("Hello Bob\r\n"));
  smd_test_assert_openssl_decrypts (fixture, sealed_path, bob, smd_span_string ("Hello Bob\r\n"));
}

#define ADD(path, data, function) \
  g_test_add ("/cms-writer/" path, SmdTestFixture, data, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("rfc9216/rsa", NULL, test_rfc9216_rsa);
  ADD ("rfc9216/25519", NULL, test_rfc9216_25519);
  ADD ("nss-reads-it/rsa", "alice", test_nss);
  ADD ("nss-reads-it/ec", "carol", test_nss);
  ADD ("gpgsm-reads-it/rsa", "alice", test_gpgsm);
  ADD ("gpgsm-reads-it/ec", "carol", test_gpgsm);
  return g_test_run ();
}
