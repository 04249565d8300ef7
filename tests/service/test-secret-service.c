/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key store against a real gnome-keyring on a bus of its own. Its prompts are answered by gcr's mock prompter. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifdef HAVE_MOCK_PROMPTER
#define GCR_API_SUBJECT_TO_CHANGE
#include <gcr/gcr-base.h>
#endif

#include "smd-database-keys.h"
#include "smd-database-private.h"
#include "smd-secret-items.h"
#include "smd-pkcs12.h"
#include "smd-secret-service.h"
#include "smd-test-files.h"
#include "smd-test-people.h"
#include "smd-test-time.h"
#include "smimed-error.h"

#define SECRETS "org.freedesktop.secrets"
#define SERVICE "org.freedesktop.Secret.Service"
#define PASSWORD "keyring password"
#define FILE_PASSWORD "correct horse battery staple"
#define PATIENCE (20 * SMD_TEST_PATIENCE) /* seconds until something that must happen counts as failed */

/* What all tests share: started once */
typedef struct
{
  GTestDBus *bus;           /* (owned) */
  GDBusConnection *session; /* (owned) */
  char *folder;             /* (owned) */
  char *collection;         /* (owned) */
  GPid keyring;
} World;

typedef struct
{
  World *world;           /* (unowned) */
  SmdCrypto *crypto;      /* (owned) */
  char *path;             /* (owned) */
  SmdDatabase *database;  /* (owned) */
  SmdKeyStore *keys;      /* (owned) */
  GPtrArray *alice;       /* (owned) one identity */
  SmdCertificate *issuer; /* (owned) */
} Fixture;

/* ---- the world ---- */

static GVariant *
call (World *world, const char *path, const char *interface, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_sync (world->session, SECRETS, path, interface, method, arguments, NULL,
                                                 G_DBUS_CALL_FLAGS_NO_AUTO_START, PATIENCE * 1000, NULL, &error);

  g_assert_no_error (error);
  return reply;
}

static void
appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer flag)
{
  *(gboolean *) flag = TRUE;
}

static gboolean
on_timeout (gpointer data)
{
  g_error ("Nothing happened for %d seconds", PATIENCE);
  return G_SOURCE_REMOVE;
}

static void
prepare_child (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
start_keyring (World *world)
{
  const char *argv[] = { "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", NULL };
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  gboolean there = FALSE;
  guint watch, timeout;
  int in;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                            prepare_child, NULL, &world->keyring, &in, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (write (in, PASSWORD, strlen (PASSWORD)), ==, strlen (PASSWORD));
  close (in);
  watch = g_bus_watch_name_on_connection (world->session, SECRETS, G_BUS_NAME_WATCHER_FLAGS_NONE, appeared, NULL, &there, NULL);
  timeout = g_timeout_add_seconds (PATIENCE, on_timeout, NULL);
  while (!there)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  g_bus_unwatch_name (watch);
  reply = call (world, "/org/freedesktop/secrets", SERVICE, "ReadAlias", g_variant_new ("(s)", "default"));
  g_variant_get (reply, "(o)", &world->collection);
  g_assert_cmpstr (world->collection, !=, "/");
}

static void
stop_keyring (World *world)
{
  if (world->keyring != 0)
    kill (world->keyring, SIGTERM);
  world->keyring = 0;
}

static void
lock_keyring (World *world)
{
  const char *paths[] = { world->collection, NULL };

  g_variant_unref (call (world, "/org/freedesktop/secrets", SERVICE, "Lock", g_variant_new ("(^ao)", paths)));
}

static GVariant *
build_bytes (const char *text)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1);
}

static void
unlock_keyring (World *world)
{
  g_autoptr (GVariant) reply = call (world, "/org/freedesktop/secrets", SERVICE, "OpenSession",
                                     g_variant_new ("(sv)", "plain", g_variant_new_string ("")));
  const char *session;

  g_variant_get (reply, "(@v&o)", NULL, &session);
  g_variant_unref (call (world, "/org/freedesktop/secrets", "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
                         "UnlockWithMasterPassword",
                         g_variant_new ("(o(o@ay@ays))", world->collection, session, build_bytes (""), build_bytes (PASSWORD),
                                        "text/plain")));
}

