/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-evaluating.h"

#include "smd-evaluate.h"

void
smd_test_evaluating_set_up (SmdTestEvaluating *self, gconstpointer data)
{
  static const char *const urls[] = { SMD_TEST_FIRST, SMD_TEST_SECOND, NULL };

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

void
smd_test_evaluating_tear_down (SmdTestEvaluating *self, gconstpointer data)
{
  g_object_unref (self->world);
  g_object_unref (self->directory);
}

void
smd_test_evaluating_publish (SmdTestEvaluating *self, const char *url, const char *address, const char *name)
{
  g_autofree char *key = g_strdup_printf ("%s %s", url, address);
  SmdDirectoryAnswer *answer = g_hash_table_lookup (self->directory->answers, key);
  g_autoptr (SmdCertificate) certificate = smd_fake_world_read (self->world, name);

  if (answer == NULL)
    answer = smd_fake_directory_say (self->directory, url, address);
  smd_certificates_add (answer->certificates, certificate);
}

void
smd_test_evaluating_publish_group (SmdTestEvaluating *self, const char *address, const char *first, const char *second)
{
  SmdDirectoryAnswer *answer = smd_fake_directory_say (self->directory, SMD_TEST_FIRST, address);

  answer->is_group = TRUE;
  g_ptr_array_add (answer->members, g_strdup (first));
  if (second != NULL)
    g_ptr_array_add (answer->members, g_strdup (second));
}

GPtrArray *
smd_test_evaluating_evaluate_all (SmdTestEvaluating *self, const char *const *addresses)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *verdicts = smd_evaluate (&self->env, &self->call, "alice@example.org", addresses, &self->ready, &error);

  g_assert_no_error (error);
  return verdicts;
}

SmdVerdict *
smd_test_evaluating_evaluate (SmdTestEvaluating *self, const char *address)
{
  const char *const addresses[] = { address, NULL };
  g_autoptr (GPtrArray) verdicts = smd_test_evaluating_evaluate_all (self, addresses);

  g_assert_cmpuint (verdicts->len, ==, 1);
  return smd_verdict_ref (verdicts->pdata[0]);
}

const SmdProblem *
smd_test_evaluating_find_problem (const SmdVerdict *verdict, SmimedProblemCode code)
{
  for (guint i = 0; i < verdict->problems->len; i++)
    if (((SmdProblem *) verdict->problems->pdata[i])->code == code)
      return verdict->problems->pdata[i];
  return NULL;
}

void
smd_test_evaluating_assert_usable (SmdTestEvaluating *self, const char *address, const char *name, SmdSource source)
{
  g_autoptr (SmdVerdict) verdict = smd_test_evaluating_evaluate (self, address);
  g_autoptr (SmdCertificate) certificate = smd_fake_world_read (self->world, name);

  g_assert_true (verdict->usable && self->ready);
  g_assert_cmpint (verdict->source, ==, source);
  g_assert_cmpint (verdict->action, ==, SMD_ACTION_NONE);
  g_assert_cmpstr (smd_certificate_get_fingerprint (verdict->certificate), ==, smd_certificate_get_fingerprint (certificate));
}

void
smd_test_evaluating_assert_refused (SmdTestEvaluating *self, const char *address, SmimedProblemCode code, SmdAction action)
{
  g_autoptr (SmdVerdict) verdict = smd_test_evaluating_evaluate (self, address);

  g_assert_false (verdict->usable || self->ready);
  g_assert_nonnull (smd_test_evaluating_find_problem (verdict, code));
  g_assert_cmpint (verdict->action, ==, action);
}
