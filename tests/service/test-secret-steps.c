/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The keyring is locked, or its service dies, at each step of a call: what the call's answer says is what is there. A real gnome-keyring. */
#include "smd-test-keys.h"
#include "smd-test-strike.h"
#include "smimed-error.h"

typedef struct
{
  const char *what; /* (unowned) */
  void (*hit) (SmdTestKeyring *keyring);
} Strike;

static const Strike strikes[] = {
  { "locked", smd_test_strike_lock },
  { "killed", smd_test_strike_kill },
  { "killed, and another one is there, locked", smd_test_strike_restart_locked },
  { "killed, and another one is there, open", smd_test_strike_restart },
};

/* A call, and whether all of what it is to bring about is there, or nothing */
typedef struct
{
  void (*prepare) (SmdTestKeys *fixture);
  gboolean (*call) (SmdTestKeys *fixture, GError **error);
  gboolean (*is_done) (SmdTestKeys *fixture);
  gboolean (*is_undone) (SmdTestKeys *fixture);
} Scene;

/* As the daemon does when the store says that it is worth it. */
static void
on_opened (SmdKeyStore *store, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!smd_key_store_sync (store, FALSE, NULL, NULL, &error))
    g_test_message ("not yet: %s", error->message);
}

static void
make_usable (SmdTestKeys *fixture)
{
  SmdTestKeyring *keyring = fixture->keyring;

  if (keyring->process == 0)
    {
      smd_test_keyring_spawn (keyring, TRUE);
      smd_test_keyring_await (keyring);
    }
  else
    smd_test_keyring_unlock (keyring);
  smd_test_keyring_settle (keyring);
}

static void
await_order (SmdTestKeys *fixture)
{
  guint timeout = smd_test_keyring_expect ();

  while (smd_test_keys_get_due (fixture) != SMD_KEYS_DUE_NOTHING)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static void
start_anew (SmdTestKeys *fixture)
{
  smd_test_keys_lose_database (fixture);
  smd_test_keyring_clear (fixture->keyring);
  smd_secret_service_start_watching (SMD_SECRET_SERVICE (fixture->store));
  g_signal_connect (fixture->store, "opened", G_CALLBACK (on_opened), NULL);
  smd_test_keys_sync (fixture);
}

/* Returns: whether it came to that step */
static gboolean
run_step (SmdTestKeys *fixture, const Scene *scene, const Strike *strike, guint step)
{
  g_autoptr (GError) error = NULL;
  SmdTestStrike *at;
  gboolean done, hit;

  start_anew (fixture);
  if (scene->prepare != NULL)
    scene->prepare (fixture);
  at = smd_test_strike_new (fixture->keyring, step, strike->hit);
  done = scene->call (fixture, &error);
  hit = smd_test_strike_free (at);
  g_test_message ("%s at step %u: %s", strike->what, step, done ? "done" : error->message);

  /* What is told now is so, whether or not the keyring can be read. */
  g_assert_true (done ? scene->is_done (fixture) : scene->is_undone (fixture));
  if (!done)
    g_assert_true (g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_LOCKED)
                   || g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED)
                   || g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_FAILED));

  /* And as soon as it can, the keyring holds just that, without anybody's call. */
  make_usable (fixture);
  await_order (fixture);
  g_assert_true (done ? scene->is_done (fixture) : scene->is_undone (fixture));
  smd_test_keys_lose_database (fixture);
  smd_test_keys_sync (fixture);
  g_assert_true (done ? scene->is_done (fixture) : scene->is_undone (fixture));
  return hit;
}

static void
run_scene (SmdTestKeys *fixture, const Scene *scene, guint n_strikes)
{
  for (guint i = 0; i < n_strikes; i++)
    {
      guint step = 1;

      while (run_step (fixture, scene, &strikes[i], step))
        step++;
      g_assert_cmpuint (step, >, 3);
      g_test_message ("%s: %u steps", strikes[i].what, step - 1);
    }
}

/* ---- what is there ---- */

static guint
count_own (SmdTestKeys *fixture)
{
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  g_autoptr (GPtrArray) own = NULL;

  query.own = TRUE;
  own = smd_cert_store_find (SMD_CERT_STORE (fixture->database), &query, NULL);
  g_assert_nonnull (own);
  return own->len;
}

