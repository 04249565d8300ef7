/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the store knows of certificates and accounts. */
#include "smd-test-database.h"
#include "smd-test-people.h"
#include "smimed-error.h"

/* Queries below give what differs from SMD_CERT_QUERY_INIT. */
#pragma GCC diagnostic ignored "-Woverride-init"

static void
test_find (SmdTestDatabase *fixture, gconstpointer data)
{
  SmdCertificate *alice = fixture->alice;

  smd_test_database_add (fixture, alice, SMD_ROLE_CORRESPONDENT);
  smd_test_database_add (fixture, fixture->issuer, SMD_ROLE_INTERMEDIATE);
  g_assert_true (SMD_TEST_FINDS (alice, .address = "Alice@Example.ORG"));
  g_assert_true (SMD_TEST_FINDS (alice, .fingerprint = smd_certificate_get_fingerprint (alice)));
  g_assert_true (SMD_TEST_FINDS (alice, .key_fingerprint = smd_certificate_get_key_fingerprint (alice)));
  g_assert_true (SMD_TEST_FINDS (alice, .text = "ALICE@exa"));
  g_assert_true (SMD_TEST_FINDS (alice, .issuer_der = smd_certificate_get_issuer_der (alice),
                                 .serial = smd_certificate_get_serial (alice)));
  g_assert_true (SMD_TEST_FINDS (alice, .key_id = smd_certificate_get_key_id (alice)));
  g_assert_true (SMD_TEST_FINDS (alice, .key_id = smd_certificate_get_computed_key_id (alice)));
  g_assert_true (SMD_TEST_FINDS (alice, .address = "alice@example.org", .usage = SMD_USAGE_ENCRYPT,
                                 .role = SMD_ROLE_CORRESPONDENT, .own = 0));
  g_assert_true (SMD_TEST_FINDS (fixture->issuer, .subject_der = smd_certificate_get_issuer_der (alice)));
  g_assert_false (SMD_TEST_FINDS (alice, .address = "alice@example.com"));
  g_assert_false (SMD_TEST_FINDS (alice, .address = "no address"));
  g_assert_false (SMD_TEST_FINDS (alice, .text = "alice%"));
  g_assert_false (SMD_TEST_FINDS (alice, .own = 1));
}

static void
test_newest_first (SmdTestDatabase *fixture, gconstpointer data)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (SmdCertificate) old = smd_test_people_certificate (fixture->crypto, "frank-expired");
  g_autoptr (GPtrArray) found = NULL;

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  smd_test_database_add (fixture, old, SMD_ROLE_CORRESPONDENT);
  query.limit = 1;
  found = smd_cert_store_find (SMD_CERT_STORE (fixture->database), &query, NULL);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_true (((SmdCertRecord *) found->pdata[0])->certificate == fixture->alice);
}

static gboolean
add (SmdTestDatabase *fixture, SmdCertificate *certificate, SmdRole role, SmdOrigin origin, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);

  g_ptr_array_add (records, smd_cert_record_new (certificate, role, origin, SMD_TRUST_DEFAULT));
  return smd_cert_store_add (SMD_CERT_STORE (fixture->database), records, error);
}

