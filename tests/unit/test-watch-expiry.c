/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whom the watch tells what, over a real database and a fake clock. */
#include "smd-database-private.h"
#include "smd-expiry.h"
#include "smd-fake-world.h"
#include "smd-test-files.h"
#include "smd-watch-expiry.h"
#include "smimed-error.h"

#define DAY 86400
#define NOW G_GINT64_CONSTANT (1796000000) /* 2026-11-30 in UTC */
#define BOTH 3

static const guint thresholds[] = { 30, 14, 7, 3, 1, 0 };

typedef struct
{
  SmdFakeWorld *world;   /* (owned) of which only the clock counts */
  SmdDatabase *database; /* (owned) */
  GTimeZone *zone;       /* (owned) */
  char *folder;          /* (owned) */
  char *path;            /* (owned) */
  SmdEnv env;
  SmdPolicy policy;
} Fixture;

static void
open_database (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->database);
  fixture->database = smd_database_new (fixture->world->crypto, fixture->path, &error);
  g_assert_no_error (error);
  fixture->env = (SmdEnv){ .crypto = fixture->world->crypto, .certs = SMD_CERT_STORE (fixture->database), .clock = SMD_CLOCK (fixture->world),
                           .accounts = SMD_ACCOUNT_STORE (fixture->database), .expiries = SMD_EXPIRY_STORE (fixture->database) };
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->world = smd_fake_world_new ();
  fixture->world->now = NOW;
  fixture->folder = smd_test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "smimed.db", NULL);
  fixture->zone = g_time_zone_new_utc ();
  fixture->policy = (SmdPolicy){ .enabled = TRUE, .expiry_thresholds = thresholds, .n_expiry_thresholds = G_N_ELEMENTS (thresholds),
                                 .correspondent_expiry_days = 14 };
  open_database (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->database);
  smd_test_folder_remove (fixture->folder);
  g_time_zone_unref (fixture->zone);
  g_object_unref (fixture->world);
  g_free (fixture->path);
}

static gboolean
run_sql (SmdDatabase *database, gpointer sql, GError **error)
{
  return smd_database_run (database, NULL, error, sql, "");
}

static void
sql (Fixture *fixture, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  va_list list;

  va_start (list, format);
  text = g_strdup_vprintf (format, list);
  va_end (list);
  if (!smd_database_write (fixture->database, SMD_COMMIT_RELAXED, run_sql, text, &error))
    g_error ("%s: %s", text, error->message);
}

static const char insert[] = "INSERT INTO certificates (fingerprint, subject, issuer, serial, computed_key_id, key_fingerprint, not_before,"
                             " not_after, usages, role, origin, der) VALUES ('%s', x'%02x', x'%02x', x'00', x'00', '%s', %" G_GINT64_FORMAT
                             ", %" G_GINT64_FORMAT ", %d, %d, %d, x'00')";

/* @days from now to its end; it began a year before that. Subject and issuer are numbers */
static void
add (Fixture *fixture, SmdRole role, const char *name, const char *address, int usages, int days)
{
  gint64 end = NOW + (gint64) days * DAY;

  sql (fixture, insert, name, g_str_hash (name) & 0xff, 0xee, name, end - 365 * DAY, end, usages, role, SMD_ORIGIN_USER);
  if (address != NULL)
    sql (fixture, "INSERT INTO addresses SELECT '%s', not_before, id, fingerprint FROM certificates WHERE fingerprint = '%s'", address, name);
}

static SmdExpiryPlan *
look (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SmdExpiryPlan *plan = smd_watch_expiry (&fixture->env, &fixture->policy, fixture->zone, &error);

  g_assert_no_error (error);
  return plan;
}

