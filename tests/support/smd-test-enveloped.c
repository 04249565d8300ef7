/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-enveloped.h"

#include "smd-cms-writer.h"
#include "smd-output.h"
#include "smimed-error.h"

SmdBlob *
smd_test_encrypt (SmdTestFixture *fixture, GPtrArray *recipients, SmdCipher cipher, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", SMD_TEST_SECRET_LIMIT, &error);
  gboolean done;

  g_assert_no_error (error);
  done = smd_cms_encrypt (fixture->crypto, recipients, cipher, content, smd_output_get_sink (output), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  return smd_blob_new_copy (smd_output_get_span (output));
}

SmdBlob *
smd_test_encrypt_to (SmdTestFixture *fixture, const SmdTestPerson *person, SmdCipher cipher, SmdSpan content)
{
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();

  smd_certificates_add (recipients, person->certificate);
  return smd_test_encrypt (fixture, recipients, cipher, content);
}

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
  g_autoptr (SmdBlob) plain = smd_cms_enveloped_decrypt (cms, find_recipient (cms, person->certificate), person->key,
                                                         TRUE, SMD_TEST_SECRET_LIMIT, NULL, &error);
  SmdSpan span;

  g_assert_no_error (error);
  span = smd_blob_get_span (plain);
  g_assert_cmpmem (span.data, span.size, content.data, content.size);
  g_assert_true (span.data > memory && span.data + span.size <= memory + old.size);
}

void
smd_test_assert_opens (SmdTestFixture *fixture, SmdBlob *der, const SmdTestPerson *person, SmdCipher cipher,
                       const char *key_encryption, SmdSpan content)
{
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  guint recipient = find_recipient (cms, person->certificate);
  const SmdRecipient *shown = smd_cms_enveloped_get_recipients (cms)->pdata[recipient];
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) plain =
      smd_cms_enveloped_decrypt (cms, recipient, person->key, FALSE, SMD_TEST_SECRET_LIMIT, NULL, &error);
  SmdSpan span;

  g_assert_no_error (error);
  span = smd_blob_get_span (plain);
  g_assert_cmpmem (span.data, span.size, content.data, content.size);
  g_assert_cmpint (smd_cms_enveloped_get_cipher (cms), ==, cipher);
  g_assert_cmpstr (shown->key_encryption, ==, key_encryption);
  assert_opens_in_place (fixture, der, person, content);
}

void
smd_test_assert_fails (SmdTestFixture *fixture, SmdBlob *der, SmdPrivateKey *key, SmimedError code, char **text)
{
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_cms_enveloped_decrypt (cms, 0, key, FALSE, SMD_TEST_SECRET_LIMIT, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, (int) code);
  if (text == NULL)
    return;
  if (*text == NULL)
    *text = g_strdup (error->message);
  g_assert_cmpstr (*text, ==, error->message);
}