static gboolean
has_two (SmdTestKeys *fixture)
{
  return count_own (fixture) == 2;
}

static gboolean
has_one (SmdTestKeys *fixture)
{
  return count_own (fixture) == 1;
}

static const char *
get_key (SmdTestKeys *fixture)
{
  return smd_private_key_get_fingerprint (smd_test_keys_alice (fixture)->key);
}

/* Alice's key is in the books, without her certificate. */
static gboolean
waits (SmdTestKeys *fixture)
{
  g_autoptr (GPtrArray) items = smd_database_keys_find (fixture->database, get_key (fixture), NULL);

  g_assert_nonnull (items);
  return count_own (fixture) == 0 && items->len == 1;
}

static gboolean
has_nothing (SmdTestKeys *fixture)
{
  g_autoptr (GPtrArray) items = smd_database_keys_find (fixture->database, get_key (fixture), NULL);

  g_assert_nonnull (items);
  return count_own (fixture) == 0 && items->len == 0;
}

/* ---- what is done ---- */

static gboolean
import_erin (SmdTestKeys *fixture, GError **error)
{
  g_autoptr (SmdPkcs12) erin = smd_test_keys_load (fixture, "erin");

  return smd_key_store_add (fixture->store, erin->identities, erin->certificates, SMD_ORIGIN_USER, FALSE, NULL, error);
}

static gboolean
remove_alice (SmdTestKeys *fixture, GError **error)
{
  return smd_key_store_remove (fixture->store, smd_certificate_get_fingerprint (smd_test_keys_alice (fixture)->certificate), FALSE, NULL,
                               error);
}

static gboolean
request (SmdTestKeys *fixture, GError **error)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_identity_free);

  g_ptr_array_add (waiting, smd_identity_new (smd_test_keys_alice (fixture)->key, NULL, NULL));
  return smd_key_store_add (fixture->store, waiting, NULL, SMD_ORIGIN_USER, FALSE, NULL, error);
}

static void
prepare_request (SmdTestKeys *fixture)
{
  g_assert_true (request (fixture, NULL));
}

static gboolean
complete (SmdTestKeys *fixture, GError **error)
{
  return smd_key_store_add (fixture->store, fixture->alice, NULL, SMD_ORIGIN_USER, FALSE, NULL, error);
}

static gboolean
discard (SmdTestKeys *fixture, GError **error)
{
  return smd_key_store_discard (fixture->store, get_key (fixture), FALSE, NULL, error);
}

static void
test_import (SmdTestKeys *fixture, gconstpointer data)
{
  static const Scene scene = { NULL, import_erin, has_two, has_nothing };

  run_scene (fixture, &scene, G_N_ELEMENTS (strikes));
}

static void
test_remove (SmdTestKeys *fixture, gconstpointer data)
{
  static const Scene scene = { smd_test_keys_add_alice, remove_alice, has_nothing, has_one };

  run_scene (fixture, &scene, G_N_ELEMENTS (strikes));
}

static void
test_request (SmdTestKeys *fixture, gconstpointer data)
{
  static const Scene scene = { NULL, request, waits, has_nothing };

  run_scene (fixture, &scene, 2);
}

static void
test_complete (SmdTestKeys *fixture, gconstpointer data)
{
  static const Scene scene = { prepare_request, complete, has_one, waits };

  run_scene (fixture, &scene, 2);
}

static void
test_discard (SmdTestKeys *fixture, gconstpointer data)
{
  static const Scene scene = { prepare_request, discard, has_nothing, waits };

  run_scene (fixture, &scene, 2);
}

int
main (int argc, char **argv)
{
  static const SmdTestKeysTest tests[] = {
    { "an-import-is-whole-or-not-at-all-whenever-the-keyring-is-locked-or-dies", test_import },
    { "a-removal-is-whole-or-not-at-all-whenever-the-keyring-is-locked-or-dies", test_remove },
    { "a-request-is-made-or-not-whenever-the-keyring-is-locked-or-dies", test_request },
    { "a-request-is-completed-or-waits-whenever-the-keyring-is-locked-or-dies", test_complete },
    { "a-request-is-discarded-or-waits-whenever-the-keyring-is-locked-or-dies", test_discard },
    { NULL },
  };

  return smd_test_keys_run (argc, argv, tests);
}
