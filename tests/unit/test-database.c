/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file: it is whole, private, found again, and quick, whatever happens to it. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smd-database-schema.h"
#include "smd-test-database.h"
#include "smd-test-people.h"
#include "smimed-error.h"

#define MANY 100000

/* Queries below give what differs from SMD_CERT_QUERY_INIT. */
#pragma GCC diagnostic ignored "-Woverride-init"

static guint
get_mode (const char *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return status.st_mode & 0777;
}

static void
test_fresh (SmdTestDatabase *fixture, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  guint count;

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  g_assert_cmphex (get_mode (folder), ==, 0700);
  g_assert_cmphex (get_mode (fixture->path), ==, 0600);
  g_assert_cmphex (get_mode (log), ==, 0600);
  smd_database_schema_get_steps (&count);
  g_assert_cmpint (smd_test_database_run_sql (fixture, "PRAGMA user_version"), ==, count);
  g_assert_cmpint (smd_test_database_run_sql (fixture, "SELECT value FROM meta WHERE key = 'sync-due'"), ==, 1);
}

static void
test_reopen (SmdTestDatabase *fixture, gconstpointer data)
{
  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  smd_test_database_reopen (fixture);
  g_assert_true (SMD_TEST_FINDS (fixture->alice, .address = "ALICE@example.org"));
}

/* The log of a killed process is read back: its file is copied while the connection is open. */
static void
test_killed (SmdTestDatabase *fixture, gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal" };
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.db", NULL);

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_ANCHOR);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (fixture->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (copy, suffixes[i], NULL);
      g_autofree char *content = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (from, &content, &size, NULL));
      g_assert_true (g_file_set_contents (to, content, (gssize) size, NULL));
    }
  g_free (g_steal_pointer (&fixture->path));
  fixture->path = g_steal_pointer (&copy);
  smd_test_database_reopen (fixture);
  g_assert_true (SMD_TEST_FINDS (fixture->alice, .role = SMD_ROLE_ANCHOR));
}

static void
test_migration (void)
{
  static const char *const steps[] = { "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (7)",
                                       "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 8", "UPDATE a SET x = x + y",
                                       "INSERT INTO nowhere VALUES (1)" };
  sqlite3 *connection = NULL;
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &connection), ==, SQLITE_OK);
  g_assert_cmpint (smd_database_schema_upgrade (connection, steps, 1), ==, SQLITE_OK);
  g_assert_cmpint (smd_database_schema_upgrade (connection, steps, 4), ==, SQLITE_ERROR);
  g_assert_true (sqlite3_get_autocommit (connection));
  g_assert_cmpint (smd_database_schema_upgrade (connection, steps, 3), ==, SQLITE_OK);
  g_assert_cmpint (smd_database_schema_upgrade (connection, steps, 3), ==, SQLITE_OK);
  g_assert_cmpint (smd_database_schema_upgrade (connection, steps, 2), ==, SQLITE_MISMATCH);
  g_assert_cmpint (sqlite3_prepare_v2 (connection, "SELECT x FROM a", -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_int (statement, 0), ==, 15);
  sqlite3_finalize (statement);
  sqlite3_close (connection);
}

static void
test_newer (SmdTestDatabase *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->database);
  smd_test_database_run_sql (fixture, "PRAGMA user_version = 999");
  g_assert_null (smd_database_new (fixture->crypto, fixture->path, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "newer smimed"));
  g_assert_cmpint (smd_test_database_run_sql (fixture, "PRAGMA user_version"), ==, 999);
}

static guint
count_kept (SmdTestDatabase *fixture)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    count += g_str_has_prefix (name, "smimed.db.corrupt-") && !g_str_has_suffix (name, "-wal") &&
             !g_str_has_suffix (name, "-shm");
  return count;
}

static void
test_corrupt (SmdTestDatabase *fixture, gconstpointer data)
{
  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  g_clear_object (&fixture->database);
  g_assert_true (
      g_file_set_contents (fixture->path, "this is no database, and it is long enough to be seen as none", -1, NULL));

  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*is damaged; it is kept as*");
  smd_test_database_reopen (fixture);
  g_test_assert_expected_messages ();
  g_assert_cmpint (count_kept (fixture), ==, 1);
  g_assert_null (smd_test_database_lookup (fixture, fixture->alice));
  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  g_assert_cmpint (smd_test_database_run_sql (fixture, "SELECT value FROM meta WHERE key = 'sync-due'"), ==, 1);
}

