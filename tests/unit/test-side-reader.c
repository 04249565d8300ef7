/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who looks something up doesn't wait for who writes, whose disk may be busy for seconds, and is shown what was committed last. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "smd-test-database.h"
#include "smd-test-people.h"
#include "smimed-error.h"

#define ROUNDS 50
#define LONG 8192 /* bytes of the file that are made useless */

typedef struct
{
  SmdTestDatabase *fixture; /* (unowned) */
  gint64 seen;              /* what was read beside the writing */
  GError *error;            /* (owned) (nullable) */
} Beside;

static gboolean
count_work (SmdDatabase *database, gpointer data, GError **error)
{
  return smd_database_get_number (database, data, error, "SELECT count (*) FROM certificates", "");
}

static gpointer
read_beside (gpointer data)
{
  Beside *beside = data;

  return GINT_TO_POINTER (smd_database_read (beside->fixture->database, count_work, &beside->seen, &beside->error));
}

/* Returns: whether another thread's look-up came back with a number, while this one holds the connection that writes */
static gboolean
look_up_beside (Beside *beside)
{
  return GPOINTER_TO_INT (g_thread_join (g_thread_new ("beside", read_beside, beside)));
}

static gboolean
insert_work (SmdDatabase *database, gpointer data, GError **error)
{
  return smd_database_certs_put (database, data, SMD_ROLE_CORRESPONDENT, SMD_ORIGIN_USER, SMD_TRUST_DEFAULT, NULL, error);
}

static gboolean
insert_and_look_work (SmdDatabase *database, gpointer data, GError **error)
{
  Beside *beside = data;

  return insert_work (database, beside->fixture->alice, error) && look_up_beside (beside);
}

static void
test_committed (SmdTestDatabase *fixture, gconstpointer data)
{
  Beside beside = { fixture };

  smd_test_database_add (fixture, fixture->issuer, SMD_ROLE_INTERMEDIATE);
  g_assert_true (smd_database_write (fixture->database, SMD_COMMIT_DURABLE, insert_and_look_work, &beside, NULL));
  g_assert_cmpint (beside.seen, ==, 1);
  g_assert_true (read_beside (&beside));
  g_assert_cmpint (beside.seen, ==, 2);
}

static gboolean
look_work (SmdDatabase *database, gpointer data, GError **error)
{
  return look_up_beside (data);
}

static void
test_newest (SmdTestDatabase *fixture, gconstpointer data)
{
  Beside beside = { fixture };

  for (guint i = 0; i < ROUNDS; i++)
    {
      SmdCommit commit = i % 3 == 0 ? SMD_COMMIT_RELAXED : SMD_COMMIT_DURABLE;

      g_assert_true (smd_database_write (fixture->database, commit, insert_work, fixture->alice, NULL));
      g_assert_true (smd_database_write (fixture->database, commit, look_work, &beside, NULL));
      g_assert_cmpint (beside.seen, ==, 1);
      g_assert_true (smd_cert_store_remove (SMD_CERT_STORE (fixture->database), smd_certificate_get_fingerprint (fixture->alice), NULL));
      g_assert_true (smd_database_write (fixture->database, commit, look_work, &beside, NULL));
      g_assert_cmpint (beside.seen, ==, 0);
    }
}

/* By another process: a file that is closed here loses the locks that SQLite has on it. */
static void
damage (SmdTestDatabase *fixture)
{
  const guint8 useless[LONG] = { 1 };
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      int fd = open (fixture->path, O_WRONLY | O_CLOEXEC);

      _exit (pwrite (fd, useless, sizeof useless, 0) == sizeof useless ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static void
test_damage (SmdTestDatabase *fixture, gconstpointer data)
{
  Beside beside = { fixture };

  smd_test_database_add (fixture, fixture->alice, SMD_ROLE_CORRESPONDENT);
  smd_test_database_reopen (fixture);
  damage (fixture);
  g_assert_false (smd_database_write (fixture->database, SMD_COMMIT_RELAXED, look_work, &beside, NULL));
  g_assert_error (beside.error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (beside.error->message, "is damaged"));
  g_clear_error (&beside.error);

  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*is damaged; it is kept as*");
  g_assert_true (read_beside (&beside));
  g_test_assert_expected_messages ();
  g_assert_cmpint (beside.seen, ==, 0);
  g_assert_true (smd_database_write (fixture->database, SMD_COMMIT_DURABLE, insert_and_look_work, &beside, NULL));
  g_assert_cmpint (beside.seen, ==, 0);
}

#define ADD(path, function) \
  g_test_add ("/side-reader/" path, SmdTestDatabase, NULL, smd_test_database_set_up, function, smd_test_database_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("who-looks-something-up-does-not-wait-for-who-writes-and-sees-only-what-is-committed", test_committed);
  ADD ("each-look-up-sees-what-was-committed-before-it", test_newest);
  ADD ("damage-that-is-met-beside-a-write-is-repaired-by-the-next-call", test_damage);
  return g_test_run ();
}
