/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-fake-world.h"
#include "smd-open.h"
#include "smd-seal.h"
#include "smimed-error.h"

#define HELLO "From: Alice <alice@example.org>\r\nTo: bob@example.org\r\nBcc: carol@example.org\r\nSubject: Hello\r\n" \
              "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nViele freundliche Grüße aus der Ferne\r\n"

typedef struct
{
  SmdFakeWorld *world; /* (owned) */
  SmdEnv env;
  SmdCall call;
  SmdBlob *hello;      /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->world = smd_fake_world_new ();
  fixture->env = smd_fake_world_get_env (fixture->world);
  fixture->call = smd_fake_world_get_call (fixture->world);
  fixture->hello = smd_blob_new_copy (smd_span_string (HELLO));
  smd_fake_world_know (fixture->world, "root", SMD_ROLE_ANCHOR);
  smd_fake_world_know (fixture->world, "intermediate", SMD_ROLE_INTERMEDIATE);
  smd_fake_world_own (fixture->world, "alice");
  smd_fake_world_own (fixture->world, "bob");
  smd_fake_world_know (fixture->world, "carol", SMD_ROLE_CORRESPONDENT);
  g_ptr_array_add (fixture->world->accounts, smd_account_new ("alice@example.org", NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->world);
  smd_blob_unref (fixture->hello);
}

static SmdBlob *
sign (Fixture *fixture, SmdSignFormat format)
{
  SmdSignRequest request = { fixture->hello, "alice@example.org", format };
  g_autoptr (SmdSealReport) report = NULL;
  g_autoptr (GError) error = NULL;
  SmdBlob *message = smd_sign (&fixture->env, &fixture->call, &request, &report, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (report->digest, ==, "sha-256");
  return message;
}

static SmdBlob *
open_message (Fixture *fixture, SmdBlob *message, SmdReport **report)
{
  SmdOpenRequest request = { .message = message, .received_at = G_MININT64 };
  g_autoptr (GError) error = NULL;
  SmdBlob *content = smd_open (&fixture->env, &fixture->call, &request, report, &error);

  g_assert_no_error (error);
  return content;
}

static void
assert_contains (SmdBlob *blob, const char *text)
{
  SmdSpan span = smd_blob_get_span (blob);

  g_assert_nonnull (g_strstr_len ((const char *) span.data, (gssize) span.size, text));
}

static void
test_sign_open (Fixture *fixture, gconstpointer data)
{
  for (SmdSignFormat format = SMD_SIGN_CLEAR; format <= SMD_SIGN_OPAQUE; format++)
    {
      g_autoptr (SmdBlob) message = sign (fixture, format);
      g_autoptr (SmdReport) report = NULL;
      g_autoptr (SmdBlob) content = open_message (fixture, message, &report);

      g_assert_true (report->authenticated);
      g_assert_false (report->confidential);
      g_assert_cmpstr (report->sender, ==, "alice@example.org");
      assert_contains (content, "Subject: Hello");
    }
}

static void
test_other_sender (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdBlob) message = sign (fixture, SMD_SIGN_OPAQUE);
  SmdOpenRequest request = { .message = message, .sender = "mallory@example.org", .received_at = G_MININT64 };
  g_autoptr (SmdReport) report = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) content = smd_open (&fixture->env, &fixture->call, &request, &report, &error);

  g_assert_no_error (error);
  g_assert_false (report->authenticated);
}

static GPtrArray *
encrypt (Fixture *fixture, const char *const *to, const char *const *bcc, SmdSealReport **report, GError **error)
{
  SmdEncryptRequest request = {
    .message = fixture->hello,
    .from = "alice@example.org",
    .recipients = to,
    .bcc = bcc,
    .sign = TRUE,
  };

  return smd_encrypt (&fixture->env, &fixture->call, &request, report, error);
}

static void
test_encrypt_open (Fixture *fixture, gconstpointer data)
{
  const char *const to[] = { "bob@example.org", NULL };
  const char *const bcc[] = { "carol@example.org", NULL };
  g_autoptr (SmdSealReport) sealed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) copies = encrypt (fixture, to, bcc, &sealed, &error);
  g_autoptr (SmdReport) report = NULL;
  g_autoptr (SmdBlob) content = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (copies->len, ==, 2);
  g_assert_cmpstr (((SmdSealedCopy *) copies->pdata[1])->addresses[0], ==, "carol@example.org");
  content = open_message (fixture, ((SmdSealedCopy *) copies->pdata[0])->message, &report);
  g_assert_true (report->authenticated);
  g_assert_true (report->confidential);
  g_assert_cmpuint (report->layers->len, ==, 2);
  g_assert_cmpuint (((SmdLayer *) report->layers->pdata[0])->recipients->len, ==, 2);
  assert_contains (content, "Gr=C3=BC=C3=9Fe");
}

