/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The keyring keeps keys, and gives them when it is unlocked: a real gnome-keyring. */
#ifdef HAVE_MOCK_PROMPTER
#define GCR_API_SUBJECT_TO_CHANGE
#include <gcr/gcr-base.h>
#endif

#include "smd-test-keys.h"
#include "smimed-error.h"

static void
test_add (SmdTestKeys *fixture, gconstpointer data)
{
  smd_test_keys_add_alice (fixture);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 1);
  g_assert_cmpint (smd_test_keys_get_role (fixture, smd_test_keys_alice (fixture)->certificate), ==, SMD_ROLE_OWN);
  g_assert_cmpint (smd_test_keys_get_role (fixture, fixture->issuer), ==, SMD_ROLE_INTERMEDIATE);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  smd_test_keys_assert (fixture);
  smd_test_keys_add_alice (fixture);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 1);
}

static void
test_opaque (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GVariant) attributes = NULL;
  g_autoptr (GVariant) label = NULL;
  g_auto (GStrv) items = NULL;
  const char *word;

  smd_test_keys_add_alice (fixture);
  items = smd_test_keyring_list (fixture->keyring);
  label = smd_test_keyring_get (fixture->keyring, items[0], "org.freedesktop.Secret.Item", "Label");
  g_assert_cmpstr (g_variant_get_string (label, NULL), ==, "S/MIME key for alice@example.org");
  attributes = smd_test_keyring_get (fixture->keyring, items[0], "org.freedesktop.Secret.Item", "Attributes");
  g_assert_cmpuint (g_variant_n_children (attributes), ==, 2);
  g_assert_true (g_variant_lookup (attributes, "xdg:schema", "&s", &word));
  g_assert_cmpstr (word, ==, "org.smimed.Identity");
  g_assert_true (g_variant_lookup (attributes, "id", "&s", &word));
  g_assert_true (g_uuid_string_is_valid (word));
}

static void
test_two_keys (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (SmdPkcs12) erin = smd_test_keys_load (fixture, "erin");
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (erin->identities->len, ==, 2);
  g_assert_true (
      smd_key_store_add (fixture->store, erin->identities, erin->certificates, SMD_ORIGIN_USER, FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (smd_test_keys_get_role (fixture, ((SmdIdentity *) erin->identities->pdata[i])->certificate), ==,
                     SMD_ROLE_OWN);
}

static void
test_locked (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPkcs12) bob = smd_test_keys_load (fixture, "bob");

  smd_test_keys_add_alice (fixture);
  smd_test_keyring_lock (fixture->keyring);
  smd_test_keys_assert_none (fixture, FALSE, SMIMED_ERROR_INTERACTION_REQUIRED);
  g_assert_false (smd_key_store_add (fixture->store, bob->identities, NULL, SMD_ORIGIN_USER, FALSE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED);
  g_clear_error (&error);
  g_assert_false (smd_key_store_remove (fixture->store,
                                        smd_certificate_get_fingerprint (smd_test_keys_alice (fixture)->certificate),
                                        FALSE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED);
  g_assert_cmpint (smd_test_keys_get_role (fixture, smd_test_keys_alice (fixture)->certificate), ==, SMD_ROLE_OWN);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  /* nothing new, nothing to ask for */
  smd_test_keys_add_alice (fixture);
  smd_test_keyring_unlock (fixture->keyring);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 1);
  smd_test_keys_assert (fixture);
}

/* A look-up with a cancelled cancellable gets only what is in memory. */
static gboolean
is_cached (SmdTestKeys *fixture)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPrivateKey) key = NULL;

  g_cancellable_cancel (cancelled);
  key = smd_key_store_lookup (fixture->store, smd_private_key_get_fingerprint (smd_test_keys_alice (fixture)->key),
                              FALSE, cancelled, &error);
  if (key == NULL)
    g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  return key != NULL;
}

