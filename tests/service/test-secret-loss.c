/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keyring and database stay together, whatever is lost, and whatever comes first: a real gnome-keyring. */
#include "smd-database-private.h"
#include "smd-secret-items.h"
#include "smd-test-keys.h"
#include "smimed-error.h"

static void
test_lost_database (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = FALSE;

  smd_test_keys_add_alice (fixture);
  smd_test_keys_lose_database (fixture);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_ALL);

  smd_test_keyring_lock (fixture->keyring);
  g_assert_false (smd_key_store_sync (fixture->store, FALSE, &changed, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_ALL);
  smd_test_keyring_unlock (fixture->keyring);

  g_assert_true (smd_test_keys_sync (fixture));
  g_assert_cmpint (smd_test_keys_get_role (fixture, smd_test_keys_alice (fixture)->certificate), ==, SMD_ROLE_OWN);
  g_assert_cmpint (smd_test_keys_get_role (fixture, fixture->issuer), ==, SMD_ROLE_INTERMEDIATE);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  smd_test_keys_assert (fixture);
  g_assert_false (smd_test_keys_sync (fixture));
}

static void
test_lookup_after_loss (SmdTestKeys *fixture, gconstpointer data)
{
  smd_test_keys_add_alice (fixture);
  smd_test_keys_lose_database (fixture);
  smd_test_keys_assert (fixture);
  smd_test_keys_lose_database (fixture);
  smd_test_keys_add_alice (fixture);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 1);
}

/* Does what a call had done when it was killed: journal and item, no rows. */
static void
test_killed (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (SmdSecretItems) keyring = smd_secret_items_new ();
  g_autoptr (SmdSecret) pem = smd_identity_to_pem (smd_test_keys_alice (fixture), NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  smd_test_keys_sync (fixture);
  g_ptr_array_add (items, (gpointer) "some-random-id");
  g_assert_true (smd_database_keys_open_journal (fixture->database, items, NULL));
  g_assert_true (smd_secret_items_store (keyring, "some-random-id", "S/MIME key", pem, NULL, NULL));
  smd_test_keys_reopen (fixture);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 1);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_JOURNAL);
  g_assert_false (smd_test_keys_sync (fixture));
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 0);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
}

static gboolean
sql_work (SmdDatabase *database, gpointer sql, GError **error)
{
  return smd_database_run (database, NULL, error, sql, "");
}

static void
test_disk_full (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (SmdPkcs12) erin = smd_test_keys_load (fixture, "erin");
  g_autoptr (GError) error = NULL;

  smd_test_keys_sync (fixture);
  g_assert_true (smd_database_read (fixture->database, sql_work, (gpointer) "PRAGMA max_page_count = 1", NULL));
  g_ptr_array_add (erin->identities, smd_identity_copy (smd_test_keys_alice (fixture)));
  g_assert_false (
      smd_key_store_add (fixture->store, erin->identities, erin->certificates, SMD_ORIGIN_USER, FALSE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "free some disk space"));
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 0);
  g_assert_cmpint (smd_test_keys_get_role (fixture, smd_test_keys_alice (fixture)->certificate), ==, -1);

  g_assert_true (smd_database_read (fixture->database, sql_work, (gpointer) "PRAGMA max_page_count = 1000000", NULL));
  smd_test_keys_add_alice (fixture);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 1);
}

static void
test_cancelled (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gboolean changed;

  g_cancellable_cancel (cancelled);
  g_assert_false (smd_key_store_add (fixture->store, fixture->alice, NULL, SMD_ORIGIN_USER, FALSE, cancelled, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (smd_key_store_sync (fixture->store, FALSE, &changed, cancelled, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 0);
  smd_test_keys_add_alice (fixture);
}

static void
add_certificate (SmdTestKeys *fixture, SmdCertificate *certificate, SmdRole role)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);

  g_ptr_array_add (records, smd_cert_record_new (certificate, role, SMD_ORIGIN_USER, SMD_TRUST_DEFAULT));
  g_assert_true (smd_cert_store_add (SMD_CERT_STORE (fixture->database), records, NULL));
}

static GPtrArray *
build_waiting (SmdTestKeys *fixture)
{
  GPtrArray *waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_identity_free);

  g_ptr_array_add (waiting, smd_identity_new (smd_test_keys_alice (fixture)->key, NULL, NULL));
  return waiting;
}

