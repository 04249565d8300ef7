/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between look-ups by address a read transaction stays open: nobody is shown the past because of it, and nobody's disk fills. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "smd-test-database.h"
#include "smd-test-people.h"
#include "smimed-error.h"

#define ALICE "alice@example.org"
#define INSERT_BOB \
  "INSERT INTO certificates (fingerprint, subject, issuer, serial, computed_key_id, key_fingerprint, not_before, not_after, usages, role, origin," \
  " der) VALUES ('bob', x'01', x'01', x'01', x'01', 'b', 100, 900, 3, 1, 2, x'00');" \
  "INSERT INTO addresses (address, not_before, certificate, fingerprint) VALUES ('bob@example.org', 100, last_insert_rowid (), 'bob')"

static const char *
fingerprint_of_alice (SmdTestDatabase *fixture)
{
  return smd_certificate_get_fingerprint (fixture->alice);
}

static gboolean
set_capabilities (SmdTestDatabase *fixture, gint64 time)
{
  return smd_cert_store_set_capabilities (SMD_CERT_STORE (fixture->database), ALICE, (SmdCapabilities) time, time, NULL);
}

static void
test_newest (SmdTestDatabase *fixture, gconstpointer data)
{
  for (gint64 i = 1; i < 4; i++)
    {
      smd_test_database_assert_listed (fixture, ALICE, "");
      smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
      smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
      g_assert_true (smd_cert_store_set_trust (SMD_CERT_STORE (fixture->database), fingerprint_of_alice (fixture), SMD_TRUST_DISTRUSTED, NULL));
      smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
      g_assert_true (set_capabilities (fixture, i));
      for (guint again = 0; again < 2; again++)
        smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
      g_assert_true (smd_cert_store_remove (SMD_CERT_STORE (fixture->database), fingerprint_of_alice (fixture), NULL));
    }
  smd_test_database_assert_listed (fixture, ALICE, "");
}

/* Another program, which stays connected */
static sqlite3 *
connect_other (SmdTestDatabase *fixture)
{
  sqlite3 *other = NULL;

  g_assert_cmpint (sqlite3_open (fixture->path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "PRAGMA foreign_keys=ON; PRAGMA synchronous=OFF", NULL, NULL, NULL), ==, SQLITE_OK);
  return other;
}

static void
run_other (sqlite3 *other, const char *sql)
{
  g_assert_cmpint (sqlite3_exec (other, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

static void
test_others_write (SmdTestDatabase *fixture, gconstpointer data)
{
  sqlite3 *other = connect_other (fixture);

  for (guint i = 0; i < 3; i++)
    {
      smd_test_database_assert_listed (fixture, "bob@example.org", "");
      /* From now on a transaction stays open again. */
      while (i == 1 && !g_main_context_iteration (NULL, TRUE))
        continue;
      run_other (other, INSERT_BOB);
      for (guint again = 0; again < 2; again++)
        smd_test_database_assert_listed (fixture, "bob@example.org", "bob");
      run_other (other, "DELETE FROM certificates");
      g_assert_null (smd_cert_store_lookup (SMD_CERT_STORE (fixture->database), "bob", NULL));
      smd_test_database_assert_listed (fixture, "bob@example.org", "");
    }
  sqlite3_close (other);
}

/* Returns: whether all of the log is in the file, and the log is empty */
static gboolean
empty_log (sqlite3 *other)
{
  return sqlite3_wal_checkpoint_v2 (other, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK;
}

static void
test_given_up (SmdTestDatabase *fixture, gconstpointer data)
{
  sqlite3 *other = connect_other (fixture);

  run_other (other, INSERT_BOB);
  smd_test_database_assert_listed (fixture, "bob@example.org", "bob");
  run_other (other, "DELETE FROM certificates");
  g_assert_false (empty_log (other));

  while (!empty_log (other))
    g_main_context_iteration (NULL, TRUE);
  smd_test_database_assert_listed (fixture, "bob@example.org", "");
  sqlite3_close (other);
}

static goffset
get_log_size (SmdTestDatabase *fixture)
{
  g_autofree char *path = g_strconcat (fixture->path, "-wal", NULL);
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return status.st_size;
}

/* SQLite begins its log anew after a thousand pages of 4 KiB, unless somebody still reads what is in it. */
#define COMMITS 3000
#define LARGEST_LOG (6 << 20)

static void
test_log_stays_small (SmdTestDatabase *fixture, gconstpointer data)
{
  sqlite3 *other = connect_other (fixture);

  run_other (other, "CREATE TABLE notes (n INTEGER)");
  for (guint i = 0; i < COMMITS; i++)
    {
      g_autofree char *listed = smd_test_database_list (fixture, ALICE);

      run_other (other, "INSERT INTO notes VALUES (1)");
    }
  g_assert_cmpint (get_log_size (fixture), <, LARGEST_LOG);

  for (guint i = 0; i < COMMITS; i++)
    {
      g_autofree char *listed = smd_test_database_list (fixture, ALICE);

      g_assert_true (set_capabilities (fixture, i + 1));
    }
  g_assert_cmpint (get_log_size (fixture), <, LARGEST_LOG);
  sqlite3_close (other);
}

/* More than are remembered */
static void
test_many (SmdTestDatabase *fixture, gconstpointer data)
{
  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *address = g_strdup_printf ("user%u@example.org", i);

      smd_test_database_assert_listed (fixture, address, "");
      if (i % 500 == 0)
        smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
    }
}

static gboolean
run_work (SmdDatabase *database, gpointer sql, GError **error)
{
  return smd_database_run (database, NULL, error, sql, "");
}

static void
set_pages (SmdTestDatabase *fixture, const char *pragma)
{
  g_assert_true (smd_database_read (fixture->database, run_work, (gpointer) pragma, NULL));
}

static void
test_disk_full (SmdTestDatabase *fixture, gconstpointer data)
{
  static const char *const names[] = { "bob", "carol", "dan", "trudy", "victor", "leo-many", "root", "other-root" };
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_cert_record_free);

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SmdCertificate) certificate = smd_test_people_certificate (fixture->crypto, names[i]);

      g_ptr_array_add (records, smd_cert_record_new (certificate, SMD_ROLE_CORRESPONDENT, SMD_ORIGIN_USER, SMD_TRUST_DEFAULT));
    }
  smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
  set_pages (fixture, "PRAGMA max_page_count = 1");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (smd_cert_store_add (SMD_CERT_STORE (fixture->database), records, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, "free some disk space"));
      smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
    }
  set_pages (fixture, "PRAGMA max_page_count = 1000000");
  g_assert_true (smd_cert_store_remove (SMD_CERT_STORE (fixture->database), fingerprint_of_alice (fixture), NULL));
  smd_test_database_assert_listed (fixture, ALICE, "");
}

