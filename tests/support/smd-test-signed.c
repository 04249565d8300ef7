/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-signed.h"

#include "smd-cms-writer.h"

SmdBlob *
smd_test_openssl_sign (SmdTestFixture *fixture, SmdSpan content, const char *name, const char *options)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, name);

  return smd_test_openssl (fixture->folder, content, "cms -sign -binary -outform DER -signer %s -inkey %s%s%s",
                           person->certificate_path, person->key_path, options[0] != '\0' ? " " : "", options);
}

SmdBlob *
smd_test_sign (SmdTestFixture *fixture, const SmdTestPerson *person, SmdCertificate *encryption, SmdSpan content)
{
  SmdSignParameters parameters = {
    .key = person->key,
    .certificate = person->certificate,
    .encryption_certificate = encryption,
    .signing_time = 1790000000,
  };
  g_autoptr (GError) error = NULL;
  SmdBlob *der = smd_cms_sign_detached (fixture->crypto, &parameters, content, NULL, &error);

  g_assert_no_error (error);
  return der;
}

GPtrArray *
smd_test_verify (SmdTestFixture *fixture, SmdBlob *der, SmdSpan content, SmdLines lines, GPtrArray *more)
{
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  g_autoptr (GError) error = NULL;
  GPtrArray *signers = smd_cms_signed_verify (cms, content, lines, more, NULL, &error);

  g_assert_no_error (error);
  return signers;
}

void
smd_test_assert_verdict (SmdTestFixture *fixture, SmdBlob *der, SmdSpan content, SmdSignatureState state,
                         SmimedProblemCode problem)
{
  g_autoptr (GPtrArray) signers = smd_test_verify (fixture, der, content, SMD_LINES_AS_IS, NULL);
  const SmdSigner *signer = signers->pdata[0];

  g_assert_cmpuint (signers->len, ==, 1);
  for (guint i = 0; i < signer->problems->len; i++)
    g_test_message ("problem: %s", ((SmdProblem *) signer->problems->pdata[i])->detail);
  g_assert_cmpint (signer->state, ==, state);
  g_assert_true (smd_problems_contain (signer->problems, problem));
}

void
smd_test_assert_content (SmdCms *cms, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) blob = smd_cms_signed_dup_content (cms, content.size, &error);
  SmdSpan got;

  g_assert_no_error (error);
  got = smd_blob_get_span (blob);
  g_assert_cmpmem (got.data, got.size, content.data, content.size);
  if (content.size == 0)
    return;

  g_assert_null (smd_cms_signed_dup_content (cms, content.size - 1, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
}
