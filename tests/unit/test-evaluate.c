/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-evaluate.h"
#include "smd-seal.h"
#include "smd-test-evaluating.h"
#include "smimed-error.h"

#define HELLO "From: alice@example.org\r\nTo: bob@example.org\r\n\r\nHello\r\n"

static void
test_order (SmdTestEvaluating *self, gconstpointer data)
{
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "erin@example.org", "erin-encrypt");
  smd_fake_world_know (self->world, "erin-encrypt", SMD_ROLE_CORRESPONDENT);
  smd_test_evaluating_assert_usable (self, "erin@example.org", "erin-encrypt", SMD_SOURCE_DIRECTORY);
  self->call.policy.lookup_order = SMD_ORDER_SECOND_THEN_FIRST;
  self->directory->asked = 0;
  smd_test_evaluating_assert_usable (self, "erin@example.org", "erin-encrypt", SMD_SOURCE_LOCAL);
  g_assert_cmpuint (self->directory->asked, ==, 0);
  self->call.policy.lookup_order = SMD_ORDER_SECOND_ONLY;
  smd_test_evaluating_assert_usable (self, "erin@example.org", "erin-encrypt", SMD_SOURCE_LOCAL);
  g_assert_cmpuint (self->directory->asked, ==, 0);
  self->call.policy.lookup_order = SMD_ORDER_NEITHER;
  smd_test_evaluating_assert_refused (self, "erin@example.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
}

static void
test_fallback (SmdTestEvaluating *self, gconstpointer data)
{
  smd_fake_world_know (self->world, "bob", SMD_ROLE_CORRESPONDENT);
  smd_test_evaluating_assert_usable (self, "bob@example.org", "bob", SMD_SOURCE_LOCAL);
  smd_test_evaluating_publish (self, SMD_TEST_SECOND, "carol@example.org", "carol");
  smd_test_evaluating_assert_usable (self, "carol@example.org", "carol", SMD_SOURCE_DIRECTORY);
  self->call.policy.lookup_order = SMD_ORDER_SECOND_THEN_FIRST;
  smd_test_evaluating_assert_usable (self, "carol@example.org", "carol", SMD_SOURCE_DIRECTORY);
  self->call.policy.lookup_order = SMD_ORDER_FIRST_ONLY;
  smd_test_evaluating_assert_refused (self, "bob@example.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
}

static void
test_validated (SmdTestEvaluating *self, gconstpointer data)
{
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "frank@example.org", "frank-expired");
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "judy@example.org", "judy-other");
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "erin@example.org", "erin-sign");
  smd_test_evaluating_assert_refused (self, "frank@example.org", SMIMED_PROBLEM_EXPIRED, SMD_ACTION_REMOVE);
  smd_test_evaluating_assert_refused (self, "judy@example.org", SMIMED_PROBLEM_UNTRUSTED_ROOT, SMD_ACTION_REMOVE);
  smd_test_evaluating_assert_refused (self, "erin@example.org", SMIMED_PROBLEM_KEY_USAGE, SMD_ACTION_REMOVE);
}

static void
test_mismatch (SmdTestEvaluating *self, gconstpointer data)
{
  g_autoptr (SmdVerdict) verdict = NULL;
  const SmdProblem *problem;

  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "carol");
  smd_test_evaluating_assert_refused (self, "bob@example.org", SMIMED_PROBLEM_ADDRESS_MISMATCH, SMD_ACTION_REMOVE);
  verdict = smd_test_evaluating_evaluate (self, "bob@example.org");
  problem = smd_test_evaluating_find_problem (verdict, SMIMED_PROBLEM_ADDRESS_MISMATCH);
  g_assert_nonnull (problem->certificate);
  g_assert_nonnull (strstr (problem->detail, "carol@example.org"));
  g_assert_cmpstr (problem->url, ==, SMD_TEST_FIRST);
  g_assert_null (verdict->certificate);
  smd_fake_world_know (self->world, "bob", SMD_ROLE_CORRESPONDENT);
  smd_test_evaluating_assert_usable (self, "bob@example.org", "bob", SMD_SOURCE_LOCAL);
}