static void
test_all_or_nothing (Fixture *fixture, gconstpointer data)
{
  const char *const to[] = { "bob@example.org", "nobody@example.org", NULL };
  const char *const bcc[] = { "nobody-else@example.org", NULL };
  g_autoptr (SmdSealReport) sealed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) copies = encrypt (fixture, to, bcc, &sealed, &error);

  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_RECIPIENTS_NOT_READY);
  g_assert_null (copies);
  g_assert_nonnull (strstr (error->message, "nobody@example.org"));
  g_assert_nonnull (strstr (error->message, "nobody-else@example.org"));
}

static void
test_capabilities (Fixture *fixture, gconstpointer data)
{
  const char *const to[] = { "bob@example.org", NULL };
  g_autoptr (SmdSealReport) before = NULL;
  g_autoptr (SmdSealReport) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) first = encrypt (fixture, to, NULL, &before, &error);
  g_autoptr (GPtrArray) second = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (before->cipher, ==, SMD_CIPHER_AES_256_CBC);
  g_hash_table_insert (fixture->world->capabilities, g_strdup ("bob@example.org"),
                       GUINT_TO_POINTER (1 << SMD_CIPHER_AES_256_GCM | 1 << SMD_CIPHER_AES_128_CBC));
  second = encrypt (fixture, to, NULL, &after, &error);
  g_assert_no_error (error);
  g_assert_cmpint (after->cipher, ==, SMD_CIPHER_AES_256_GCM);
}

static void
test_learning (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdBlob) message = sign (fixture, SMD_SIGN_CLEAR);
  g_autoptr (SmdReport) report = NULL;
  g_autoptr (SmdBlob) content = open_message (fixture, message, &report);
  guint learned = GPOINTER_TO_UINT (g_hash_table_lookup (fixture->world->capabilities, "alice@example.org"));

  g_assert_true (learned & 1 << SMD_CIPHER_AES_256_GCM);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  SmdSignRequest stranger = { fixture->hello, "mallory@example.org", SMD_SIGN_CLEAR };
  SmdSignRequest other = { fixture->hello, "bob@example.org", SMD_SIGN_CLEAR };
  g_autoptr (SmdSealReport) report = NULL;
  g_autoptr (GError) unknown = NULL;
  g_autoptr (GError) mismatch = NULL;
  g_autoptr (GError) invalid = NULL;

  g_assert_null (smd_sign (&fixture->env, &fixture->call, &stranger, &report, &unknown));
  g_assert_error (unknown, SMIMED_ERROR, SMIMED_ERROR_NO_SUCH_ACCOUNT);

  g_ptr_array_add (fixture->world->accounts, smd_account_new ("bob@example.org", NULL));
  g_assert_null (smd_sign (&fixture->env, &fixture->call, &other, &report, &mismatch));
  g_assert_error (mismatch, SMIMED_ERROR, SMIMED_ERROR_ADDRESS_MISMATCH);

  fixture->call.policy.revocation = SMD_REVOCATION_HARD_FAIL;
  other.from = "alice@example.org";
  g_assert_null (smd_sign (&fixture->env, &fixture->call, &other, &report, &invalid));
  g_assert_error (invalid, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID);
}

static void
test_not_protected (Fixture *fixture, gconstpointer data)
{
  SmdOpenRequest request = { .message = fixture->hello, .received_at = G_MININT64 };
  g_autoptr (SmdReport) report = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_open (&fixture->env, &fixture->call, &request, &report, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_PROTECTED);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/seal-open/what is signed is proven when it is opened", test_sign_open);
  ADD ("/seal-open/a good signature of somebody else proves nothing", test_other_sender);
  ADD ("/seal-open/what is signed and encrypted comes back, and the Bcc copy is apart", test_encrypt_open);
  ADD ("/seal-open/one recipient without a certificate stops everything, and all are named", test_all_or_nothing);
  ADD ("/seal-open/GCM is used on evidence only", test_capabilities);
  ADD ("/seal-open/a proven signature teaches what its signer can read", test_learning);
  ADD ("/seal-open/nobody signs without account, in another's name or with a certificate that is not valid", test_refusals);
  ADD ("/seal-open/a message without S\\MIME is not protected", test_not_protected);
  return g_test_run ();
}
