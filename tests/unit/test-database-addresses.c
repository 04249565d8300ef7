/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which certificates an address has, in databases of whatever age. */
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "smd-database-schema.h"
#include "smd-test-database.h"

static void
remove_database (const SmdTestDatabase *fixture)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (fixture->path, suffixes[i], NULL);

      g_unlink (path);
    }
}

/* Rows as the first versions wrote them: "new" began after "old"; "late" began with "new", but was stored after it. */
static const char old_rows[]
    = "INSERT INTO certificates (fingerprint, subject, issuer, serial, computed_key_id, key_fingerprint, not_before, not_after, usages, role,"
      " origin, der) VALUES ('old', x'01', x'01', x'01', x'01', 'a', 100, 900, 3, 1, 2, x'00'),"
      " ('new', x'01', x'01', x'02', x'02', 'b', 200, 900, 3, 1, 2, x'00'), ('late', x'01', x'01', x'03', x'03', 'c', 200, 900, 3, 1, 2, x'00'),"
      " ('before', x'01', x'01', x'04', x'04', 'd', -5, 900, 3, 1, 2, x'00');"
      "INSERT INTO addresses (address, certificate) SELECT 'bob@example.org', id FROM certificates;"
      "INSERT INTO addresses (address, certificate) SELECT 'robert@example.org', id FROM certificates WHERE fingerprint = 'old'";

/* A file that the version with the first @count steps left. Returns: FALSE if its addresses were kept otherwise already */
static gboolean
make_old (SmdTestDatabase *fixture, guint count)
{
  guint all;
  const char *const *steps = smd_database_schema_get_steps (&all);
  sqlite3 *connection = NULL;
  int rc;

  g_clear_object (&fixture->database);
  remove_database (fixture);
  g_assert_cmpint (sqlite3_open (fixture->path, &connection), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (connection, "PRAGMA foreign_keys=ON; PRAGMA journal_mode=WAL", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (smd_database_schema_upgrade (connection, steps, count), ==, SQLITE_OK);
  rc = sqlite3_exec (connection, old_rows, NULL, NULL, NULL);
  g_assert_cmpint (sqlite3_close (connection), ==, SQLITE_OK);
  return rc == SQLITE_OK;
}

static gboolean
run_work (SmdDatabase *database, gpointer sql, GError **error)
{
  return smd_database_run (database, NULL, error, sql, "");
}

static void
run_sql (SmdTestDatabase *fixture, const char *sql)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (smd_database_write (fixture->database, SMD_COMMIT_DURABLE, run_work, (gpointer) sql, &error));
  g_assert_no_error (error);
}

static void
test_upgrade (SmdTestDatabase *fixture, gconstpointer data)
{
  guint count, older = 0;

  smd_database_schema_get_steps (&count);
  for (guint version = 1; version < count; version++)
    {
      if (!make_old (fixture, version))
        continue;
      older++;
      for (guint opened = 0; opened < 2; opened++)
        {
          smd_test_database_reopen (fixture);
          smd_test_database_assert_listed (fixture, "Bob@Example.org", "late new old before");
          smd_test_database_assert_listed (fixture, "robert@example.org", "old");
          smd_test_database_assert_listed (fixture, "nobody@example.org", "");
        }
      /* Nobody's certificates are listed. */
      run_sql (fixture, "DELETE FROM certificates WHERE fingerprint = 'old'");
      smd_test_database_assert_listed (fixture, "bob@example.org", "late new before");
      smd_test_database_assert_listed (fixture, "robert@example.org", "");
    }
  g_assert_cmpuint (older, ==, 7);
}

static int
kill_myself (gpointer data)
{
  return kill (getpid (), SIGKILL);
}

/* Upgrades the file in a process that is killed after so many of SQLite's instructions. Returns: whether it was killed */
static gboolean
upgrade_killed (SmdTestDatabase *fixture, int instructions)
{
  guint count;
  const char *const *steps = smd_database_schema_get_steps (&count);
  pid_t child = fork ();
  sqlite3 *connection = NULL;
  int status = -1;

  if (child == 0)
    {
      sqlite3_open (fixture->path, &connection);
      sqlite3_progress_handler (connection, instructions, kill_myself, NULL);
      _exit (smd_database_schema_upgrade (connection, steps, count));
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) || (WIFEXITED (status) && WEXITSTATUS (status) == SQLITE_OK));
  return WIFSIGNALED (status);
}

static void
test_killed (SmdTestDatabase *fixture, gconstpointer data)
{
  int kills = 0;
  gboolean killed = TRUE;

  for (int instructions = 10; killed; instructions += 40)
    {
      g_assert_true (make_old (fixture, 7));
      killed = upgrade_killed (fixture, instructions);
      kills += killed;
      smd_test_database_reopen (fixture);
      smd_test_database_assert_listed (fixture, "bob@example.org", "late new old before");
    }
  g_assert_cmpint (kills, >, 5);
}

typedef struct
{
  const char *sql; /* (unowned) */
  GString *details; /* (unowned) */
} Plan;

static gboolean
plan_work (SmdDatabase *database, gpointer data, GError **error)
{
  const Plan *plan = data;
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", plan->sql, NULL);
  g_autoptr (SmdStatement) statement = smd_database_query (database, error, explain, "");

  while (statement != NULL && smd_database_step (database, statement, error) == SQLITE_ROW)
    g_string_append_printf (plan->details, "%s\n", (const char *) sqlite3_column_text (statement, 3));
  return statement != NULL;
}

/* A thousand certificates of one address aren't sorted for one of them. */
static void
test_no_sorting (SmdTestDatabase *fixture, gconstpointer data)
{
  SmdCertQuery query = { .address = "bob@example.org", .usage = SMD_USAGE_ENCRYPT, .role = -1, .own = -1 };
  g_autofree char *sql = smd_database_certs_build_query (&query);
  g_autoptr (GString) details = g_string_new (NULL);
  Plan plan = { sql, details };

  smd_test_database_reopen (fixture);
  g_assert_true (smd_database_read (fixture->database, plan_work, &plan, NULL));
  g_test_message ("%s", details->str);
  g_assert_nonnull (strstr (details->str, "SEARCH a USING PRIMARY KEY (address=?)"));
  g_assert_null (strstr (details->str, "TEMP B-TREE"));
}

#define ADD(path, function) \
  g_test_add ("/database-addresses/" path, SmdTestDatabase, NULL, smd_test_database_set_up, function, smd_test_database_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whoever-upgrades-finds-what-was-stored-by-each-version-before", test_upgrade);
  ADD ("an-upgrade-that-is-killed-anywhere-is-done-by-the-next-start", test_killed);
  ADD ("an-address-has-its-certificates-in-order", test_no_sorting);
  return g_test_run ();
}