/* Who stands beside it gets what is said about him, and the directory hears normal forms. */
static void
test_no_address (SmdTestEvaluating *self, gconstpointer data)
{
  const char *const addresses[] = { "bob", "Carol@Example.ORG", "", "bob@", "<bob@example.org>", NULL };
  g_autoptr (GPtrArray) verdicts = NULL;

  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "bob");
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob", "bob");
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "carol@example.org", "carol");
  verdicts = smd_test_evaluating_evaluate_all (self, addresses);
  for (guint i = 0; i < verdicts->len; i++)
    {
      const SmdVerdict *verdict = verdicts->pdata[i];

      g_assert_cmpstr (verdict->address, ==, addresses[i]);
      g_assert_true (verdict->usable == (i == 1 || i == 4));
      g_assert_true (verdict->usable || smd_test_evaluating_find_problem (verdict, SMIMED_PROBLEM_NO_CERTIFICATE) != NULL);
    }
  g_assert_cmpuint (verdicts->len, ==, 5);
  g_assert_cmpuint (self->directory->asked, ==, 2);
}

static void
test_unreachable (SmdTestEvaluating *self, gconstpointer data)
{
  const char *const addresses[] = { "bob@example.org", "dan@example.org", "carol@example.org", NULL };
  const SmdAction actions[] = { SMD_ACTION_NONE, SMD_ACTION_RETRY, SMD_ACTION_NONE };
  g_autoptr (GPtrArray) verdicts = NULL;

  smd_fake_world_know (self->world, "bob", SMD_ROLE_CORRESPONDENT);
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "carol@example.org", "carol");
  self->directory->down = g_strdup (SMD_TEST_SECOND);
  verdicts = smd_test_evaluating_evaluate_all (self, addresses);
  for (guint i = 0; i < 3; i++)
    {
      const SmdVerdict *verdict = verdicts->pdata[i];
      const SmdProblem *problem = smd_test_evaluating_find_problem (verdict, SMIMED_PROBLEM_DIRECTORY_UNREACHABLE);

      g_assert_cmpint (verdict->action, ==, actions[i]);
      g_assert_true (verdict->usable == (actions[i] == SMD_ACTION_NONE));
      /* The directory before it had what was needed. */
      g_assert_true ((problem == NULL) == (i == 2));
      if (problem == NULL)
        continue;
      g_assert_true (problem->temporary);
      g_assert_cmpstr (problem->url, ==, SMD_TEST_SECOND);
    }
}

static void
test_all_told (SmdTestEvaluating *self, gconstpointer data)
{
  const char *const addresses[] = { "dan@example.org", "bob@example.org", "BOB@example.org", "judy@example.org", NULL };
  g_autoptr (GPtrArray) verdicts = NULL;

  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "bob");
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "judy@example.org", "judy-other");
  verdicts = smd_test_evaluating_evaluate_all (self, addresses);
  g_assert_cmpuint (verdicts->len, ==, 3);
  g_assert_cmpuint (self->directory->calls, ==, 1);
  g_assert_nonnull (smd_test_evaluating_find_problem (verdicts->pdata[0], SMIMED_PROBLEM_NO_CERTIFICATE));
  g_assert_true (((SmdVerdict *) verdicts->pdata[1])->usable);
  g_assert_nonnull (smd_test_evaluating_find_problem (verdicts->pdata[2], SMIMED_PROBLEM_UNTRUSTED_ROOT));
  g_assert_false (self->ready);
}