static GVariant *
get_property (World *world, const char *path, const char *interface, const char *name)
{
  g_autoptr (GVariant) reply
      = call (world, path, "org.freedesktop.DBus.Properties", "Get", g_variant_new ("(ss)", interface, name));
  GVariant *value;

  g_variant_get (reply, "(v)", &value);
  return value;
}

static char **
list_items (World *world)
{
  g_autoptr (GVariant) items = get_property (world, world->collection, "org.freedesktop.Secret.Collection", "Items");

  return g_variant_dup_objv (items, NULL);
}

static guint
count_items (World *world)
{
  g_auto (GStrv) items = list_items (world);

  return g_strv_length (items);
}

static void
delete_items (World *world)
{
  g_auto (GStrv) items = list_items (world);

  for (guint i = 0; items[i] != NULL; i++)
    g_variant_unref (call (world, items[i], "org.freedesktop.Secret.Item", "Delete", NULL));
}

/* ---- the fixture ---- */

static SmdPkcs12 *
load_people (Fixture *fixture, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".p12", NULL);
  g_autofree char *path = smd_test_people_path (file);
  g_autoptr (SmdBlob) content = smd_test_read_file (path);
  g_autoptr (GError) error = NULL;
  SmdPkcs12 *pkcs12 = smd_pkcs12_read (fixture->crypto, smd_blob_get_span (content), smd_span_string (FILE_PASSWORD), &error);

  g_assert_no_error (error);
  return pkcs12;
}

static void
open_stores (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->keys);
  g_clear_object (&fixture->database);
  fixture->database = smd_database_new (fixture->crypto, fixture->path, &error);
  g_assert_no_error (error);
  fixture->keys = SMD_KEY_STORE (smd_secret_service_new (fixture->crypto, fixture->database));
}

static void
set_up (Fixture *fixture, gconstpointer world)
{
  g_autoptr (SmdPkcs12) pkcs12 = NULL;
  g_autoptr (GError) error = NULL;

  fixture->world = (World *) world;
  fixture->crypto = smd_test_crypto_new ();
  fixture->path = g_build_filename (fixture->world->folder, "data", "smimed", "smimed.db", NULL);
  pkcs12 = load_people (fixture, "alice");
  fixture->alice = g_ptr_array_ref (pkcs12->identities);
  fixture->issuer = smd_certificate_ref (((SmdIdentity *) fixture->alice->pdata[0])->chain->pdata[0]);
  open_stores (fixture);
}

static void
remove_database (Fixture *fixture)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  g_clear_object (&fixture->keys);
  g_clear_object (&fixture->database);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (fixture->path, suffixes[i], NULL);

      g_unlink (path);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_database (fixture);
  if (fixture->world->keyring != 0)
    {
      unlock_keyring (fixture->world);
      delete_items (fixture->world);
    }
  g_free (fixture->path);
  g_ptr_array_unref (fixture->alice);
  smd_certificate_unref (fixture->issuer);
  smd_crypto_unref (fixture->crypto);
}

static SmdIdentity *
alice (Fixture *fixture)
{
  return fixture->alice->pdata[0];
}