/* A process that has just answered, and is killed. */
static void
answer_and_die (SmdTestDatabase *fixture)
{
  pid_t child;
  int status = 0;

  g_clear_object (&fixture->database);
  child = fork ();
  if (child == 0)
    {
      smd_test_database_reopen (fixture);
      smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
      smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
      kill (getpid (), SIGKILL);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
}

static void
test_killed (SmdTestDatabase *fixture, gconstpointer data)
{
  sqlite3 *other;

  answer_and_die (fixture);
  smd_test_database_reopen (fixture);
  other = connect_other (fixture);
  g_assert_true (empty_log (other));
  sqlite3_close (other);
  smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
  g_assert_true (smd_cert_store_remove (SMD_CERT_STORE (fixture->database), fingerprint_of_alice (fixture), NULL));
  smd_test_database_assert_listed (fixture, ALICE, "");
}

static void
test_reopened (SmdTestDatabase *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      smd_test_database_assert_listed (fixture, ALICE, i == 0 ? "" : fingerprint_of_alice (fixture));
      smd_test_database_reopen (fixture);
      smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
      smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
      smd_test_database_reopen (fixture);
    }
}

static void
overwrite (SmdTestDatabase *fixture)
{
  g_autofree guint8 *noise = g_malloc (200000);
  int fd = open (fixture->path, O_WRONLY | O_CLOEXEC);

  /* the first two pages keep the header and the schema alive */
  memset (noise, 0xa5, 200000);
  g_assert_cmpint (pwrite (fd, noise, 200000, 8192), ==, 200000);
  close (fd);
}

static void
test_damaged (SmdTestDatabase *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  SmdCertStore *store;
  sqlite3 *other;

  other = connect_other (fixture);
  run_other (other, INSERT_BOB);
  g_assert_true (empty_log (other));
  sqlite3_close (other);
  smd_test_database_reopen (fixture);
  store = SMD_CERT_STORE (fixture->database);
  overwrite (fixture);

  g_assert_null (smd_cert_store_list_at_once (store, ALICE, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  /* Making it anew may take its time: that is for others. */
  g_assert_null (smd_cert_store_list_at_once (store, ALICE, NULL));
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*is damaged; it is kept as*");
  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  g_test_assert_expected_messages ();
  smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
}

static gpointer
hammer (gpointer data)
{
  SmdTestDatabase *fixture = data;

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) found = smd_cert_store_list_at_once (SMD_CERT_STORE (fixture->database), ALICE, &error);

      g_assert_no_error (error);
      g_assert_true (found == NULL || found->len == 1);
      if (i % 10 == 0)
        g_assert_true (set_capabilities (fixture, i));
    }
  return NULL;
}

static void
test_threads (SmdTestDatabase *fixture, gconstpointer data)
{
  GThread *threads[4];

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("hammer", hammer, fixture);
  g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  smd_test_database_assert_listed (fixture, ALICE, fingerprint_of_alice (fixture));
}

#define ADD(path, function) \
  g_test_add ("/database-reading/" path, SmdTestDatabase, NULL, smd_test_database_set_up, function, smd_test_database_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("who-asks-after-a-change-sees-it", test_newest);
  ADD ("who-asks-after-another-program-has-written-sees-it", test_others_write);
  ADD ("another-programs-log-begins-anew-when-nobody-has-asked-for-a-while", test_given_up);
  ADD ("the-log-stays-small-however-often-is-asked-between-what-is-written", test_log_stays_small);
  ADD ("whoever-asks-for-thousands-of-addresses-is-answered-for-each", test_many);
  ADD ("a-full-disk-takes-nothing-from-who-asks", test_disk_full);
  ADD ("killed-after-an-answer-it-leaves-nothing-in-the-way", test_killed);
  ADD ("closed-after-an-answer-it-opens-again", test_reopened);
  ADD ("damage-that-a-look-up-meets-is-repaired-by-the-next-call", test_damaged);
  ADD ("four-threads-ask-and-write-at-once", test_threads);
  return g_test_run ();
}