static void
test_group (SmdTestEvaluating *self, gconstpointer data)
{
  g_autoptr (SmdVerdict) good = NULL;
  g_autoptr (SmdVerdict) bad = NULL;

  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "bob");
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "carol@example.org", "carol");
  smd_test_evaluating_publish_group (self, "team@example.org", "bob@example.org", "inner@example.org");
  /* A circle, and one who is in both */
  smd_test_evaluating_publish_group (self, "inner@example.org", "carol@example.org", "team@example.org");
  good = smd_test_evaluating_evaluate (self, "team@example.org");
  g_assert_true (good->usable && self->ready && good->members->len == 2);
  g_assert_cmpint (good->source, ==, SMD_SOURCE_DIRECTORY);

  smd_test_evaluating_publish_group (self, "inner@example.org", "dan@example.org", "bob@example.org");
  bad = smd_test_evaluating_evaluate (self, "team@example.org");
  g_assert_false (bad->usable || self->ready);
  g_assert_cmpuint (bad->members->len, ==, 2);
  g_assert_nonnull (strstr (smd_test_evaluating_find_problem (bad, SMIMED_PROBLEM_NO_CERTIFICATE)->detail, "dan@example.org"));
}

static void
test_lost_member (SmdTestEvaluating *self, gconstpointer data)
{
  SmdDirectoryAnswer *answer;
  g_autoptr (SmdVerdict) verdict = NULL;

  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "bob");
  smd_test_evaluating_publish_group (self, "team@example.org", "bob@example.org", NULL);
  answer = g_hash_table_lookup (self->directory->answers, SMD_TEST_FIRST " team@example.org");
  g_ptr_array_add (answer->lost, g_strdup ("uid=gone"));
  verdict = smd_test_evaluating_evaluate (self, "team@example.org");
  g_assert_false (verdict->usable);
  g_assert_cmpuint (verdict->members->len, ==, 2);
  smd_test_evaluating_assert_refused (self, "team@example.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
}

static void
test_deep_group (SmdTestEvaluating *self, gconstpointer data)
{
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "bob");
  smd_test_evaluating_publish_group (self, "g0@x.org", "g1@x.org", NULL);
  smd_test_evaluating_publish_group (self, "g1@x.org", "g2@x.org", NULL);
  smd_test_evaluating_publish_group (self, "g2@x.org", "g3@x.org", NULL);
  smd_test_evaluating_publish_group (self, "g3@x.org", "bob@example.org", NULL);
  g_assert_true ((self->ready = FALSE, smd_verdict_unref (smd_test_evaluating_evaluate (self, "g0@x.org")), self->ready));
  smd_test_evaluating_publish_group (self, "g3@x.org", "g4@x.org", NULL);
  smd_test_evaluating_publish_group (self, "g4@x.org", "bob@example.org", NULL);
  smd_test_evaluating_assert_refused (self, "g0@x.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
}

static void
test_large_group (SmdTestEvaluating *self, gconstpointer data)
{
  SmdDirectoryAnswer *first = smd_fake_directory_say (self->directory, SMD_TEST_FIRST, "large@example.org");

  first->is_group = TRUE;
  for (guint i = 0; i < 1100; i++)
    g_ptr_array_add (first->members, g_strdup_printf ("m%u@example.org", i));
  smd_test_evaluating_assert_refused (self, "large@example.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
  g_assert_cmpuint (self->directory->asked, ==, 1);
}

static void
test_group_certificate (SmdTestEvaluating *self, gconstpointer data)
{
  smd_test_evaluating_publish_group (self, "bob@example.org", "nobody@example.org", NULL);
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "bob");
  smd_test_evaluating_assert_usable (self, "bob@example.org", "bob", SMD_SOURCE_DIRECTORY);
}

static GPtrArray *
encrypt (SmdTestEvaluating *self, const char *to, SmdSealReport **report)
{
  g_autoptr (SmdBlob) hello = smd_blob_new_copy (smd_span_string (HELLO));
  const char *const recipients[] = { to, NULL };
  SmdEncryptRequest request = { .message = hello, .from = "alice@example.org", .recipients = recipients };
  g_autoptr (GError) error = NULL;
  GPtrArray *copies = smd_encrypt (&self->env, &self->call, &request, report, &error);

  if (copies == NULL)
    g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_RECIPIENTS_NOT_READY);
  return copies;
}