static void
await_drop (SmdTestKeys *fixture)
{
  guint timeout = smd_test_keyring_expect ();

  while (is_cached (fixture))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static void
test_cache (SmdTestKeys *fixture, gconstpointer data)
{
  smd_test_keys_add_alice (fixture);
  smd_test_keys_assert (fixture);
  g_assert_false (is_cached (fixture));
  smd_secret_service_start_watching (SMD_SECRET_SERVICE (fixture->store));
  smd_test_keys_assert (fixture);
  smd_test_keyring_settle (fixture->keyring);
  g_assert_true (is_cached (fixture));
  smd_test_keyring_lock (fixture->keyring);
  await_drop (fixture);
  smd_test_keys_assert_none (fixture, FALSE, SMIMED_ERROR_INTERACTION_REQUIRED);

  smd_test_keyring_unlock (fixture->keyring);
  smd_test_keys_assert (fixture);
  g_assert_true (is_cached (fixture));
  /* locked before the watch has looked again */
  smd_test_keyring_lock (fixture->keyring);
  await_drop (fixture);
}

static void
test_cache_time (SmdTestKeys *fixture, gconstpointer data)
{
  smd_test_keys_add_alice (fixture);
  smd_secret_service_start_watching (SMD_SECRET_SERVICE (fixture->store));
  smd_test_keys_assert (fixture);
  g_assert_true (is_cached (fixture));
  smd_secret_service_set_cache_seconds (SMD_SECRET_SERVICE (fixture->store), 0);
  g_assert_false (is_cached (fixture));
  smd_test_keys_assert (fixture);
  g_assert_false (is_cached (fixture));
  smd_secret_service_set_cache_seconds (SMD_SECRET_SERVICE (fixture->store), 1);
  smd_test_keys_assert (fixture);
  g_assert_true (is_cached (fixture));
}

static void
test_remove (SmdTestKeys *fixture, gconstpointer data)
{
  const char *fingerprint = smd_certificate_get_fingerprint (smd_test_keys_alice (fixture)->certificate);
  g_autoptr (GError) error = NULL;

  smd_test_keys_add_alice (fixture);
  smd_test_keys_assert (fixture);
  g_assert_true (smd_key_store_remove (fixture->store, fingerprint, FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (smd_test_keyring_count (fixture->keyring), ==, 0);
  g_assert_cmpint (smd_test_keys_get_role (fixture, smd_test_keys_alice (fixture)->certificate), ==, -1);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  smd_test_keys_assert_none (fixture, FALSE, SMIMED_ERROR_NO_PRIVATE_KEY);
  g_assert_false (smd_key_store_remove (fixture->store, fingerprint, FALSE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
}

#ifdef HAVE_MOCK_PROMPTER
static void
test_unlock_prompt (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  smd_test_keys_add_alice (fixture);
  smd_test_keyring_lock (fixture->keyring);
  gcr_mock_prompter_expect_password_ok (SMD_TEST_KEYRING_PASSWORD, NULL);
  gcr_mock_prompter_expect_close ();
  g_assert_true (smd_test_keys_has (fixture, TRUE, &error));
  g_assert_no_error (error);
}

static void
test_dismissed_prompt (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (SmdPkcs12) bob = smd_test_keys_load (fixture, "bob");
  g_autoptr (GError) error = NULL;

  smd_test_keys_add_alice (fixture);
  smd_test_keyring_lock (fixture->keyring);
  gcr_mock_prompter_expect_password_cancel ();
  smd_test_keys_assert_none (fixture, TRUE, SMIMED_ERROR_PROMPT_DISMISSED);
  gcr_mock_prompter_expect_password_cancel ();
  g_assert_false (smd_key_store_add (fixture->store, bob->identities, NULL, SMD_ORIGIN_USER, TRUE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED);
  g_assert_cmpint (smd_test_keys_get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
}

static gpointer
cancel_when_prompting (gpointer cancellable)
{
  while (!gcr_mock_prompter_is_prompting ())
    g_thread_yield ();
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* The prompt stays: the next call gets its answer, without a second one. */
static void
test_cancelled_prompt (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPrivateKey) key = NULL;
  GThread *thread;

  smd_test_keys_add_alice (fixture);
  smd_test_keyring_lock (fixture->keyring);
  gcr_mock_prompter_set_delay_msec (1000);
  gcr_mock_prompter_expect_password_ok (SMD_TEST_KEYRING_PASSWORD, NULL);
  gcr_mock_prompter_expect_close ();
  thread = g_thread_new ("cancel", cancel_when_prompting, cancellable);
  key = smd_key_store_lookup (fixture->store, smd_private_key_get_fingerprint (smd_test_keys_alice (fixture)->key),
                              TRUE, cancellable, &error);
  g_assert_null (key);
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (thread);
  g_assert_true (smd_test_keys_has (fixture, TRUE, &error));
  g_assert_no_error (error);
  gcr_mock_prompter_set_delay_msec (0);
}
#endif

/* Comes last: the service goes. */
static void
test_no_service (SmdTestKeys *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  smd_test_keys_add_alice (fixture);
  smd_secret_service_start_watching (SMD_SECRET_SERVICE (fixture->store));
  smd_test_keys_assert (fixture);
  smd_test_keyring_settle (fixture->keyring);
  g_assert_true (is_cached (fixture));
  smd_test_keyring_kill (fixture->keyring);
  await_drop (fixture);
  g_assert_false (smd_test_keys_has (fixture, TRUE, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "gnome-keyring"));
}

int
main (int argc, char **argv)
{
  static const SmdTestKeysTest tests[] = {
    { "an-identity-is-stored-once-and-found", test_add },
    { "attributes-tell-nothing", test_opaque },
    { "both-keys-of-a-file-are-stored", test_two_keys },
    { "a-locked-keyring-is-not-asked-without-leave", test_locked },
    { "an-unlocked-key-is-kept-until-the-keyring-locks", test_cache },
    { "keys-are-kept-as-long-as-the-policy-says", test_cache_time },
    { "a-removed-identity-is-gone", test_remove },
#ifdef HAVE_MOCK_PROMPTER
    { "the-keyring-asks-the-user", test_unlock_prompt },
    { "a-closed-prompt-changes-nothing", test_dismissed_prompt },
    { "a-prompt-can-be-cancelled", test_cancelled_prompt },
#endif
    { "without-a-secret-service-the-error-says-so", test_no_service },
    { NULL },
  };

  return smd_test_keys_run (argc, argv, tests);
}
