/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-fake-world.h"
#include "smd-gather.h"
#include "smd-openssl.h"
#include "smd-test-authority.h"
#include "smd-validate.h"

typedef struct
{
  SmdFakeWorld *world; /* (owned) */
  SmdCall call;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->world = smd_fake_world_new ();
  fixture->call = smd_fake_world_get_call (fixture->world);
  smd_fake_world_know (fixture->world, "root", SMD_ROLE_ANCHOR);
  smd_fake_world_know (fixture->world, "intermediate", SMD_ROLE_INTERMEDIATE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->world);
}

static SmdValidation *
validate_at (Fixture *fixture, const char *name, SmdUsage usage, const char *address, gint64 at)
{
  SmdEnv env = smd_fake_world_get_env (fixture->world);
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (&fixture->call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();
  g_autoptr (SmdCertificate) certificate = smd_fake_world_read (fixture->world, name);
  g_autoptr (GError) error = NULL;
  SmdValidation *validation;

  smd_certificates_add (chain, certificate);
  request.chain = chain;
  request.usage = usage;
  request.address = address;
  request.at = at;
  validation = smd_validate (&env, &fixture->call, &request, &error);
  g_assert_no_error (error);
  return validation;
}

static void
assert_valid (Fixture *fixture, const char *name, SmdUsage usage, const char *address)
{
  g_autoptr (SmdValidation) validation = validate_at (fixture, name, usage, address, G_MININT64);

  for (guint i = 0; i < validation->problems->len; i++)
    g_test_message ("%s: %s", name, smimed_problem_code_to_word (((SmdProblem *) validation->problems->pdata[i])->code));
  g_assert_cmpint (validation->chain, ==, SMD_CHAIN_VALID);
}

static void
assert_invalid (Fixture *fixture, const char *name, SmdUsage usage, const char *address, SmimedProblemCode code)
{
  g_autoptr (SmdValidation) validation = validate_at (fixture, name, usage, address, G_MININT64);

  g_assert_cmpint (validation->chain, ==, SMD_CHAIN_INVALID);
  for (guint i = 0; i < validation->problems->len; i++)
    g_test_message ("%s: %s", name, smimed_problem_code_to_word (((SmdProblem *) validation->problems->pdata[i])->code));
  g_assert_true (smd_problems_contain (validation->problems, code));
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdValidation) validation = validate_at (fixture, "alice", SMD_USAGE_SIGN, NULL, G_MININT64);

  assert_valid (fixture, "alice", SMD_USAGE_SIGN, "ALICE@Example.org");
  assert_valid (fixture, "alice", SMD_USAGE_ENCRYPT, "alice@example.org");
  assert_valid (fixture, "eve-sign", SMD_USAGE_SIGN, NULL);
  assert_valid (fixture, "eve-encrypt", SMD_USAGE_ENCRYPT, NULL);
  g_assert_cmpuint (validation->chain_path->len, ==, 3);
}