static void
assert_joined (SmdTestKeys *fixture)
{
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 1);
  smd_test_keys_assert (fixture);
  smd_test_keys_lose_database (fixture);
  smd_test_keys_sync (fixture);
  g_assert_cmpint (smd_test_keys_get_role (fixture, smd_test_keys_alice (fixture)->certificate), ==, SMD_ROLE_OWN);
}

static void
test_waiting (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) waiting = build_waiting (fixture);

  g_assert_true (smd_key_store_add (fixture->store, waiting, NULL, SMD_ORIGIN_USER, FALSE, NULL, NULL));
  smd_test_keys_assert (fixture);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  add_certificate (fixture, fixture->issuer, SMD_ROLE_INTERMEDIATE);
  add_certificate (fixture, smd_test_keys_alice (fixture)->certificate, SMD_ROLE_CORRESPONDENT);
  g_assert_cmpint (smd_test_keys_get_role (fixture, smd_test_keys_alice (fixture)->certificate), ==, SMD_ROLE_OWN);
  smd_test_keys_assert (fixture);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_JOIN);
  smd_test_keys_sync (fixture);
  assert_joined (fixture);
  g_assert_cmpint (smd_test_keys_get_role (fixture, fixture->issuer), ==, SMD_ROLE_INTERMEDIATE);
}

static void
test_waiting_add (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) waiting = build_waiting (fixture);
  g_autoptr (GPtrArray) certificates = smd_certificates_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  g_assert_true (smd_key_store_add (fixture->store, waiting, NULL, SMD_ORIGIN_USER, FALSE, NULL, NULL));
  smd_certificates_add (certificates, smd_test_keys_alice (fixture)->certificate);
  g_assert_true (smd_key_store_add (fixture->store, none, certificates, SMD_ORIGIN_USER, FALSE, NULL, NULL));
  assert_joined (fixture);
}

static void
test_certificate_first (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) waiting = build_waiting (fixture);

  add_certificate (fixture, smd_test_keys_alice (fixture)->certificate, SMD_ROLE_CORRESPONDENT);
  g_assert_true (smd_key_store_add (fixture->store, waiting, NULL, SMD_ORIGIN_USER, FALSE, NULL, NULL));
  assert_joined (fixture);
}

static void
test_deleted_outside (SmdTestKeys *fixture, gconstpointer data)
{
  smd_test_keys_add_alice (fixture);
  smd_test_keyring_clear (fixture->keyring);
  smd_test_keys_assert_none (fixture, FALSE, SMIMED_ERROR_NO_PRIVATE_KEY);
  g_assert_true (smd_test_keys_sync (fixture));
  g_assert_cmpint (smd_test_keys_get_role (fixture, smd_test_keys_alice (fixture)->certificate), ==, -1);
}

int
main (int argc, char **argv)
{
  static const SmdTestKeysTest tests[] = {
    { "a-lost-database-comes-back-from-the-keyring", test_lost_database },
    { "a-lost-database-comes-back-with-the-first-look-up", test_lookup_after_loss },
    { "what-a-killed-import-left-is-deleted", test_killed },
    { "a-full-disk-leaves-no-key-behind", test_disk_full },
    { "a-cancelled-import-leaves-nothing", test_cancelled },
    { "a-key-waits-for-its-certificate", test_waiting },
    { "a-certificate-that-comes-through-an-import-joins-its-key", test_waiting_add },
    { "a-key-that-comes-after-its-certificate-joins-it", test_certificate_first },
    { "a-key-deleted-elsewhere-is-missed-and-its-certificate-goes", test_deleted_outside },
    { NULL },
  };

  return smd_test_keys_run (argc, argv, tests);
}