static void
add_alice (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gboolean added = smd_key_store_add (fixture->keys, fixture->alice, NULL, SMD_ORIGIN_USER, FALSE, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (added);
}

static gboolean
has_key (Fixture *fixture, gboolean interactive, GError **error)
{
  g_autoptr (SmdPrivateKey) key = smd_key_store_lookup (
      fixture->keys, smd_private_key_get_fingerprint (alice (fixture)->key), interactive, NULL, error);

  g_assert_true (key == NULL || smd_private_key_matches (key, alice (fixture)->certificate));
  return key != NULL;
}

static void
assert_key (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  has_key (fixture, FALSE, &error);
  g_assert_no_error (error);
}

static void
assert_no_key (Fixture *fixture, gboolean interactive, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (has_key (fixture, interactive, &error));
  g_assert_error (error, SMIMED_ERROR, code);
}

static int
get_role (Fixture *fixture, SmdCertificate *certificate)
{
  g_autoptr (SmdCertRecord) record
      = smd_cert_store_lookup (SMD_CERT_STORE (fixture->database), smd_certificate_get_fingerprint (certificate), NULL);

  return record ? (int) record->role : -1;
}

static gboolean
sync_ok (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = FALSE;
  gboolean done = smd_key_store_sync (fixture->keys, FALSE, &changed, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
  return changed;
}

static SmdKeysDue
get_due (Fixture *fixture)
{
  SmdKeysDue due = SMD_KEYS_DUE_NOTHING;

  g_assert_true (smd_database_keys_get_due (fixture->database, &due, NULL));
  return due;
}

/* ---- tests ---- */

static void
test_add (Fixture *fixture, gconstpointer data)
{
  add_alice (fixture);
  g_assert_cmpuint (count_items (fixture->world), ==, 1);
  g_assert_cmpint (get_role (fixture, alice (fixture)->certificate), ==, SMD_ROLE_OWN);
  g_assert_cmpint (get_role (fixture, fixture->issuer), ==, SMD_ROLE_INTERMEDIATE);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  assert_key (fixture);
  add_alice (fixture);
  g_assert_cmpuint (count_items (fixture->world), ==, 1);
}

static void
test_opaque (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) attributes = NULL;
  g_autoptr (GVariant) label = NULL;
  g_auto (GStrv) items = NULL;
  const char *word;

  add_alice (fixture);
  items = list_items (fixture->world);
  label = get_property (fixture->world, items[0], "org.freedesktop.Secret.Item", "Label");
  g_assert_cmpstr (g_variant_get_string (label, NULL), ==, "S/MIME key for alice@example.org");
  attributes = get_property (fixture->world, items[0], "org.freedesktop.Secret.Item", "Attributes");
  g_assert_cmpuint (g_variant_n_children (attributes), ==, 2);
  g_assert_true (g_variant_lookup (attributes, "xdg:schema", "&s", &word));
  g_assert_cmpstr (word, ==, "org.smimed.Identity");
  g_assert_true (g_variant_lookup (attributes, "id", "&s", &word));
  g_assert_true (g_uuid_string_is_valid (word));
}

static void
test_two_keys (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdPkcs12) erin = load_people (fixture, "erin");
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (erin->identities->len, ==, 2);
  g_assert_true (smd_key_store_add (fixture->keys, erin->identities, erin->certificates, SMD_ORIGIN_USER, FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_items (fixture->world), ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (get_role (fixture, ((SmdIdentity *) erin->identities->pdata[i])->certificate), ==, SMD_ROLE_OWN);
}

static void
test_locked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPkcs12) bob = load_people (fixture, "bob");

  add_alice (fixture);
  lock_keyring (fixture->world);
  assert_no_key (fixture, FALSE, SMIMED_ERROR_INTERACTION_REQUIRED);
  g_assert_false (smd_key_store_add (fixture->keys, bob->identities, NULL, SMD_ORIGIN_USER, FALSE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED);
  g_clear_error (&error);
  g_assert_false (smd_key_store_remove (fixture->keys, smd_certificate_get_fingerprint (alice (fixture)->certificate), FALSE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED);
  g_assert_cmpint (get_role (fixture, alice (fixture)->certificate), ==, SMD_ROLE_OWN);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  /* nothing new, nothing to ask for */
  add_alice (fixture);
  unlock_keyring (fixture->world);
  g_assert_cmpuint (count_items (fixture->world), ==, 1);
  assert_key (fixture);
}

/* A look-up with a cancelled cancellable gets only what is in memory. */
static gboolean
is_cached (Fixture *fixture)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPrivateKey) key = NULL;

  g_cancellable_cancel (cancelled);
  key = smd_key_store_lookup (fixture->keys, smd_private_key_get_fingerprint (alice (fixture)->key), FALSE, cancelled, &error);
  if (key == NULL)
    g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  return key != NULL;
}

