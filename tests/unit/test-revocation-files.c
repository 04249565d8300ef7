/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is kept of CRLs is whole or not there, whatever happens to disk, database and process. */
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "smd-test-revocation.h"
#include "smimed-error.h"

#define IMPORT(url, ...) \
  smd_revocation_entry_free (smd_test_revocation_import (fixture, url, (SmdTestSketch){ __VA_ARGS__ }))

/* The one index file, found and damaged */
static char *
the_file (SmdTestRevocation *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->crls, 0, NULL);

  return g_build_filename (fixture->crls, g_dir_read_name (dir), NULL);
}

static void
assert_damage_is_found (SmdTestRevocation *fixture, const char *path)
{
  g_autoptr (GPtrArray) crls = NULL;
  g_autoptr (SmdRevocationEntry) entry = NULL;

  smd_test_revocation_reopen (fixture);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*index is dropped*");
  crls = smd_test_revocation_find (fixture, X509_get_subject_name (fixture->x509), NULL);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (crls->len, ==, 0);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  entry = smd_revocation_store_lookup (fixture->store, SMD_TEST_URL, NULL);
  g_assert_cmpint (entry->this_update, ==, 0);
  g_assert_null (entry->etag);
}

/* A single bit of a serial number, and the revoked one would pass. */
static void
test_damage_is_found (SmdTestRevocation *fixture, gconstpointer data)
{
  for (gsize place = 0; place < 8; place++)
    {
      g_autofree char *path = NULL;
      g_autofree char *content = NULL;
      gsize size;

      IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1, .entries = 20);
      path = the_file (fixture);
      g_assert_true (g_file_get_contents (path, &content, &size, NULL));
      content[size * place / 8] ^= 1;
      g_assert_true (g_file_set_contents (path, content, (gssize) (place == 7 ? size / 2 : size), NULL));
      assert_damage_is_found (fixture, path);
    }
}

static void
test_missing_file_is_found (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1);
  path = the_file (fixture);
  g_unlink (path);
  assert_damage_is_found (fixture, path);
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1);
  smd_test_revocation_assert_found (fixture, "01");
}

/* What a killed import leaves is nobody's. */
static void
test_stray_files_go (SmdTestRevocation *fixture, gconstpointer data)
{
  static const char *const names[] = { "11111111-0000.crl-index", "22222222-0000.crl-index.tmp" };

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->crls, names[i], NULL);

      g_assert_true (g_file_set_contents (path, "half", 4, NULL));
    }
  smd_test_revocation_reopen (fixture);
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 1);
  smd_test_revocation_assert_found (fixture, "01");
}

/* The database refuses the row: the file goes, and the old state stays. */
static void
test_refused_row_leaves_nothing (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "smimed.db", NULL);
  g_autoptr (GError) error = NULL;
  sqlite3 *other = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY, .number = 1);
  g_assert_cmpint (sqlite3_open (path, &other), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (other,
                    "CREATE TRIGGER full BEFORE UPDATE ON revocations BEGIN SELECT RAISE (ABORT, 'no room'); END", NULL,
                    NULL, NULL),
      ==, SQLITE_OK);
  sqlite3_close (other);
  g_assert_null (smd_test_revocation_import_at (
      fixture, SMD_TEST_URL, (SmdTestSketch){ .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 2 }, SMD_TEST_NOW,
      &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 1);
  smd_test_revocation_assert_found (fixture, "01");
}

/* No file may grow beyond what it takes: the kernel's refusal is the one of a full disk. */
static void
test_full_disk (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct rlimit before, small;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY, .number = 1);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = (struct rlimit){ 100000, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_null (smd_test_revocation_import_at (
      fixture, SMD_TEST_URL,
      (SmdTestSketch){ .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 2, .entries = 5000 }, SMD_TEST_NOW,
      &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "make room"));
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 1);
  smd_test_revocation_assert_found (fixture, "01");
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 2, .entries = 5000);
  smd_test_revocation_assert_found (fixture, "02");
}

static void
test_bad_files_leave_nothing (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (SmdBlob) garbage = smd_blob_new_copy (smd_span_string ("<html>not found</html>"));
  g_autoptr (SmdBlob) good = smd_test_revocation_make_crl (
      fixture, (SmdTestSketch){ .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1 });
  g_autoptr (GPtrArray) nobody = smd_certificates_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_revocation_store_import_crl (fixture->store, SMD_TEST_URL, garbage, fixture->issuers, NULL, 0,
                                                  SMD_TEST_NOW, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (smd_revocation_store_import_crl (fixture->store, SMD_TEST_URL, good, nobody, NULL, 0, SMD_TEST_NOW,
                                                  NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 0);
}

#define ADD(name, function) \
  g_test_add ("/revocation-store/" name, SmdTestRevocation, NULL, smd_test_revocation_set_up, function, smd_test_revocation_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a damaged index is found, dropped and fetched anew", test_damage_is_found);
  ADD ("a missing index is found and fetched anew", test_missing_file_is_found);
  ADD ("stray files go at the start", test_stray_files_go);
  ADD ("a row that can't be written leaves the old state", test_refused_row_leaves_nothing);
  ADD ("a full disk leaves the old state, and says so", test_full_disk);
  ADD ("what isn't a good CRL leaves nothing", test_bad_files_leave_nothing);
  return g_test_run ();
}