/* Damage that opening doesn't see: the call that meets it fails and says so, the next one works. */
static void
test_corrupt_later (SmdTestDatabase *fixture, gconstpointer data)
{
  g_autofree guint8 *noise = g_malloc (200000);
  g_autoptr (GError) error = NULL;
  SmdCertQuery query = SMD_CERT_QUERY_INIT;
  GPtrArray *found;
  int fd;

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  g_clear_object (&fixture->database);
  smd_test_database_reopen (fixture);
  fd = open (fixture->path, O_WRONLY | O_CLOEXEC);
  memset (noise, 0xa5, 200000);
  /* the first two pages keep the header and the schema alive */
  g_assert_cmpint (pwrite (fd, noise, 200000, 8192), ==, 200000);
  close (fd);

  found = smd_cert_store_find (SMD_CERT_STORE (fixture->database), &query, &error);
  g_assert_null (found);
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "try again"));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*is damaged; it is kept as*");
  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  g_test_assert_expected_messages ();
  g_assert_true (SMD_TEST_FINDS (fixture->alice, .own = 0));
}

static gboolean
failing_work (SmdDatabase *database, gpointer certificate, GError **error)
{
  g_assert_true (
      smd_database_certs_put (database, certificate, SMD_ROLE_ANCHOR, SMD_ORIGIN_USER, SMD_TRUST_DEFAULT, NULL, NULL));
  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "stop");
  return FALSE;
}

