/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Evaluate remembers, and when it no longer counts. */
#include "smd-account-state.h"
#include "smd-recall.h"
#include "smd-test-evaluating.h"

static void
set_up (SmdTestEvaluating *self, gconstpointer data)
{
  smd_test_evaluating_set_up (self, data);
  self->env.evaluations = smd_memo_new (512);
}

static void
tear_down (SmdTestEvaluating *self, gconstpointer data)
{
  smd_memo_free (self->env.evaluations);
  smd_test_evaluating_tear_down (self, data);
}

static void
set_trust (SmdTestEvaluating *self, SmdCertificate *certificate, SmdTrust trust)
{
  g_assert_true (smd_cert_store_set_trust (self->env.certs, smd_certificate_get_fingerprint (certificate), trust, NULL));
}

static gboolean
is_recalled (SmdTestEvaluating *self, const char *address, SmdVerdict *earlier)
{
  g_autoptr (SmdVerdict) verdict = smd_test_evaluating_evaluate (self, address);

  return verdict == earlier;
}

static void
test_verdict (SmdTestEvaluating *self, gconstpointer data)
{
  g_autoptr (SmdVerdict) bob = NULL;
  g_autoptr (SmdVerdict) again = NULL;

  smd_test_evaluating_publish (self, SMD_TEST_FIRST, "bob@example.org", "bob");
  ((SmdDirectoryAnswer *) g_hash_table_lookup (self->directory->answers, SMD_TEST_FIRST " bob@example.org"))->serial = 1;
  smd_fake_directory_say (self->directory, SMD_TEST_SECOND, "bob@example.org")->serial = 2;
  bob = smd_test_evaluating_evaluate (self, "bob@example.org");
  g_assert_true (bob->usable);
  g_assert_true (is_recalled (self, "bob@example.org", bob));
  g_assert_false (is_recalled (self, "BOB@example.org", bob));

  /* What the directory says now is another thing, even in the same words. */
  ((SmdDirectoryAnswer *) g_hash_table_lookup (self->directory->answers, SMD_TEST_SECOND " bob@example.org"))->serial = 3;
  again = smd_test_evaluating_evaluate (self, "bob@example.org");
  g_assert_true (again != bob && is_recalled (self, "bob@example.org", again));

  self->call.policy.expiry_warning_days = 29;
  g_assert_false (is_recalled (self, "bob@example.org", again));
  self->call.policy.expiry_warning_days = 30;
  self->world->now += 301;
  g_assert_false (is_recalled (self, "bob@example.org", again));
}

static gboolean
is_state_recalled (SmdTestEvaluating *self, const SmdAccountState *earlier)
{
  g_autoptr (SmdAccountState) state = smd_account_state_of (&self->env, &self->call, "alice@example.org", NULL);

  return state == earlier;
}

static void
test_state (SmdTestEvaluating *self, gconstpointer data)
{
  g_autoptr (SmdAccountState) state = NULL;
  g_autoptr (SmdAccountState) late = NULL;

  state = smd_account_state_of (&self->env, &self->call, "alice@example.org", NULL);
  g_assert_true (state->can_sign && state->can_encrypt && is_state_recalled (self, state));
  self->call.policy.expiry_warning_days = 29;
  g_assert_false (is_state_recalled (self, state));
  self->call.policy.expiry_warning_days = 30;
  set_trust (self, state->signing, SMD_TRUST_DISTRUSTED);
  g_assert_false (is_state_recalled (self, state));
  set_trust (self, state->signing, SMD_TRUST_DEFAULT);

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
test_distrust_and_expiry (SmdTestEvaluating *self, gconstpointer data)
{
  g_autoptr (SmdVerdict) bob = NULL;

  self->call.policy.directories = NULL;
  smd_fake_world_know (self->world, "bob", SMD_ROLE_CORRESPONDENT);
  bob = smd_test_evaluating_evaluate (self, "bob@example.org");
  g_assert_true (bob->usable && is_recalled (self, "bob@example.org", bob));
  set_trust (self, bob->certificate, SMD_TRUST_DISTRUSTED);
  smd_test_evaluating_assert_refused (self, "bob@example.org", SMIMED_PROBLEM_DISTRUSTED, SMD_ACTION_REMOVE);
  set_trust (self, bob->certificate, SMD_TRUST_DEFAULT);

  /* In the last second of its certificate it is remembered, and then no more. */
  self->world->now = bob->until - 1;
  smd_test_evaluating_assert_usable (self, "bob@example.org", "bob", SMD_SOURCE_LOCAL);
  self->world->now = bob->until + 1;
  smd_test_evaluating_assert_refused (self, "bob@example.org", SMIMED_PROBLEM_EXPIRED, SMD_ACTION_REMOVE);
}

static void
test_successor (SmdTestEvaluating *self, gconstpointer data)
{
  g_autoptr (SmdVerdict) steve = NULL;
  g_autoptr (SmdCertificate) next = smd_fake_world_read (self->world, "steve-next");
  gint64 begins = smd_certificate_get_not_before (next);

  self->call.policy.directories = NULL;
  smd_fake_world_know (self->world, "steve-soon", SMD_ROLE_CORRESPONDENT);
  smd_fake_world_know (self->world, "steve-next", SMD_ROLE_CORRESPONDENT);
  /* Whatever else ends after some minutes */
  self->world->now = begins / SMD_RECALL_SECONDS * SMD_RECALL_SECONDS;
  self->world->now -= self->world->now == begins ? 1 : 0;
  steve = smd_test_evaluating_evaluate (self, "steve@example.org");
  g_assert_true (steve->usable && steve->certificate != next && steve->until == begins && is_recalled (self, "steve@example.org", steve));
  self->world->now = begins;
  smd_test_evaluating_assert_usable (self, "steve@example.org", "steve-next", SMD_SOURCE_LOCAL);
}

#define ADD(name, test) g_test_add ("/recall/" name, SmdTestEvaluating, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a good verdict is remembered while all that it rests on is the same", test_verdict);
  ADD ("the state of an account is remembered as long as it holds, while it is good", test_state);
  ADD ("a newer certificate is used as soon as it begins, whatever is remembered", test_successor);
  ADD ("distrust and expiry count at once, whatever is remembered", test_distrust_and_expiry);
  return g_test_run ();
}