static void
await_drop (Fixture *fixture)
{
  guint timeout = g_timeout_add_seconds (PATIENCE, on_timeout, NULL);

  while (is_cached (fixture))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer flag)
{
  g_variant_unref (g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL));
  *(gboolean *) flag = TRUE;
}

/* Gives the watch its turn: it is set up by fewer calls to the service than these. What the tests assert doesn't depend on it. */
static void
settle (World *world)
{
  for (guint i = 0; i < 50; i++)
    {
      gboolean replied = FALSE;

      g_dbus_connection_call (world->session, SECRETS, "/org/freedesktop/secrets", "org.freedesktop.DBus.Peer", "Ping", NULL, NULL,
                              G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_reply, &replied);
      while (!replied)
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_cache (Fixture *fixture, gconstpointer data)
{
  add_alice (fixture);
  assert_key (fixture);
  g_assert_false (is_cached (fixture));
  smd_secret_service_start_watching (SMD_SECRET_SERVICE (fixture->keys));
  assert_key (fixture);
  settle (fixture->world);
  g_assert_true (is_cached (fixture));
  lock_keyring (fixture->world);
  await_drop (fixture);
  assert_no_key (fixture, FALSE, SMIMED_ERROR_INTERACTION_REQUIRED);

  unlock_keyring (fixture->world);
  assert_key (fixture);
  g_assert_true (is_cached (fixture));
  /* locked before the watch has looked again */
  lock_keyring (fixture->world);
  await_drop (fixture);
}

static void
test_cache_time (Fixture *fixture, gconstpointer data)
{
  add_alice (fixture);
  smd_secret_service_start_watching (SMD_SECRET_SERVICE (fixture->keys));
  assert_key (fixture);
  g_assert_true (is_cached (fixture));
  smd_secret_service_set_cache_seconds (SMD_SECRET_SERVICE (fixture->keys), 0);
  g_assert_false (is_cached (fixture));
  assert_key (fixture);
  g_assert_false (is_cached (fixture));
  smd_secret_service_set_cache_seconds (SMD_SECRET_SERVICE (fixture->keys), 1);
  assert_key (fixture);
  g_assert_true (is_cached (fixture));
}

static void
test_lost_database (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = FALSE;

  add_alice (fixture);
  remove_database (fixture);
  open_stores (fixture);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_ALL);

  lock_keyring (fixture->world);
  g_assert_false (smd_key_store_sync (fixture->keys, FALSE, &changed, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INTERACTION_REQUIRED);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_ALL);
  unlock_keyring (fixture->world);

  g_assert_true (sync_ok (fixture));
  g_assert_cmpint (get_role (fixture, alice (fixture)->certificate), ==, SMD_ROLE_OWN);
  g_assert_cmpint (get_role (fixture, fixture->issuer), ==, SMD_ROLE_INTERMEDIATE);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  assert_key (fixture);
  g_assert_false (sync_ok (fixture));
}

static void
test_lookup_after_loss (Fixture *fixture, gconstpointer data)
{
  add_alice (fixture);
  remove_database (fixture);
  open_stores (fixture);
  assert_key (fixture);
  remove_database (fixture);
  open_stores (fixture);
  add_alice (fixture);
  g_assert_cmpuint (count_items (fixture->world), ==, 1);
}

/* Does what a call had done when it was killed: journal and item, no rows. */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdSecretItems) keyring = smd_secret_items_new ();
  g_autoptr (SmdSecret) pem = smd_identity_to_pem (alice (fixture), NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  sync_ok (fixture);
  g_ptr_array_add (items, (gpointer) "some-random-id");
  g_assert_true (smd_database_keys_open_journal (fixture->database, items, NULL));
  g_assert_true (smd_secret_items_store (keyring, "some-random-id", "S/MIME key", pem, NULL, NULL));
  open_stores (fixture);
  g_assert_cmpuint (count_items (fixture->world), ==, 1);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_JOURNAL);
  g_assert_false (sync_ok (fixture));
  g_assert_cmpuint (count_items (fixture->world), ==, 0);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
}