static void
test_rollback (SmdTestDatabase *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (smd_database_write (fixture->database, SMD_COMMIT_DURABLE, failing_work, fixture->alice, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_assert_null (smd_test_database_lookup (fixture, fixture->alice));
  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
}

static gboolean
limit_work (SmdDatabase *database, gpointer sql, GError **error)
{
  return smd_database_run (database, NULL, error, sql, "");
}

static void
test_disk_full (SmdTestDatabase *fixture, gconstpointer data)
{
  static const char *const names[] = { "alice",  "bob",      "carol", "dan",       "trudy",
                                       "victor", "leo-many", "root",  "other-root" };
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SmdCertificate) certificate = smd_test_people_certificate (fixture->crypto, names[i]);

      g_ptr_array_add (records,
                       smd_cert_record_new (certificate, SMD_ROLE_CORRESPONDENT, SMD_ORIGIN_USER, SMD_TRUST_DEFAULT));
    }
  g_assert_true (smd_database_read (fixture->database, limit_work, (gpointer) "PRAGMA max_page_count = 1", NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (smd_cert_store_add (SMD_CERT_STORE (fixture->database), records, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, "free some disk space"));
      g_clear_error (&error);
      g_assert_null (smd_test_database_lookup (fixture, fixture->alice));
    }
  g_assert_true (smd_database_read (fixture->database, limit_work, (gpointer) "PRAGMA max_page_count = 1000000", NULL));
  g_assert_true (smd_cert_store_add (SMD_CERT_STORE (fixture->database), records, NULL));
  g_assert_true (SMD_TEST_FINDS (fixture->alice, .address = "alice@example.org"));
}

static void
test_no_folder (SmdTestDatabase *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "below", "a.db", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_database_new (fixture->crypto, path, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
}

static const char fill[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " G_STRINGIFY (
    MANY) ")"
          " INSERT INTO certificates (fingerprint, subject, issuer, serial, key_id, computed_key_id, key_fingerprint, "
          "not_before, not_after,"
          " usages, role, origin, der) SELECT printf ('%064x', i), randomblob (16), x'00', randomblob (8), randomblob "
          "(20), randomblob (20),"
          " printf ('%064x', -i), i, i + 1, 3, 1, 2, zeroblob (1000) FROM n";
static const char fill_addresses[]
    = "INSERT INTO addresses (address, not_before, certificate, fingerprint)"
      " SELECT printf ('user%d@example.org', id), not_before, id, fingerprint FROM certificates";

static gboolean
plan_work (SmdDatabase *database, gpointer sql, GError **error)
{
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", sql, NULL);
  g_autoptr (SmdStatement) statement = smd_database_query (database, error, explain, "");
  gboolean good = statement != NULL;

  while (good && smd_database_step (database, statement, error) == SQLITE_ROW)
    {
      const char *detail = (const char *) sqlite3_column_text (statement, 3);

      if (g_str_has_prefix (detail, "SCAN"))
        {
          g_test_message ("%s: %s", (char *) sql, detail);
          good = FALSE;
        }
    }
  return good;
}

static void
assert_indexed (SmdTestDatabase *fixture, SmdCertQuery query)
{
  g_autofree char *sql = smd_database_certs_build_query (&query);

  g_assert_true (smd_database_read (fixture->database, plan_work, sql, NULL));
}

#define INDEXED(...)                                                                                                   \
  assert_indexed (fixture, (SmdCertQuery){ .usage = SMD_USAGE_ANY, .role = -1, .own = -1, __VA_ARGS__ })

static void
test_many (SmdTestDatabase *fixture, gconstpointer data)
{
  SmdSpan some = smd_span ("x", 1);
  gint64 start;

  smd_test_database_run_sql (fixture, fill);
  smd_test_database_run_sql (fixture, fill_addresses);
  INDEXED (.address = "a@example.org");
  INDEXED (.address = "a@example.org", .usage = SMD_USAGE_ENCRYPT, .role = SMD_ROLE_CORRESPONDENT);
  INDEXED (.address = "a@example.org", .own = 1);
  INDEXED (.fingerprint = "0");
  INDEXED (.key_fingerprint = "0", .own = 1);
  INDEXED (.issuer_der = some, .serial = some);
  INDEXED (.key_id = some);
  INDEXED (.subject_der = some, .role = SMD_ROLE_ANCHOR);
  INDEXED (.own = 1);
  INDEXED (.role = SMD_ROLE_ANCHOR);

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 1000; i++)
    g_assert_true (SMD_TEST_FINDS (fixture->alice, .address = "alice@example.org", .usage = SMD_USAGE_ENCRYPT));
  g_test_message ("a look-up by address among %d takes %.1f microseconds", MANY,
                  (double) (g_get_monotonic_time () - start) / 1000);
  g_clear_object (&fixture->database);
  start = g_get_monotonic_time ();
  smd_test_database_reopen (fixture);
  g_test_message ("opening takes %d microseconds", (int) (g_get_monotonic_time () - start));
}

static gpointer
hammer (gpointer data)
{
  SmdTestDatabase *fixture = data;

  for (guint i = 0; i < 200; i++)
    {
      g_assert_true (SMD_TEST_FINDS (fixture->alice, .address = "alice@example.org"));
      g_assert_true (
          smd_cert_store_set_capabilities (SMD_CERT_STORE (fixture->database), "alice@example.org", i, i, NULL));
    }
  return NULL;
}

static void
test_threads (SmdTestDatabase *fixture, gconstpointer data)
{
  GThread *threads[8];

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("hammer", hammer, fixture);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

#define ADD(path, function) \
  g_test_add ("/database/" path, SmdTestDatabase, NULL, smd_test_database_set_up, function, smd_test_database_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/database/an-old-schema-is-upgraded-wholly-or-not-at-all", test_migration);
  ADD ("a-fresh-one-is-private-and-wants-a-sync", test_fresh);
  ADD ("what-was-stored-is-there-after-a-restart", test_reopen);
  ADD ("what-was-stored-is-there-after-a-kill", test_killed);
  ADD ("a-newer-one-is-left-alone", test_newer);
  ADD ("a-damaged-one-is-kept-aside-and-made-anew", test_corrupt);
  ADD ("damage-met-later-costs-one-call", test_corrupt_later);
  ADD ("a-failed-change-leaves-nothing", test_rollback);
  ADD ("a-full-disk-fails-clearly-and-the-next-call-works", test_disk_full);
  ADD ("an-impossible-folder-is-an-error", test_no_folder);
  ADD ("look-ups-among-100000-use-an-index", test_many);
  ADD ("eight-threads-at-once", test_threads);
  return g_test_run ();
}