static void
test_reasons (Fixture *fixture, gconstpointer data)
{
  assert_invalid (fixture, "frank-expired", SMD_USAGE_SIGN, NULL, SMIMED_PROBLEM_EXPIRED);
  assert_invalid (fixture, "grace-future", SMD_USAGE_SIGN, NULL, SMIMED_PROBLEM_NOT_YET_VALID);
  assert_invalid (fixture, "heidi-server", SMD_USAGE_SIGN, NULL, SMIMED_PROBLEM_EXTENDED_KEY_USAGE);
  assert_invalid (fixture, "ivan-nosign", SMD_USAGE_SIGN, NULL, SMIMED_PROBLEM_KEY_USAGE);
  assert_invalid (fixture, "erin-sign", SMD_USAGE_ENCRYPT, NULL, SMIMED_PROBLEM_KEY_USAGE);
  assert_invalid (fixture, "judy-other", SMD_USAGE_SIGN, NULL, SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
  assert_invalid (fixture, "alice", SMD_USAGE_SIGN, "bob@example.org", SMIMED_PROBLEM_ADDRESS_MISMATCH);
  assert_invalid (fixture, "other-root", SMD_USAGE_ANY, NULL, SMIMED_PROBLEM_UNTRUSTED_ROOT);
}

static void
test_revocation_unknown (Fixture *fixture, gconstpointer data)
{
  fixture->call.policy.revocation = SMD_REVOCATION_HARD_FAIL;
  assert_invalid (fixture, "alice", SMD_USAGE_SIGN, NULL, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE);

  fixture->call.policy.revocation = SMD_REVOCATION_SOFT_FAIL;
  assert_valid (fixture, "alice", SMD_USAGE_SIGN, NULL);
}

static void
test_distrust (Fixture *fixture, gconstpointer data)
{
  assert_valid (fixture, "alice", SMD_USAGE_SIGN, NULL);
  ((SmdCertRecord *) fixture->world->records->pdata[1])->trust = SMD_TRUST_DISTRUSTED;
  assert_invalid (fixture, "alice", SMD_USAGE_SIGN, NULL, SMIMED_PROBLEM_DISTRUSTED);
}

static void
test_direct_trust (Fixture *fixture, gconstpointer data)
{
  smd_fake_world_know (fixture->world, "judy-other", SMD_ROLE_CORRESPONDENT);
  ((SmdCertRecord *) fixture->world->records->pdata[2])->trust = SMD_TRUST_TRUSTED;
  assert_valid (fixture, "judy-other", SMD_USAGE_SIGN, NULL);
}

static void
test_direct_trust_below_distrust (Fixture *fixture, gconstpointer data)
{
  GPtrArray *records = fixture->world->records;

  smd_fake_world_know (fixture->world, "alice", SMD_ROLE_CORRESPONDENT);
  for (guint issuer = 0; issuer < 2; issuer++)
    {
      ((SmdCertRecord *) records->pdata[issuer])->trust = SMD_TRUST_DISTRUSTED;
      ((SmdCertRecord *) records->pdata[2])->trust = SMD_TRUST_DEFAULT;
      assert_invalid (fixture, "alice", SMD_USAGE_SIGN, NULL, SMIMED_PROBLEM_DISTRUSTED);
      ((SmdCertRecord *) records->pdata[2])->trust = SMD_TRUST_TRUSTED;
      assert_valid (fixture, "alice", SMD_USAGE_SIGN, NULL);
      ((SmdCertRecord *) records->pdata[issuer])->trust = SMD_TRUST_DEFAULT;
    }
}

static void
test_time (Fixture *fixture, gconstpointer data)
{
  const gint64 year = 365 * 86400;
  g_autoptr (SmdValidation) now = validate_at (fixture, "alice", SMD_USAGE_SIGN, NULL, fixture->world->now);
  g_autoptr (SmdValidation) later = validate_at (fixture, "alice", SMD_USAGE_SIGN, NULL, fixture->world->now + 60 * year);
  g_autoptr (SmdValidation) again = validate_at (fixture, "alice", SMD_USAGE_SIGN, NULL, fixture->world->now + 1);

  g_assert_cmpint (now->chain, ==, SMD_CHAIN_VALID);
  g_assert_cmpint (later->chain, ==, SMD_CHAIN_INVALID);
  g_assert_true (smd_problems_contain (later->problems, SMIMED_PROBLEM_EXPIRED));
  g_assert_cmpint (again->chain, ==, SMD_CHAIN_VALID);
}

static void
test_borne_root (Fixture *fixture, gconstpointer data)
{
  SmdEnv env = smd_fake_world_get_env (fixture->world);
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (&fixture->call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();
  g_autoptr (SmdCertificate) leaf = smd_fake_world_read (fixture->world, "judy-other");
  g_autoptr (SmdCertificate) root = smd_fake_world_read (fixture->world, "other-root");
  g_autoptr (SmdValidation) validation = NULL;
  g_autoptr (GError) error = NULL;

  smd_certificates_add (chain, leaf);
  smd_certificates_add (chain, root);
  request.chain = chain;
  validation = smd_validate (&env, &fixture->call, &request, &error);
  g_assert_no_error (error);
  g_assert_cmpint (validation->chain, ==, SMD_CHAIN_INVALID);
  g_assert_true (smd_problems_contain (validation->problems, SMIMED_PROBLEM_UNTRUSTED_ROOT));
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  const char *const names[] = { "alice", "frank-expired", "alice", "carol" };
  SmdEnv env = smd_fake_world_get_env (fixture->world);
  SmdValidateRequest requests[G_N_ELEMENTS (names)];
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GPtrArray) chains = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GPtrArray) validations = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SmdCertificate) certificate = smd_fake_world_read (fixture->world, names[i]);

      requests[i] = (SmdValidateRequest) SMD_VALIDATE_REQUEST_INIT (&fixture->call);
      requests[i].chain = smd_certificates_new ();
      smd_certificates_add (requests[i].chain, certificate);
      g_ptr_array_add (chains, requests[i].chain);
      g_ptr_array_add (list, &requests[i]);
    }

  validations = smd_validate_many (&env, &fixture->call, list, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (validations->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < validations->len; i++)
    {
      SmdValidation *validation = validations->pdata[i];

      g_assert_true (validation->chain_path->pdata[0] == requests[i].chain->pdata[0]);
      g_assert_cmpint (validation->chain, ==, i == 1 ? SMD_CHAIN_INVALID : SMD_CHAIN_VALID);
    }
}

