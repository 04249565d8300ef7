/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-writer.h"

#include "smd-output.h"
#include "smd-test-command.h"

const gsize smd_test_sizes[] = {
  0, 1, 15, 16, 17, SMD_TEST_CHUNK - 1, SMD_TEST_CHUNK, SMD_TEST_CHUNK + 1, 5 * 1024 * 1024,
};
G_STATIC_ASSERT (G_N_ELEMENTS (smd_test_sizes) == SMD_TEST_N_SIZES);

GBytes *
smd_test_text (gsize size)
{
  static const char line[] = "Sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9f" "e an alle, die das hier lesen.\r\n";
  guint8 *data = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) line[i % (sizeof line - 1)];
  return g_bytes_new_take (data, size);
}

GPtrArray *
smd_test_people_chain (SmdCrypto *crypto)
{
  static const char *const issuers[] = { "intermediate", "root" };
  GPtrArray *chain = smd_certificates_new ();

  for (guint i = 0; i < G_N_ELEMENTS (issuers); i++)
    {
      g_autoptr (SmdTestPerson) issuer = smd_test_person_new (crypto, issuers[i]);

      smd_certificates_add (chain, issuer->certificate);
    }
  return chain;
}

char *
smd_test_sign_to_file (SmdTestFixture *fixture, const SmdSignParameters *parameters, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", SMD_TEST_LIMIT, &error);
  gboolean done = FALSE;

  g_assert_no_error (error);
  done = smd_cms_sign_opaque (fixture->crypto, parameters, content, smd_output_get_sink (output), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  return smd_test_write_file (fixture->folder, "signed.der", smd_output_get_span (output));
}

char *
smd_test_encrypt_to_file (SmdTestFixture *fixture, GPtrArray *recipients, SmdCipher cipher, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", SMD_TEST_LIMIT, &error);
  gboolean done = FALSE;

  g_assert_no_error (error);
  done = smd_cms_encrypt (fixture->crypto, recipients, cipher, content, smd_output_get_sink (output), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  return smd_test_write_file (fixture->folder, "sealed.der", smd_output_get_span (output));
}

SmdBlob *
smd_test_sign_detached (SmdTestFixture *fixture, const SmdSignParameters *parameters, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  SmdBlob *blob = smd_cms_sign_detached (fixture->crypto, parameters, content, NULL, &error);

  g_assert_no_error (error);
  return blob;
}

void
smd_test_assert_file (const char *path, SmdSpan expected)
{
  g_autoptr (SmdBlob) content = smd_test_read_file (path);
  SmdSpan span = smd_blob_get_span (content);

  g_assert_cmpmem (span.data, span.size, expected.data, expected.size);
}

void
smd_test_assert_openssl_verifies (SmdTestFixture *fixture, const char *path, const char *authority, SmdSpan content)
{
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);

  g_free (smd_test_run (fixture->folder, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", path,
                        "-CAfile", authority, "-out", output, NULL));
  smd_test_assert_file (output, content);
}

void
smd_test_assert_openssl_decrypts (SmdTestFixture *fixture, const char *path, const SmdTestPerson *person,
                                  SmdSpan content)
{
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);

  g_free (smd_test_run (fixture->folder, "openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", path,
                        "-recip", person->certificate_path, "-inkey", person->key_path, "-out", output, NULL));
  smd_test_assert_file (output, content);
}

SmdCms *
smd_test_parse_file (SmdTestFixture *fixture, const char *path)
{
  g_autoptr (SmdBlob) blob = smd_test_read_file (path);

  return smd_test_parse (fixture->crypto, blob);
}

void
smd_test_assert_signer (SmdCms *cms, SmdSpan detached, const SmdTestPerson *person, SmdCertificate *encryption)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) signers = smd_cms_signed_verify (cms, detached, SMD_LINES_AS_IS, NULL, NULL, &error);
  SmdSigner *signer = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (signers->len, ==, 1);
  signer = g_ptr_array_index (signers, 0);
  g_assert_cmpint (signer->state, ==, SMD_SIGNATURE_GOOD);
  g_assert_cmpstr (smd_certificate_get_fingerprint (signer->certificate), ==,
                   smd_certificate_get_fingerprint (person->certificate));
  g_assert_cmpstr (signer->digest, ==, smd_cms_get_micalg (person->certificate));
  g_assert_cmpint (signer->signing_time, ==, SMD_TEST_SIGNING_TIME);
  g_assert_true (signer->encryption_certificate == encryption);
  g_assert_cmpint (smd_capabilities_choose (&signer->capabilities, 1), ==, SMD_CIPHER_AES_256_GCM);
}