static gboolean
sql_work (SmdDatabase *database, gpointer sql, GError **error)
{
  return smd_database_run (database, NULL, error, sql, "");
}

static void
test_disk_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdPkcs12) erin = load_people (fixture, "erin");
  g_autoptr (GError) error = NULL;

  sync_ok (fixture);
  g_assert_true (smd_database_read (fixture->database, sql_work, (gpointer) "PRAGMA max_page_count = 1", NULL));
  g_ptr_array_add (erin->identities, smd_identity_copy (alice (fixture)));
  g_assert_false (smd_key_store_add (fixture->keys, erin->identities, erin->certificates, SMD_ORIGIN_USER, FALSE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "free some disk space"));
  g_assert_cmpuint (count_items (fixture->world), ==, 0);
  g_assert_cmpint (get_role (fixture, alice (fixture)->certificate), ==, -1);

  g_assert_true (smd_database_read (fixture->database, sql_work, (gpointer) "PRAGMA max_page_count = 1000000", NULL));
  add_alice (fixture);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  g_assert_cmpuint (count_items (fixture->world), ==, 1);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gboolean changed;

  g_cancellable_cancel (cancelled);
  g_assert_false (smd_key_store_add (fixture->keys, fixture->alice, NULL, SMD_ORIGIN_USER, FALSE, cancelled, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (smd_key_store_sync (fixture->keys, FALSE, &changed, cancelled, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_assert_cmpuint (count_items (fixture->world), ==, 0);
  add_alice (fixture);
}

static void
add_certificate (Fixture *fixture, SmdCertificate *certificate, SmdRole role)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);

  g_ptr_array_add (records, smd_cert_record_new (certificate, role, SMD_ORIGIN_USER, SMD_TRUST_DEFAULT));
  g_assert_true (smd_cert_store_add (SMD_CERT_STORE (fixture->database), records, NULL));
}

static GPtrArray *
build_waiting (Fixture *fixture)
{
  GPtrArray *waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_identity_free);

  g_ptr_array_add (waiting, smd_identity_new (alice (fixture)->key, NULL, NULL));
  return waiting;
}

static void
assert_joined (Fixture *fixture)
{
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  g_assert_cmpuint (count_items (fixture->world), ==, 1);
  assert_key (fixture);
  remove_database (fixture);
  open_stores (fixture);
  sync_ok (fixture);
  g_assert_cmpint (get_role (fixture, alice (fixture)->certificate), ==, SMD_ROLE_OWN);
}

static void
test_waiting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) waiting = build_waiting (fixture);

  g_assert_true (smd_key_store_add (fixture->keys, waiting, NULL, SMD_ORIGIN_USER, FALSE, NULL, NULL));
  assert_key (fixture);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  add_certificate (fixture, fixture->issuer, SMD_ROLE_INTERMEDIATE);
  add_certificate (fixture, alice (fixture)->certificate, SMD_ROLE_CORRESPONDENT);
  g_assert_cmpint (get_role (fixture, alice (fixture)->certificate), ==, SMD_ROLE_OWN);
  assert_key (fixture);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_JOIN);
  sync_ok (fixture);
  assert_joined (fixture);
  g_assert_cmpint (get_role (fixture, fixture->issuer), ==, SMD_ROLE_INTERMEDIATE);
}