static void
test_roles (SmdTestDatabase *fixture, gconstpointer data)
{
  g_autoptr (SmdCertRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  g_assert_true (smd_cert_store_set_trust (SMD_CERT_STORE (fixture->database),
                                           smd_certificate_get_fingerprint (fixture->alice), SMD_TRUST_TRUSTED, NULL));
  add (fixture, fixture->alice, SMD_ROLE_ANCHOR, SMD_ORIGIN_USER, &error);
  g_assert_no_error (error);
  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_INTERMEDIATE);
  record = smd_test_database_lookup (fixture, fixture->alice);
  g_assert_cmpint (record->role, ==, SMD_ROLE_ANCHOR);
  g_assert_cmpint (record->origin, ==, SMD_ORIGIN_USER);
  g_assert_cmpint (record->trust, ==, SMD_TRUST_TRUSTED);
  g_assert_false (add (fixture, fixture->alice, SMD_ROLE_OWN, SMD_ORIGIN_USER, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT);
}

static void
test_distrust_stays (SmdTestDatabase *fixture, gconstpointer data)
{
  SmdTrust trust = SMD_TRUST_TRUSTED;
  const char *fingerprint = smd_certificate_get_fingerprint (fixture->alice);
  g_autoptr (SmdCertRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (
      smd_cert_store_set_trust (SMD_CERT_STORE (fixture->database), fingerprint, SMD_TRUST_DISTRUSTED, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  g_clear_error (&error);
  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  g_assert_true (
      smd_cert_store_set_trust (SMD_CERT_STORE (fixture->database), fingerprint, SMD_TRUST_DISTRUSTED, NULL));
  g_assert_true (smd_cert_store_remove (SMD_CERT_STORE (fixture->database), fingerprint, NULL));
  g_assert_null (smd_test_database_lookup (fixture, fixture->alice));
  g_assert_false (smd_cert_store_remove (SMD_CERT_STORE (fixture->database), fingerprint, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  g_assert_cmpint (
      smd_test_database_run_sql (fixture, "SELECT (SELECT count(*) FROM addresses) + (SELECT count(*) FROM texts)"), ==,
      0);
  g_assert_true (smd_cert_store_get_trust (SMD_CERT_STORE (fixture->database), fingerprint, &trust, NULL));
  g_assert_cmpint (trust, ==, SMD_TRUST_DISTRUSTED);
  g_assert_true (smd_cert_store_get_trust (SMD_CERT_STORE (fixture->database), "of nobody", &trust, NULL));
  g_assert_cmpint (trust, ==, SMD_TRUST_DEFAULT);

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  record = smd_test_database_lookup (fixture, fixture->alice);
  g_assert_cmpint (record->trust, ==, SMD_TRUST_DISTRUSTED);
}

static void
test_capabilities (SmdTestDatabase *fixture, gconstpointer data)
{
  SmdCapabilities bits = 0;
  g_autoptr (GError) error = NULL;

  g_assert_false (
      smd_cert_store_get_capabilities (SMD_CERT_STORE (fixture->database), "alice@example.org", &bits, &error));
  g_assert_no_error (error);
  g_assert_true (
      smd_cert_store_set_capabilities (SMD_CERT_STORE (fixture->database), "Alice@example.org", 6, 2000, NULL));
  g_assert_true (
      smd_cert_store_set_capabilities (SMD_CERT_STORE (fixture->database), "alice@example.org", 1, 1000, NULL));
  g_assert_true (
      smd_cert_store_get_capabilities (SMD_CERT_STORE (fixture->database), "alice@EXAMPLE.org", &bits, NULL));
  g_assert_cmpuint (bits, ==, 6);
  g_assert_true (
      smd_cert_store_set_capabilities (SMD_CERT_STORE (fixture->database), "alice@example.org", 8, 3000, NULL));
  g_assert_true (
      smd_cert_store_get_capabilities (SMD_CERT_STORE (fixture->database), "alice@example.org", &bits, NULL));
  g_assert_cmpuint (bits, ==, 8);
  g_assert_false (smd_cert_store_set_capabilities (SMD_CERT_STORE (fixture->database), "nobody", 8, 3000, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT);
}

static void
test_accounts (SmdTestDatabase *fixture, gconstpointer data)
{
  const char *aliases[] = { "a.smith@example.org", NULL };
  SmdAccountStore *store = SMD_ACCOUNT_STORE (fixture->database);
  g_autoptr (SmdAccount) account = smd_account_new ("alice@example.org", aliases);
  g_autoptr (SmdAccount) other = smd_account_new ("Aaron@example.org", NULL);
  g_autoptr (SmdAccount) found = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;

  account->signing = g_strdup ("abc");
  account->encrypt_by_default = TRUE;
  g_assert_true (smd_account_store_save (store, account, 0, NULL));
  g_assert_true (smd_account_store_save (store, account, 0, NULL));
  g_assert_true (smd_account_store_save (store, other, 0, NULL));
  all = smd_account_store_list (store, NULL);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpstr (((SmdAccount *) all->pdata[0])->address, ==, "Aaron@example.org");

  found = smd_account_store_lookup (store, "A.Smith@example.org", NULL);
  g_assert_nonnull (found);
  g_assert_cmpstr (found->id, ==, account->id);
  g_assert_cmpstr (found->signing, ==, "abc");
  g_assert_null (found->encryption);
  g_assert_true (found->encrypt_by_default);
  g_assert_false (found->sign_by_default);

  g_assert_true (smd_account_store_remove (store, account->id, NULL));
  g_assert_false (smd_account_store_remove (store, account->id, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  g_assert_cmpint (smd_test_database_run_sql (fixture, "SELECT count(*) FROM aliases"), ==, 0);
}

#define ADD(path, function) \
  g_test_add ("/database/" path, SmdTestDatabase, NULL, smd_test_database_set_up, function, smd_test_database_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("certificates-are-found-by-each-condition", test_find);
  ADD ("the-newest-certificate-comes-first", test_newest_first);
  ADD ("a-stored-certificate-keeps-its-trust-and-gets-the-higher-role", test_roles);
  ADD ("distrust-outlives-deletion", test_distrust_stays);
  ADD ("the-latest-capabilities-win", test_capabilities);
  ADD ("accounts-are-kept", test_accounts);
  return g_test_run ();
}