static SmdOrigin
origin_of (SmdTestEvaluating *self, const char *name)
{
  g_autoptr (SmdCertificate) certificate = smd_fake_world_read (self->world, name);
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (self->env.certs, smd_certificate_get_fingerprint (certificate), NULL);

  return record != NULL ? record->origin : SMD_N_ORIGINS;
}

static void
test_stored (SmdTestEvaluating *self, gconstpointer data)
{
  g_autoptr (SmdVerdict) verdict = NULL;
  g_autoptr (SmdSealReport) report = NULL;
  g_autoptr (GPtrArray) copies = NULL;

  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "bob");
  verdict = smd_test_evaluating_evaluate (self, "bob@example.org");
  g_assert_cmpint (origin_of (self, "bob"), ==, SMD_N_ORIGINS);
  copies = encrypt (self, "bob@example.org", &report);
  g_assert_cmpuint (copies->len, ==, 1);
  g_assert_cmpint (origin_of (self, "bob"), ==, SMD_ORIGIN_DIRECTORY);
}

static void
test_encrypt_group (SmdTestEvaluating *self, gconstpointer data)
{
  g_autoptr (SmdSealReport) report = NULL;
  g_autoptr (GPtrArray) copies = NULL;
  g_autoptr (GPtrArray) none = NULL;

  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "bob");
  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "carol@example.org", "carol");
  smd_test_evaluating_publish_group (self, "team@example.org", "bob@example.org", "carol@example.org");
  copies = encrypt (self, "team@example.org", &report);
  g_assert_cmpuint (report->recipients->len, ==, 2);
  g_assert_cmpstr (((SmdSealedCopy *) copies->pdata[0])->addresses[0], ==, "team@example.org");

  smd_test_evaluating_publish_group (self, "team@example.org", "bob@example.org", "dan@example.org");
  none = encrypt (self, "team@example.org", NULL);
  g_assert_null (none);
}

static void
test_cancelled (SmdTestEvaluating *self, gconstpointer data)
{
  const char *const addresses[] = { "bob@example.org", NULL };
  g_autoptr (GError) error = NULL;

  self->call.cancellable = g_cancellable_new ();
  g_cancellable_cancel (self->call.cancellable);
  g_assert_null (smd_evaluate (&self->env, &self->call, "alice@example.org", addresses, &self->ready, &error));
  g_assert_nonnull (error);
  g_object_unref (self->call.cancellable);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (SmdTestEvaluating *self, gconstpointer data);
  } tests[] = {
    { "/evaluate/the policy says whether the directory or the store comes first", test_order },
    { "/evaluate/what the one doesn't have comes from the other", test_fallback },
    { "/evaluate/what a directory says is checked like everything else", test_validated },
    { "/evaluate/a directory's certificate for another address doesn't count, and is named", test_mismatch },
    { "/evaluate/what is no address is asked of nobody, and is told", test_no_address },
    { "/evaluate/an unreachable directory is a warning for each address that it concerns", test_unreachable },
    { "/evaluate/every address is told of, in order, duplicates once, after one question", test_all_told },
    { "/evaluate/a group is as good as all of its members, groups inside of it dissolved", test_group },
    { "/evaluate/a group with a member that nobody knows isn't usable", test_lost_member },
    { "/evaluate/groups inside of groups end somewhere", test_deep_group },
    { "/evaluate/a group that is too large is refused before its members are looked for", test_large_group },
    { "/evaluate/a group with a certificate of its own is an address like others", test_group_certificate },
    { "/evaluate/a directory's certificate is stored when it is used, not before", test_stored },
    { "/evaluate/a message to a group is encrypted to all of its members or not at all", test_encrypt_group },
    { "/evaluate/a call that is cancelled gives no verdicts", test_cancelled },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, SmdTestEvaluating, NULL, smd_test_evaluating_set_up, tests[i].run, smd_test_evaluating_tear_down);
  return g_test_run ();
}
