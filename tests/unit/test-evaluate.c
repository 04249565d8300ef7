/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-account-state.h"
#include "smd-evaluate.h"
#include "smd-fake-directory.h"
#include "smd-fake-world.h"
#include "smd-seal.h"
#include "smimed-error.h"

#define FIRST "ldap://first/"
#define SECOND "ldap://second/"
#define HELLO "From: alice@example.org\r\nTo: bob@example.org\r\n\r\nHello\r\n"

typedef struct
{
  SmdFakeWorld *world;         /* (owned) */
  SmdFakeDirectory *directory; /* (owned) */
  SmdEnv env;
  SmdCall call;
  gboolean ready;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  static const char *const urls[] = { FIRST, SECOND, NULL };

  self->world = smd_fake_world_new ();
  self->directory = smd_fake_directory_new ();
  self->env = smd_fake_world_get_env (self->world);
  self->env.directory = SMD_DIRECTORY (self->directory);
  self->call = smd_fake_world_get_call (self->world);
  self->call.policy.directories = urls;
  self->call.policy.lookup_order = SMD_ORDER_FIRST_THEN_SECOND;
  smd_fake_world_know (self->world, "root", SMD_ROLE_ANCHOR);
  smd_fake_world_know (self->world, "intermediate", SMD_ROLE_INTERMEDIATE);
  smd_fake_world_know (self->world, "other-root", SMD_ROLE_INTERMEDIATE);
  smd_fake_world_own (self->world, "alice");
  g_ptr_array_add (self->world->accounts, smd_account_new ("alice@example.org", NULL));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->world);
  g_object_unref (self->directory);
}

/* The directory has NAME's certificate in the entry of @address. */
static void
publish (Fixture *self, const char *url, const char *address, const char *name)
{
  g_autofree char *key = g_strdup_printf ("%s %s", url, address);
  SmdDirectoryAnswer *answer = g_hash_table_lookup (self->directory->answers, key);
  g_autoptr (SmdCertificate) certificate = smd_fake_world_read (self->world, name);

  if (answer == NULL)
    answer = smd_fake_directory_say (self->directory, url, address);
  smd_certificates_add (answer->certificates, certificate);
}

static void
publish_group (Fixture *self, const char *address, const char *first, const char *second)
{
  SmdDirectoryAnswer *answer = smd_fake_directory_say (self->directory, FIRST, address);

  answer->is_group = TRUE;
  g_ptr_array_add (answer->members, g_strdup (first));
  if (second != NULL)
    g_ptr_array_add (answer->members, g_strdup (second));
}

static GPtrArray *
evaluate_all (Fixture *self, const char *const *addresses)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *verdicts = smd_evaluate (&self->env, &self->call, "alice@example.org", addresses, &self->ready, &error);

  g_assert_no_error (error);
  return verdicts;
}

static SmdVerdict *
evaluate (Fixture *self, const char *address)
{
  const char *const addresses[] = { address, NULL };
  g_autoptr (GPtrArray) verdicts = evaluate_all (self, addresses);

  g_assert_cmpuint (verdicts->len, ==, 1);
  return smd_verdict_ref (verdicts->pdata[0]);
}

static const SmdProblem *
find_problem (const SmdVerdict *verdict, SmimedProblemCode code)
{
  for (guint i = 0; i < verdict->problems->len; i++)
    if (((SmdProblem *) verdict->problems->pdata[i])->code == code)
      return verdict->problems->pdata[i];
  return NULL;
}

static void
assert_usable (Fixture *self, const char *address, const char *name, SmdSource source)
{
  g_autoptr (SmdVerdict) verdict = evaluate (self, address);
  g_autoptr (SmdCertificate) certificate = smd_fake_world_read (self->world, name);

  g_assert_true (verdict->usable && self->ready);
  g_assert_cmpint (verdict->source, ==, source);
  g_assert_cmpint (verdict->action, ==, SMD_ACTION_NONE);
  g_assert_cmpstr (smd_certificate_get_fingerprint (verdict->certificate), ==, smd_certificate_get_fingerprint (certificate));
}

static void
assert_refused (Fixture *self, const char *address, SmimedProblemCode code, SmdAction action)
{
  g_autoptr (SmdVerdict) verdict = evaluate (self, address);

  g_assert_false (verdict->usable || self->ready);
  g_assert_nonnull (find_problem (verdict, code));
  g_assert_cmpint (verdict->action, ==, action);
}