static void
test_waiting_add (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) waiting = build_waiting (fixture);
  g_autoptr (GPtrArray) certificates = smd_certificates_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  g_assert_true (smd_key_store_add (fixture->keys, waiting, NULL, SMD_ORIGIN_USER, FALSE, NULL, NULL));
  smd_certificates_add (certificates, alice (fixture)->certificate);
  g_assert_true (smd_key_store_add (fixture->keys, none, certificates, SMD_ORIGIN_USER, FALSE, NULL, NULL));
  assert_joined (fixture);
}

static void
test_certificate_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) waiting = build_waiting (fixture);

  add_certificate (fixture, alice (fixture)->certificate, SMD_ROLE_CORRESPONDENT);
  g_assert_true (smd_key_store_add (fixture->keys, waiting, NULL, SMD_ORIGIN_USER, FALSE, NULL, NULL));
  assert_joined (fixture);
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  const char *fingerprint = smd_certificate_get_fingerprint (alice (fixture)->certificate);
  g_autoptr (GError) error = NULL;

  add_alice (fixture);
  assert_key (fixture);
  g_assert_true (smd_key_store_remove (fixture->keys, fingerprint, FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_items (fixture->world), ==, 0);
  g_assert_cmpint (get_role (fixture, alice (fixture)->certificate), ==, -1);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
  assert_no_key (fixture, FALSE, SMIMED_ERROR_NO_PRIVATE_KEY);
  g_assert_false (smd_key_store_remove (fixture->keys, fingerprint, FALSE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
}

static void
test_deleted_outside (Fixture *fixture, gconstpointer data)
{
  add_alice (fixture);
  delete_items (fixture->world);
  assert_no_key (fixture, FALSE, SMIMED_ERROR_NO_PRIVATE_KEY);
  g_assert_true (sync_ok (fixture));
  g_assert_cmpint (get_role (fixture, alice (fixture)->certificate), ==, -1);
}

#ifdef HAVE_MOCK_PROMPTER
static void
test_unlock_prompt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_alice (fixture);
  lock_keyring (fixture->world);
  gcr_mock_prompter_expect_password_ok (PASSWORD, NULL);
  gcr_mock_prompter_expect_close ();
  g_assert_true (has_key (fixture, TRUE, &error));
  g_assert_no_error (error);
}

static void
test_dismissed_prompt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdPkcs12) bob = load_people (fixture, "bob");
  g_autoptr (GError) error = NULL;

  add_alice (fixture);
  lock_keyring (fixture->world);
  gcr_mock_prompter_expect_password_cancel ();
  assert_no_key (fixture, TRUE, SMIMED_ERROR_PROMPT_DISMISSED);
  gcr_mock_prompter_expect_password_cancel ();
  g_assert_false (smd_key_store_add (fixture->keys, bob->identities, NULL, SMD_ORIGIN_USER, TRUE, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_PROMPT_DISMISSED);
  g_assert_cmpint (get_due (fixture), ==, SMD_KEYS_DUE_NOTHING);
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
test_cancelled_prompt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPrivateKey) key = NULL;
  GThread *thread;

  add_alice (fixture);
  lock_keyring (fixture->world);
  gcr_mock_prompter_set_delay_msec (1000);
  gcr_mock_prompter_expect_password_ok (PASSWORD, NULL);
  gcr_mock_prompter_expect_close ();
  thread = g_thread_new ("cancel", cancel_when_prompting, cancellable);
  key = smd_key_store_lookup (fixture->keys, smd_private_key_get_fingerprint (alice (fixture)->key), TRUE, cancellable, &error);
  g_assert_null (key);
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (thread);
  g_assert_true (has_key (fixture, TRUE, &error));
  g_assert_no_error (error);
  gcr_mock_prompter_set_delay_msec (0);
}
#endif

/* Comes last: the service goes. */
static void
test_no_service (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_alice (fixture);
  smd_secret_service_start_watching (SMD_SECRET_SERVICE (fixture->keys));
  assert_key (fixture);
  settle (fixture->world);
  g_assert_true (is_cached (fixture));
  stop_keyring (fixture->world);
  await_drop (fixture);
  g_assert_false (has_key (fixture, TRUE, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "gnome-keyring"));
}