/* Returns: what is told now, as NAME:DAYS, then what is shown, as ADDRESS:DAYS*COUNT; the desktop takes it if it is @there */
static char *
tell (Fixture *fixture, gboolean there)
{
  g_autoptr (SmdExpiryPlan) plan = look (fixture);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < plan->tell->len; i++)
    {
      const SmdExpiryAlert *alert = plan->tell->pdata[i];

      g_string_append_printf (text, "%s:%d ", alert->row->fingerprint, alert->days);
    }
  g_string_append (text, "|");
  for (guint i = 0; i < plan->notices->len; i++)
    {
      const SmdNotice *notice = plan->notices->pdata[i];

      g_string_append_printf (text, " %s:%d*%u", notice->address, notice->days, notice->count);
      g_assert_true (!there || smd_expiry_store_note (fixture->env.expiries, plan->show->pdata[i], NULL));
    }
  return g_string_free (text, FALSE);
}

static void
expect_when (Fixture *fixture, gboolean there, const char *expected)
{
  g_autofree char *told = tell (fixture, there);

  g_assert_cmpstr (told, ==, expected);
}

static void
expect (Fixture *fixture, const char *expected)
{
  expect_when (fixture, TRUE, expected);
  expect_when (fixture, TRUE, "|");
}

static void
test_once (Fixture *fixture, gconstpointer data)
{
  add (fixture, SMD_ROLE_OWN, "alice", "alice@example.org", BOTH, 20);
  expect (fixture, "alice:20 | alice@example.org:20*1");
  open_database (fixture);
  expect (fixture, "|");
  fixture->world->now = NOW + 10 * DAY;
  expect (fixture, "alice:10 | alice@example.org:10*1");
  fixture->world->now = NOW - 10 * DAY;
  expect (fixture, "|");
  fixture->world->now = NOW + 30 * DAY;
  expect (fixture, "alice:-10 | alice@example.org:-10*1");
}

static void
test_next (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdExpiryPlan) plan = NULL;
  g_autoptr (SmdExpiryPlan) later = NULL;

  add (fixture, SMD_ROLE_OWN, "alice", "alice@example.org", BOTH, 500);
  add (fixture, SMD_ROLE_CORRESPONDENT, "bob", "bob@example.org", BOTH, 600);
  plan = look (fixture);
  g_assert_cmpint (plan->next, ==, (NOW + 470 * DAY) / DAY * DAY);
  sql (fixture, "DELETE FROM certificates WHERE fingerprint = 'alice'");
  later = look (fixture);
  g_assert_cmpint (later->next, ==, (NOW + 586 * DAY) / DAY * DAY);
}

static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdAccount) account = smd_account_new ("alice@example.org", NULL);
  g_autoptr (SmdExpiryPlan) plan = NULL;

  fixture->policy.enabled = FALSE;
  add (fixture, SMD_ROLE_OWN, "alice", "alice@example.org", BOTH, 5);
  expect (fixture, "|");
  plan = look (fixture);
  g_assert_cmpint (plan->next, ==, G_MAXINT64);
  g_assert_true (smd_account_store_save (fixture->env.accounts, account, 0, NULL));
  expect (fixture, "alice:5 | alice@example.org:5*1");
}

static void
test_successor (Fixture *fixture, gconstpointer data)
{
  add (fixture, SMD_ROLE_OWN, "old", "alice@example.org", BOTH, 5);
  add (fixture, SMD_ROLE_OWN, "new", "alice@example.org", BOTH, 300);
  expect (fixture, "|");
  sql (fixture, "INSERT INTO trust VALUES ('new', 2)");
  expect (fixture, "old:5 | alice@example.org:5*1");
}

static void
test_half_successor (Fixture *fixture, gconstpointer data)
{
  add (fixture, SMD_ROLE_OWN, "old", "alice@example.org", BOTH, 5);
  add (fixture, SMD_ROLE_OWN, "sign", "alice@example.org", SMD_USAGE_SIGN, 300);
  add (fixture, SMD_ROLE_OWN, "other", "bob@example.org", BOTH, 300);
  add (fixture, SMD_ROLE_CORRESPONDENT, "not-own", "alice@example.org", BOTH, 300);
  expect (fixture, "old:5 | alice@example.org:5*1");
  fixture->world->now = NOW + 3 * DAY;
  add (fixture, SMD_ROLE_OWN, "encrypt", "alice@example.org", SMD_USAGE_ENCRYPT, 200);
  expect (fixture, "|");
}