static void
test_order (Fixture *self, gconstpointer data)
{
  publish (self, FIRST, "erin@example.org", "erin-encrypt");
  smd_fake_world_know (self->world, "erin-encrypt", SMD_ROLE_CORRESPONDENT);
  assert_usable (self, "erin@example.org", "erin-encrypt", SMD_SOURCE_DIRECTORY);
  self->call.policy.lookup_order = SMD_ORDER_SECOND_THEN_FIRST;
  self->directory->asked = 0;
  assert_usable (self, "erin@example.org", "erin-encrypt", SMD_SOURCE_LOCAL);
  g_assert_cmpuint (self->directory->asked, ==, 0);
  self->call.policy.lookup_order = SMD_ORDER_SECOND_ONLY;
  assert_usable (self, "erin@example.org", "erin-encrypt", SMD_SOURCE_LOCAL);
  g_assert_cmpuint (self->directory->asked, ==, 0);
  self->call.policy.lookup_order = SMD_ORDER_NEITHER;
  assert_refused (self, "erin@example.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
}

static void
test_fallback (Fixture *self, gconstpointer data)
{
  smd_fake_world_know (self->world, "bob", SMD_ROLE_CORRESPONDENT);
  assert_usable (self, "bob@example.org", "bob", SMD_SOURCE_LOCAL);
  publish (self, SECOND, "carol@example.org", "carol");
  assert_usable (self, "carol@example.org", "carol", SMD_SOURCE_DIRECTORY);
  self->call.policy.lookup_order = SMD_ORDER_SECOND_THEN_FIRST;
  assert_usable (self, "carol@example.org", "carol", SMD_SOURCE_DIRECTORY);
  self->call.policy.lookup_order = SMD_ORDER_FIRST_ONLY;
  assert_refused (self, "bob@example.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
}

static void
test_validated (Fixture *self, gconstpointer data)
{
  publish (self, FIRST, "frank@example.org", "frank-expired");
  publish (self, FIRST, "judy@example.org", "judy-other");
  publish (self, FIRST, "erin@example.org", "erin-sign");
  assert_refused (self, "frank@example.org", SMIMED_PROBLEM_EXPIRED, SMD_ACTION_REMOVE);
  assert_refused (self, "judy@example.org", SMIMED_PROBLEM_UNTRUSTED_ROOT, SMD_ACTION_REMOVE);
  assert_refused (self, "erin@example.org", SMIMED_PROBLEM_KEY_USAGE, SMD_ACTION_REMOVE);
}

static void
test_mismatch (Fixture *self, gconstpointer data)
{
  g_autoptr (SmdVerdict) verdict = NULL;
  const SmdProblem *problem;

  publish (self, FIRST, "bob@example.org", "carol");
  assert_refused (self, "bob@example.org", SMIMED_PROBLEM_ADDRESS_MISMATCH, SMD_ACTION_REMOVE);
  verdict = evaluate (self, "bob@example.org");
  problem = find_problem (verdict, SMIMED_PROBLEM_ADDRESS_MISMATCH);
  g_assert_nonnull (problem->certificate);
  g_assert_nonnull (strstr (problem->detail, "carol@example.org"));
  g_assert_cmpstr (problem->url, ==, FIRST);
  g_assert_null (verdict->certificate);
  smd_fake_world_know (self->world, "bob", SMD_ROLE_CORRESPONDENT);
  assert_usable (self, "bob@example.org", "bob", SMD_SOURCE_LOCAL);
}

/* Who stands beside it gets what is said about him, and the directory hears normal forms. */
static void
test_no_address (Fixture *self, gconstpointer data)
{
  const char *const addresses[] = { "bob", "Carol@Example.ORG", "", "bob@", "<bob@example.org>", NULL };
  g_autoptr (GPtrArray) verdicts = NULL;

  publish (self, FIRST, "bob@example.org", "bob");
  publish (self, FIRST, "bob", "bob");
  publish (self, FIRST, "carol@example.org", "carol");
  verdicts = evaluate_all (self, addresses);
  for (guint i = 0; i < verdicts->len; i++)
    {
      const SmdVerdict *verdict = verdicts->pdata[i];

      g_assert_cmpstr (verdict->address, ==, addresses[i]);
      g_assert_true (verdict->usable == (i == 1 || i == 4));
      g_assert_true (verdict->usable || find_problem (verdict, SMIMED_PROBLEM_NO_CERTIFICATE) != NULL);
    }
  g_assert_cmpuint (verdicts->len, ==, 5);
  g_assert_cmpuint (self->directory->asked, ==, 2);
}

static void
test_unreachable (Fixture *self, gconstpointer data)
{
  const char *const addresses[] = { "bob@example.org", "dan@example.org", "carol@example.org", NULL };
  const SmdAction actions[] = { SMD_ACTION_NONE, SMD_ACTION_RETRY, SMD_ACTION_NONE };
  g_autoptr (GPtrArray) verdicts = NULL;

  smd_fake_world_know (self->world, "bob", SMD_ROLE_CORRESPONDENT);
  publish (self, FIRST, "carol@example.org", "carol");
  self->directory->down = g_strdup (SECOND);
  verdicts = evaluate_all (self, addresses);
  for (guint i = 0; i < 3; i++)
    {
      const SmdVerdict *verdict = verdicts->pdata[i];
      const SmdProblem *problem = find_problem (verdict, SMIMED_PROBLEM_DIRECTORY_UNREACHABLE);

      g_assert_cmpint (verdict->action, ==, actions[i]);
      g_assert_true (verdict->usable == (actions[i] == SMD_ACTION_NONE));
      /* The directory before it had what was needed. */
      g_assert_true ((problem == NULL) == (i == 2));
      if (problem == NULL)
        continue;
      g_assert_true (problem->temporary);
      g_assert_cmpstr (problem->url, ==, SECOND);
    }
}

static void
test_all_told (Fixture *self, gconstpointer data)
{
  const char *const addresses[] = { "dan@example.org", "bob@example.org", "BOB@example.org", "judy@example.org", NULL };
  g_autoptr (GPtrArray) verdicts = NULL;

  publish (self, FIRST, "bob@example.org", "bob");
  publish (self, FIRST, "judy@example.org", "judy-other");
  verdicts = evaluate_all (self, addresses);
  g_assert_cmpuint (verdicts->len, ==, 3);
  g_assert_cmpuint (self->directory->calls, ==, 1);
  g_assert_nonnull (find_problem (verdicts->pdata[0], SMIMED_PROBLEM_NO_CERTIFICATE));
  g_assert_true (((SmdVerdict *) verdicts->pdata[1])->usable);
  g_assert_nonnull (find_problem (verdicts->pdata[2], SMIMED_PROBLEM_UNTRUSTED_ROOT));
  g_assert_false (self->ready);
}

static void
test_group (Fixture *self, gconstpointer data)
{
  g_autoptr (SmdVerdict) good = NULL;
  g_autoptr (SmdVerdict) bad = NULL;

  publish (self, FIRST, "bob@example.org", "bob");
  publish (self, FIRST, "carol@example.org", "carol");
  publish_group (self, "team@example.org", "bob@example.org", "inner@example.org");
  /* A circle, and one who is in both */
  publish_group (self, "inner@example.org", "carol@example.org", "team@example.org");
  good = evaluate (self, "team@example.org");
  g_assert_true (good->usable && self->ready && good->members->len == 2);
  g_assert_cmpint (good->source, ==, SMD_SOURCE_DIRECTORY);

  publish_group (self, "inner@example.org", "dan@example.org", "bob@example.org");
  bad = evaluate (self, "team@example.org");
  g_assert_false (bad->usable || self->ready);
  g_assert_cmpuint (bad->members->len, ==, 2);
  g_assert_nonnull (strstr (find_problem (bad, SMIMED_PROBLEM_NO_CERTIFICATE)->detail, "dan@example.org"));
}

static void
test_lost_member (Fixture *self, gconstpointer data)
{
  SmdDirectoryAnswer *answer;
  g_autoptr (SmdVerdict) verdict = NULL;

  publish (self, FIRST, "bob@example.org", "bob");
  publish_group (self, "team@example.org", "bob@example.org", NULL);
  answer = g_hash_table_lookup (self->directory->answers, FIRST " team@example.org");
  g_ptr_array_add (answer->lost, g_strdup ("uid=gone"));
  verdict = evaluate (self, "team@example.org");
  g_assert_false (verdict->usable);
  g_assert_cmpuint (verdict->members->len, ==, 2);
  assert_refused (self, "team@example.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
}

static void
test_deep_group (Fixture *self, gconstpointer data)
{
  publish (self, FIRST, "bob@example.org", "bob");
  publish_group (self, "g0@x.org", "g1@x.org", NULL);
  publish_group (self, "g1@x.org", "g2@x.org", NULL);
  publish_group (self, "g2@x.org", "g3@x.org", NULL);
  publish_group (self, "g3@x.org", "bob@example.org", NULL);
  g_assert_true ((self->ready = FALSE, smd_verdict_unref (evaluate (self, "g0@x.org")), self->ready));
  publish_group (self, "g3@x.org", "g4@x.org", NULL);
  publish_group (self, "g4@x.org", "bob@example.org", NULL);
  assert_refused (self, "g0@x.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
}

static void
test_large_group (Fixture *self, gconstpointer data)
{
  SmdDirectoryAnswer *first = smd_fake_directory_say (self->directory, FIRST, "large@example.org");

  first->is_group = TRUE;
  for (guint i = 0; i < 1100; i++)
    g_ptr_array_add (first->members, g_strdup_printf ("m%u@example.org", i));
  assert_refused (self, "large@example.org", SMIMED_PROBLEM_NO_CERTIFICATE, SMD_ACTION_REMOVE);
  g_assert_cmpuint (self->directory->asked, ==, 1);
}

static void
test_group_certificate (Fixture *self, gconstpointer data)
{
  publish_group (self, "bob@example.org", "nobody@example.org", NULL);
  publish (self, FIRST, "bob@example.org", "bob");
  assert_usable (self, "bob@example.org", "bob", SMD_SOURCE_DIRECTORY);
}

static GPtrArray *
encrypt (Fixture *self, const char *to, SmdSealReport **report)
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
origin_of (Fixture *self, const char *name)
{
  g_autoptr (SmdCertificate) certificate = smd_fake_world_read (self->world, name);
  g_autoptr (SmdCertRecord) record = smd_cert_store_lookup (self->env.certs, smd_certificate_get_fingerprint (certificate), NULL);

  return record != NULL ? record->origin : SMD_N_ORIGINS;
}

static void
test_stored (Fixture *self, gconstpointer data)
{
  g_autoptr (SmdVerdict) verdict = NULL;
  g_autoptr (SmdSealReport) report = NULL;
  g_autoptr (GPtrArray) copies = NULL;

  publish (self, FIRST, "bob@example.org", "bob");
  verdict = evaluate (self, "bob@example.org");
  g_assert_cmpint (origin_of (self, "bob"), ==, SMD_N_ORIGINS);
  copies = encrypt (self, "bob@example.org", &report);
  g_assert_cmpuint (copies->len, ==, 1);
  g_assert_cmpint (origin_of (self, "bob"), ==, SMD_ORIGIN_DIRECTORY);
}

static void
test_encrypt_group (Fixture *self, gconstpointer data)
{
  g_autoptr (SmdSealReport) report = NULL;
  g_autoptr (GPtrArray) copies = NULL;
  g_autoptr (GPtrArray) none = NULL;

  publish (self, FIRST, "bob@example.org", "bob");
  publish (self, FIRST, "carol@example.org", "carol");
  publish_group (self, "team@example.org", "bob@example.org", "carol@example.org");
  copies = encrypt (self, "team@example.org", &report);
  g_assert_cmpuint (report->recipients->len, ==, 2);
  g_assert_cmpstr (((SmdSealedCopy *) copies->pdata[0])->addresses[0], ==, "team@example.org");

  publish_group (self, "team@example.org", "bob@example.org", "dan@example.org");
  none = encrypt (self, "team@example.org", NULL);
  g_assert_null (none);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  const char *const addresses[] = { "bob@example.org", NULL };
  g_autoptr (GError) error = NULL;

  self->call.cancellable = g_cancellable_new ();
  g_cancellable_cancel (self->call.cancellable);
  g_assert_null (smd_evaluate (&self->env, &self->call, "alice@example.org", addresses, &self->ready, &error));
  g_assert_nonnull (error);
  g_object_unref (self->call.cancellable);
}

static gboolean
is_recalled (Fixture *self, const char *address, SmdVerdict *earlier)
{
  g_autoptr (SmdVerdict) verdict = evaluate (self, address);

  return verdict == earlier;
}

static void
test_recalled (Fixture *self, gconstpointer data)
{
  g_autoptr (SmdMemo) memo = smd_memo_new (512);
  g_autoptr (SmdVerdict) bob = NULL;
  g_autoptr (SmdVerdict) again = NULL;

  self->env.evaluations = memo;
  publish (self, FIRST, "bob@example.org", "bob");
  ((SmdDirectoryAnswer *) g_hash_table_lookup (self->directory->answers, FIRST " bob@example.org"))->serial = 1;
  smd_fake_directory_say (self->directory, SECOND, "bob@example.org")->serial = 2;
  bob = evaluate (self, "bob@example.org");
  g_assert_true (bob->usable);
  g_assert_true (is_recalled (self, "bob@example.org", bob));
  g_assert_false (is_recalled (self, "BOB@example.org", bob));

  /* What the directory says now is another thing, even in the same words. */
  ((SmdDirectoryAnswer *) g_hash_table_lookup (self->directory->answers, SECOND " bob@example.org"))->serial = 3;
  again = evaluate (self, "bob@example.org");
  g_assert_true (again != bob && is_recalled (self, "bob@example.org", again));

  self->call.policy.expiry_warning_days = 29;
  g_assert_false (is_recalled (self, "bob@example.org", again));
  self->call.policy.expiry_warning_days = 30;
  self->world->now += 301;
  g_assert_false (is_recalled (self, "bob@example.org", again));
}

static gboolean
is_state_recalled (Fixture *self, const SmdAccountState *earlier)
{
  g_autoptr (SmdAccountState) state = smd_account_state_of (&self->env, &self->call, "alice@example.org", NULL);

  return state == earlier;
}

static void
test_state_recalled (Fixture *self, gconstpointer data)
{
  g_autoptr (SmdMemo) memo = smd_memo_new (512);
  g_autoptr (SmdAccountState) state = NULL;
  g_autoptr (SmdAccountState) late = NULL;

  self->env.evaluations = memo;
  state = smd_account_state_of (&self->env, &self->call, "alice@example.org", NULL);
  g_assert_true (state->can_sign && state->can_encrypt && is_state_recalled (self, state));
  self->call.policy.expiry_warning_days = 29;
  g_assert_false (is_state_recalled (self, state));
  self->call.policy.expiry_warning_days = 30;
  g_assert_true (smd_cert_store_set_trust (self->env.certs, smd_certificate_get_fingerprint (state->signing), SMD_TRUST_DISTRUSTED, NULL));
  g_assert_false (is_state_recalled (self, state));
  g_assert_true (smd_cert_store_set_trust (self->env.certs, smd_certificate_get_fingerprint (state->signing), SMD_TRUST_DEFAULT, NULL));

  /* With the last second of its certificate the state ends, too. */
  self->world->now = smd_certificate_get_not_after (state->signing);
  late = smd_account_state_of (&self->env, &self->call, "alice@example.org", NULL);
  g_assert_true (late->can_sign && late->until == self->world->now + 1 && is_state_recalled (self, late));
  self->world->now += 1;
  g_assert_false (is_state_recalled (self, late));
  g_clear_pointer (&late, smd_account_state_unref);
  late = smd_account_state_of (&self->env, &self->call, "alice@example.org", NULL);
  g_assert_false (late->can_sign || is_state_recalled (self, late));
}

static void
test_not_recalled (Fixture *self, gconstpointer data)
{
  g_autoptr (SmdMemo) memo = smd_memo_new (512);
  g_autoptr (SmdVerdict) bob = NULL;
  g_autoptr (GError) error = NULL;

  self->env.evaluations = memo;
  self->call.policy.directories = NULL;
  smd_fake_world_know (self->world, "bob", SMD_ROLE_CORRESPONDENT);
  bob = evaluate (self, "bob@example.org");
  g_assert_true (bob->usable && is_recalled (self, "bob@example.org", bob));
  g_assert_true (smd_cert_store_set_trust (self->env.certs, smd_certificate_get_fingerprint (bob->certificate), SMD_TRUST_DISTRUSTED, &error));
  assert_refused (self, "bob@example.org", SMIMED_PROBLEM_DISTRUSTED, SMD_ACTION_REMOVE);
  g_assert_true (smd_cert_store_set_trust (self->env.certs, smd_certificate_get_fingerprint (bob->certificate), SMD_TRUST_DEFAULT, &error));

  /* In the last second of its certificate it is remembered, and then no more. */
  self->world->now = bob->until - 1;
  assert_usable (self, "bob@example.org", "bob", SMD_SOURCE_LOCAL);
  self->world->now = bob->until + 1;
  assert_refused (self, "bob@example.org", SMIMED_PROBLEM_EXPIRED, SMD_ACTION_REMOVE);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *fixture, gconstpointer data);
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
    { "/evaluate/a good verdict is remembered while all that it rests on is the same", test_recalled },
    { "/evaluate/the state of an account is remembered as long as it holds, while it is good", test_state_recalled },
    { "/evaluate/distrust and expiry count at once, whatever is remembered", test_not_recalled },
    { "/evaluate/a call that is cancelled gives no verdicts", test_cancelled },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