static void
set_folder (const char *top, const char *name, const char *variable)
{
  g_autofree char *path = g_build_filename (top, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_setenv (variable, path, TRUE);
}

static void
start_world (World *world)
{
  g_autoptr (GError) error = NULL;

  world->folder = g_dir_make_tmp ("smimed-test-XXXXXX", &error);
  g_assert_no_error (error);
  set_folder (world->folder, "home", "HOME");
  set_folder (world->folder, "runtime", "XDG_RUNTIME_DIR");
  set_folder (world->folder, "data", "XDG_DATA_HOME");
  set_folder (world->folder, "cache", "XDG_CACHE_HOME");
  set_folder (world->folder, "config", "XDG_CONFIG_HOME");
  world->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (world->bus);
  world->session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
#ifdef HAVE_MOCK_PROMPTER
  g_setenv ("GNOME_KEYRING_TEST_PROMPTER", gcr_mock_prompter_start (), TRUE);
#endif
  start_keyring (world);
}

static void
stop_world (World *world)
{
  g_autofree char *remove = g_strdup_printf ("rm -rf '%s'", world->folder);

  stop_keyring (world);
#ifdef HAVE_MOCK_PROMPTER
  gcr_mock_prompter_stop ();
#endif
  g_clear_object (&world->session);
  g_test_dbus_stop (world->bus);
  g_object_unref (world->bus);
  g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL);
  g_free (world->collection);
  g_free (world->folder);
}

#define ADD(path, function) g_test_add ("/secret-service/" path, Fixture, &world, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  World world = { NULL };
  g_autofree char *keyring = g_find_program_in_path ("gnome-keyring-daemon");
  int result;

  g_setenv ("GIO_USE_VFS", "local", TRUE);
  g_test_init (&argc, &argv, NULL);
  if (keyring == NULL)
    {
      g_print ("1..0 # SKIP no gnome-keyring-daemon\n");
      return 0;
    }

  start_world (&world);
  ADD ("an-identity-is-stored-once-and-found", test_add);
  ADD ("attributes-tell-nothing", test_opaque);
  ADD ("both-keys-of-a-file-are-stored", test_two_keys);
  ADD ("a-locked-keyring-is-not-asked-without-leave", test_locked);
  ADD ("an-unlocked-key-is-kept-until-the-keyring-locks", test_cache);
  ADD ("keys-are-kept-as-long-as-the-policy-says", test_cache_time);
  ADD ("a-lost-database-comes-back-from-the-keyring", test_lost_database);
  ADD ("a-lost-database-comes-back-with-the-first-look-up", test_lookup_after_loss);
  ADD ("what-a-killed-import-left-is-deleted", test_killed);
  ADD ("a-full-disk-leaves-no-key-behind", test_disk_full);
  ADD ("a-cancelled-import-leaves-nothing", test_cancelled);
  ADD ("a-key-waits-for-its-certificate", test_waiting);
  ADD ("a-certificate-that-comes-through-an-import-joins-its-key", test_waiting_add);
  ADD ("a-key-that-comes-after-its-certificate-joins-it", test_certificate_first);
  ADD ("a-removed-identity-is-gone", test_remove);
  ADD ("a-key-deleted-elsewhere-is-missed-and-its-certificate-goes", test_deleted_outside);
#ifdef HAVE_MOCK_PROMPTER
  ADD ("the-keyring-asks-the-user", test_unlock_prompt);
  ADD ("a-closed-prompt-changes-nothing", test_dismissed_prompt);
  ADD ("a-prompt-can-be-cancelled", test_cancelled_prompt);
#endif
  ADD ("without-a-secret-service-the-error-says-so", test_no_service);
  result = g_test_run ();
  stop_world (&world);
  return result;
}