static void
test_gap (Fixture *fixture, gconstpointer data)
{
  add (fixture, SMD_ROLE_OWN, "old", "alice@example.org", BOTH, 5);
  add (fixture, SMD_ROLE_OWN, "too-late", "alice@example.org", BOTH, 380);
  expect (fixture, "old:5 | alice@example.org:5*1");
}

static void
test_folded (Fixture *fixture, gconstpointer data)
{
  add (fixture, SMD_ROLE_OWN, "sign", "alice@example.org", SMD_USAGE_SIGN, 6);
  add (fixture, SMD_ROLE_OWN, "encrypt", "alice@example.org", SMD_USAGE_ENCRYPT, 7);
  add (fixture, SMD_ROLE_CORRESPONDENT, "bob", "bob@example.org", BOTH, 10);
  add (fixture, SMD_ROLE_CORRESPONDENT, "carol", "carol@example.org", BOTH, 11);
  add (fixture, SMD_ROLE_CORRESPONDENT, "dan", "dan@example.org", BOTH, 15);
  add (fixture, SMD_ROLE_ANCHOR, "root", NULL, 0, 12);
  expect (fixture, "sign:6 encrypt:7 bob:10 carol:11 root:12 | alice@example.org:6*2 bob@example.org:10*2 :12*1");
}

static void
test_not_ours (Fixture *fixture, gconstpointer data)
{
  add (fixture, SMD_ROLE_INTERMEDIATE, "unneeded", NULL, 0, 5);
  add (fixture, SMD_ROLE_CORRESPONDENT, "from-directory", "bob@example.org", BOTH, 5);
  sql (fixture, "UPDATE certificates SET origin = %d WHERE fingerprint = 'from-directory'", SMD_ORIGIN_DIRECTORY);
  add (fixture, SMD_ROLE_INTERMEDIATE, "issuer", NULL, 0, 6);
  sql (fixture, "UPDATE certificates SET subject = x'ee' WHERE fingerprint = 'issuer'");
  add (fixture, SMD_ROLE_OWN, "long-gone", "alice@example.org", BOTH, -40);
  expect (fixture, "issuer:6 | :6*1");
}

static void
test_not_shown (Fixture *fixture, gconstpointer data)
{
  add (fixture, SMD_ROLE_OWN, "alice", "alice@example.org", BOTH, 20);
  expect_when (fixture, FALSE, "alice:20 | alice@example.org:20*1");
  expect_when (fixture, FALSE, "| alice@example.org:20*1");
  open_database (fixture);
  fixture->world->now = NOW + DAY;
  expect (fixture, "| alice@example.org:19*1");
}

/* Returns: what is true now, as ADDRESS:DAYS*COUNT */
static char *
list_standing (Fixture *fixture)
{
  g_autoptr (SmdExpiryPlan) plan = look (fixture);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < plan->standing->len; i++)
    {
      const SmdNotice *notice = plan->standing->pdata[i];

      g_string_append_printf (text, "%s:%d*%u ", notice->address, notice->days, notice->count);
    }
  return g_string_free (text, FALSE);
}

static void
expect_standing (Fixture *fixture, const char *expected)
{
  g_autofree char *standing = list_standing (fixture);

  g_assert_cmpstr (standing, ==, expected);
}

static void
test_standing (Fixture *fixture, gconstpointer data)
{
  add (fixture, SMD_ROLE_OWN, "alice", "alice@example.org", BOTH, 20);
  add (fixture, SMD_ROLE_OWN, "bob", "bob@example.org", BOTH, 25);
  add (fixture, SMD_ROLE_CORRESPONDENT, "carol", "carol@example.org", BOTH, 25);
  expect (fixture, "alice:20 bob:25 | alice@example.org:20*1 bob@example.org:25*1");
  expect_standing (fixture, "alice@example.org:20*1 bob@example.org:25*1 ");
  add (fixture, SMD_ROLE_OWN, "new", "alice@example.org", BOTH, 300);
  expect_standing (fixture, "bob@example.org:25*1 ");
  fixture->policy.enabled = FALSE;
  expect_standing (fixture, "");
}

