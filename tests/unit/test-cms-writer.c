/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-output.h"
#include "smd-test-writer.h"
#include "smimed-error.h"

/* How a long call goes: it can be cancelled, tells how far it is, and meets full outputs. */

static void
test_cancelled (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "carol");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, SMD_TEST_SIGNING_TIME };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SmdProgress progress = { .stage = "testing", .cancellable = cancellable };
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", SMD_TEST_LIMIT, NULL);

  g_cancellable_cancel (cancellable);
  smd_certificates_add (recipients, person->certificate);
  g_assert_null (smd_cms_sign_detached (fixture->crypto, &parameters, smd_span_string ("x"), &progress, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (smd_cms_encrypt (fixture->crypto, recipients, SMD_CIPHER_AES_256_CBC, smd_span_string ("x"),
                                   smd_output_get_sink (output), &progress, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
}

/* Looks at the progress whenever something is written. */
typedef struct
{
  SmdSink sink;
  SmdOutput *output;           /* (unowned) */
  const SmdProgress *progress; /* (unowned) */
  guint between;               /* how often it was neither 0 nor 1 */
  gsize last;
} Watcher;

static gboolean
watcher_write (SmdSink *sink, SmdSpan span, GError **error)
{
  Watcher *self = (Watcher *) sink;

  g_assert_cmpuint (self->progress->done, >=, self->last);
  self->last = self->progress->done;
  self->between += self->last > 0 && self->last < self->progress->total;
  return smd_output_write (self->output, span, error);
}

static void
test_progress_goes_up (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "alice");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, SMD_TEST_SIGNING_TIME };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GBytes) bytes = smd_test_text (20000000);
  SmdSpan content = smd_span_bytes (bytes);
  g_autoptr (SmdOutput) output = smd_output_new ("test", 2 * content.size, NULL);
  SmdProgress progress = { .stage = "testing" };
  Watcher watcher = { { watcher_write }, output, &progress };
  g_autoptr (SmdBlob) sealed = NULL, opened = NULL, signature = NULL;
  g_autoptr (SmdCms) cms = NULL, signed_cms = NULL;
  g_autoptr (GPtrArray) signers = NULL;

  smd_certificates_add (recipients, person->certificate);
  smd_progress_enter (&progress, "encrypting", content.size);
  g_assert_true (
      smd_cms_encrypt (fixture->crypto, recipients, SMD_CIPHER_AES_256_GCM, content, &watcher.sink, &progress, NULL));
  g_assert_cmpuint (watcher.between, >, 10);
  g_assert_cmpuint (progress.done, ==, content.size);

  sealed = smd_output_seal (g_steal_pointer (&output), NULL);
  cms = smd_cms_parse (fixture->crypto, sealed, NULL);
  smd_progress_enter (&progress, "decrypting", 0);
  opened = smd_cms_enveloped_decrypt (cms, 0, person->key, FALSE, content.size, &progress, NULL);
  g_assert_nonnull (opened);
  g_assert_cmpuint (progress.total, ==, content.size);
  g_assert_cmpuint (progress.done, ==, content.size);

  smd_progress_enter (&progress, "signing", content.size);
  signature = smd_cms_sign_detached (fixture->crypto, &parameters, content, &progress, NULL);
  g_assert_cmpuint (progress.done, ==, content.size);
  signed_cms = smd_cms_parse (fixture->crypto, signature, NULL);
  smd_progress_enter (&progress, "verifying", 0);
  signers = smd_cms_signed_verify (signed_cms, content, SMD_LINES_AS_IS, NULL, &progress, NULL);
  g_assert_nonnull (signers);
  g_assert_cmpuint (progress.total, ==, content.size);
  g_assert_cmpuint (progress.done, ==, content.size);
}

static void
test_full_sink (SmdTestFixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTestPerson) person = smd_test_person_new (fixture->crypto, "carol");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, SMD_TEST_SIGNING_TIME };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GBytes) content = smd_test_text (1024 * 1024);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", SMD_TEST_CHUNK, NULL);

  smd_certificates_add (recipients, person->certificate);
  g_assert_false (smd_cms_encrypt (fixture->crypto, recipients, SMD_CIPHER_AES_256_CBC, smd_span_bytes (content),
                                   smd_output_get_sink (output), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (smd_cms_sign_opaque (fixture->crypto, &parameters, smd_span_bytes (content),
                                       smd_output_get_sink (output), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
}

#define ADD(path, data, function) \
  g_test_add ("/cms-writer/" path, SmdTestFixture, data, smd_test_fixture_set_up, function, smd_test_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a-cancelled-call-ends", NULL, test_cancelled);
  ADD ("progress goes up with the bytes that are dealt with", NULL, test_progress_goes_up);
  ADD ("a-full-output-is-told", NULL, test_full_sink);
  return g_test_run ();
}