/* Returns: (transfer none): the last of so many certificates that are stored and all name each other as their issuers */
static SmdCertificate *
know_crowd (SmdFakeWorld *world, long count)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  SmdCertRecord *record = NULL;

  for (long i = 1; i <= count; i++)
    {
      g_autoptr (X509) x509 = smd_test_x509_new ("Many", "Many", i, key, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
      g_autoptr (SmdCertificate) certificate = NULL;

      smd_test_x509_sign (x509, key);
      certificate = smd_test_x509_read (world->crypto, x509);
      record = smd_cert_record_new (certificate, SMD_ROLE_CORRESPONDENT, SMD_ORIGIN_USER, SMD_TRUST_DEFAULT);
      g_ptr_array_add (world->records, record);
    }
  return record->certificate;
}

/* It would cost the square of their number, for each of them that is judged. */
static void
test_crowd (Fixture *fixture, gconstpointer data)
{
  SmdEnv env = smd_fake_world_get_env (fixture->world);
  SmdCertificate *last = know_crowd (fixture->world, 100);
  g_autoptr (SmdGathered) gathered = NULL;

  fixture->world->looked = 0;
  gathered = smd_gather (&env, last, NULL, NULL, NULL);
  g_assert_nonnull (gathered);
  g_assert_cmpuint (gathered->candidates->len, ==, 99);
  g_assert_cmpuint (fixture->world->looked, ==, 2);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/validate/a certificate under an anchor is valid for what it is meant for", test_good);
  ADD ("/validate/each defect is named by its code", test_reasons);
  ADD ("/validate/unknown revocation decides only under the hard policy", test_revocation_unknown);
  ADD ("/validate/a distrusted issuer takes its certificates with it", test_distrust);
  ADD ("/validate/a certificate trusted by itself needs no issuer", test_direct_trust);
  ADD ("/validate/a certificate trusted by itself is valid though its issuer is distrusted", test_direct_trust_below_distrust);
  ADD ("/validate/time is a parameter and a remembered answer does not outlive it", test_time);
  ADD ("/validate/a root that comes with the message is no anchor", test_borne_root);
  ADD ("/validate/many questions get their own answers, in order", test_many);
  ADD ("/validate/a crowd of one name is looked for once", test_crowd);
  return g_test_run ();
}