static char *
describe (Fixture *fixture, const char *fingerprint)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdNotice) notice = smd_watch_expiry_describe (&fixture->env, &fixture->policy, fixture->zone, fingerprint, &error);

  if (notice == NULL)
    g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  return notice != NULL ? g_strdup_printf ("%s %s:%d*%u", notice->fingerprint, notice->address, notice->days, notice->count) : g_strdup ("nothing");
}

static void
expect_described (Fixture *fixture, const char *fingerprint, const char *expected)
{
  g_autofree char *described = describe (fixture, fingerprint);

  g_assert_cmpstr (described, ==, expected);
}

static void
test_described (Fixture *fixture, gconstpointer data)
{
  add (fixture, SMD_ROLE_OWN, "alice", "alice@example.org", BOTH, 20);
  add (fixture, SMD_ROLE_CORRESPONDENT, "bob", "bob@example.org", BOTH, 10);
  add (fixture, SMD_ROLE_CORRESPONDENT, "carol", "carol@example.org", BOTH, 11);
  add (fixture, SMD_ROLE_CORRESPONDENT, "dan", "dan@example.org", BOTH, 15);
  expect (fixture, "alice:20 bob:10 carol:11 | alice@example.org:20*1 bob@example.org:10*2");
  fixture->world->now = NOW + 2 * DAY;
  expect_described (fixture, "alice", "alice alice@example.org:18*1");
  expect_described (fixture, "carol", "carol carol@example.org:9*3");
  expect_described (fixture, "nobody", "nothing");
  expect_described (fixture, "", "nothing");
  add (fixture, SMD_ROLE_OWN, "new", "alice@example.org", BOTH, 300);
  expect_described (fixture, "alice", "nothing");
  expect_described (fixture, "new", "nothing");
}

static gboolean
plan_work (SmdDatabase *database, gpointer data, GError **error)
{
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", smd_database_expiries_get_query (), NULL);
  g_autoptr (SmdStatement) statement = smd_database_query (database, error, explain, "iiii", (gint64) 1, (gint64) 0, (gint64) 1, (gint64) 1);
  gboolean indexed = FALSE;

  while (smd_database_step (database, statement, error) == SQLITE_ROW)
    {
      const char *detail = (const char *) sqlite3_column_text (statement, 3);

      g_test_message ("%s", detail);
      if (g_str_has_prefix (detail, "SCAN") && !g_str_has_prefix (detail, "SCAN u") && !g_str_has_prefix (detail, "SCAN CONSTANT"))
        return FALSE;
      indexed = indexed || strstr (detail, "certificates_role (role=? AND not_after>? AND not_after<?)") != NULL;
    }
  return indexed;
}

static void
test_indexed (Fixture *fixture, gconstpointer data)
{
  g_assert_true (smd_database_read (fixture->database, plan_work, NULL, NULL));
}

#define ADD(name, test) g_test_add ("/watch-expiry/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("each threshold is told once, across restarts and clock changes", test_once);
  ADD ("the next look is at the next midnight that matters", test_next);
  ADD ("nobody hears of it who doesn't use it", test_nobody);
  ADD ("a certificate with a successor is no news", test_successor);
  ADD ("a successor serves all that the old one did", test_half_successor);
  ADD ("a successor that begins too late leaves a gap", test_gap);
  ADD ("many certificates make few notices", test_folded);
  ADD ("certificates that nobody needs are let go", test_not_ours);
  ADD ("what the desktop didn't take is shown later", test_not_shown);
  ADD ("what is true no longer stands no longer", test_standing);
  ADD ("a notification that is followed later tells what is true then", test_described);
  ADD ("a hundred thousand correspondents are no burden", test_indexed);
  return g_test_run ();
}
