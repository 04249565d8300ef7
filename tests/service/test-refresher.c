/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fetching ahead of need: only while it is wanted and costs nothing, again when the network has changed, and asleep in between. */
#include "smd-fake-world.h"
#include "smd-refresh-plan.h"
#include "smd-refresher.h"
#include "smd-revocation-database.h"
#include "smd-test-fetcher.h"
#include "smd-test-files.h"

#define URL "http://crl.example.org/a.crl"

/* ---- an alarm that rings when the test wants ---- */

#define TEST_TYPE_ALARM (test_alarm_get_type ())
G_DECLARE_FINAL_TYPE (TestAlarm, test_alarm, TEST, ALARM, GObject)

struct _TestAlarm
{
  GObject parent_instance;
  guint set;   /* how often */
  gint64 when;
  SmdAlarmFunc func;
  gpointer data; /* (unowned) */
};

static void
set_alarm (SmdAlarm *alarm, gint64 when, SmdAlarmFunc func, gpointer data)
{
  TestAlarm *self = TEST_ALARM (alarm);

  self->set++;
  self->when = when;
  self->func = func;
  self->data = data;
}

static void
clear_alarm (SmdAlarm *alarm, SmdAlarmFunc func, gpointer data)
{
  TEST_ALARM (alarm)->func = NULL;
}

static void
alarm_init_interface (SmdAlarmInterface *iface)
{
  iface->set = set_alarm;
  iface->clear = clear_alarm;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestAlarm, test_alarm, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (SMD_TYPE_ALARM, alarm_init_interface))

static void
test_alarm_class_init (TestAlarmClass *klass)
{
}

static void
test_alarm_init (TestAlarm *self)
{
}

/* ---- the refresher and what it needs of a service ---- */

typedef struct
{
  SmdFakeWorld *world;         /* (owned) */
  char *folder;                /* (owned) */
  SmdDatabase *database;       /* (owned) */
  SmdRevocationStore *store;   /* (owned) */
  SmdTestFetcher *fetcher;     /* (owned) */
  TestAlarm *alarm;            /* (owned) */
  GSettings *keys;             /* (owned) */
  SmdSettings *settings;       /* (owned) */
  GCancellable *closing;       /* (owned) */
  SmdPool *pool;               /* (owned) */
  SmdEnv env;
  SmdJobHost host;
  SmdDbusRevocation *skeleton; /* (owned) */
  SmdRefresher *refresher;     /* (owned) */
} Fixture;

static void
make_store (Fixture *fixture)
{
  const char *const urls[] = { URL, NULL };
  g_autofree char *path = NULL;

  fixture->folder = smd_test_folder_new ();
  path = g_build_filename (fixture->folder, "smimed.db", NULL);
  fixture->database = smd_database_new (fixture->world->crypto, path, NULL);
  fixture->store = SMD_REVOCATION_STORE (smd_revocation_database_new (fixture->database, fixture->folder, fixture->world->now));
  /* A judgement has asked for it. */
  g_assert_true (smd_revocation_store_touch (fixture->store, urls, fixture->world->now, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->world = smd_fake_world_new ();
  make_store (fixture);
  fixture->fetcher = smd_test_fetcher_new ();
  fixture->alarm = g_object_new (TEST_TYPE_ALARM, NULL);
  fixture->keys = g_settings_new ("org.smimed");
  g_settings_reset (fixture->keys, "fetch-when-metered");
  g_settings_set_boolean (fixture->keys, "enabled", TRUE);
  fixture->settings = smd_settings_new (NULL);
  fixture->closing = g_cancellable_new ();
  fixture->pool = smd_pool_new (1, 2, 16);
  fixture->env = smd_fake_world_get_env (fixture->world);
  fixture->env.revocation = fixture->store;
  fixture->env.fetcher = SMD_FETCHER (fixture->fetcher);
  fixture->env.alarm = SMD_ALARM (fixture->alarm);
  fixture->host
      = (SmdJobHost){ .env = &fixture->env, .settings = fixture->settings, .pool = fixture->pool, .closing = fixture->closing };
  fixture->skeleton = smd_dbus_revocation_skeleton_new ();
  fixture->refresher = smd_refresher_new (&fixture->host, fixture->skeleton);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  smd_refresher_stop (fixture->refresher);
  g_cancellable_cancel (fixture->closing);
  g_clear_pointer (&fixture->pool, smd_pool_free);
  while (fixture->host.under_way > 0)
    g_main_context_iteration (NULL, TRUE);
  smd_refresher_free (fixture->refresher);
  g_object_unref (fixture->skeleton);
  g_object_unref (fixture->closing);
  smd_settings_free (fixture->settings);
  g_object_unref (fixture->keys);
  g_object_unref (fixture->fetcher);
  g_object_unref (fixture->alarm);
  g_object_unref (fixture->store);
  g_object_unref (fixture->database);
  g_object_unref (fixture->world);
  smd_test_folder_remove (fixture->folder);
}

/* Each round ends with setting the alarm. */
static void
await_round (Fixture *fixture)
{
  guint before = fixture->alarm->set;

  while (fixture->alarm->set == before)
    g_main_context_iteration (NULL, TRUE);
}

static int
asked (Fixture *fixture)
{
  return g_atomic_int_get (&fixture->fetcher->asked);
}

static void
test_sleeps_until_due (Fixture *fixture, gconstpointer data)
{
  gint64 now = fixture->world->now;
  gint64 due;

  await_round (fixture);
  g_assert_cmpint (asked (fixture), ==, 1);
  due = fixture->alarm->when;
  g_assert_cmpint (due, >, now);
  g_assert_cmpint (due, <, now + 2 * 3600);
  g_assert_cmpint (smd_dbus_revocation_get_next_refresh (fixture->skeleton), ==, due);

  /* The failure that was written down is a change; it makes no new try. */
  await_round (fixture);
  g_assert_cmpint (asked (fixture), ==, 1);
  g_assert_cmpint (fixture->alarm->when, ==, due);

  /* It rings: also right after a suspend. */
  fixture->world->now = due;
  fixture->alarm->func (TRUE, fixture->alarm->data);
  await_round (fixture);
  g_assert_cmpint (asked (fixture), ==, 2);
}

static void
test_rests_while_switched_off (Fixture *fixture, gconstpointer data)
{
  g_assert_true (smd_settings_set_enabled (fixture->settings, FALSE, NULL));
  await_round (fixture);
  g_assert_cmpint (asked (fixture), ==, 0);
  g_assert_cmpint (fixture->alarm->when, ==, SMD_ALARM_NEVER);
  g_assert_cmpint (smd_dbus_revocation_get_next_refresh (fixture->skeleton), ==, 0);

  g_assert_true (smd_settings_set_enabled (fixture->settings, TRUE, NULL));
  smd_refresher_plan (fixture->refresher);
  await_round (fixture);
  g_assert_cmpint (asked (fixture), ==, 1);
}

static void
test_metered (Fixture *fixture, gconstpointer data)
{
  smd_refresher_set_metered (fixture->refresher, TRUE);
  await_round (fixture);
  g_assert_cmpint (asked (fixture), ==, 0);
  g_assert_cmpint (fixture->alarm->when, ==, SMD_ALARM_NEVER);

  g_settings_set_boolean (fixture->keys, "fetch-when-metered", TRUE);
  while (!smd_settings_get_policy (fixture->settings)->fetch_when_metered)
    g_main_context_iteration (NULL, TRUE);
  smd_refresher_plan (fixture->refresher);
  await_round (fixture);
  g_assert_cmpint (asked (fixture), ==, 1);
}

static void
test_other_network (Fixture *fixture, gconstpointer data)
{
  await_round (fixture);
  g_assert_cmpint (asked (fixture), ==, 1);
  smd_refresher_set_metered (fixture->refresher, FALSE);
  await_round (fixture);
  g_assert_cmpint (asked (fixture), ==, 2);
}

#define ADD(name, function) g_test_add ("/refresher/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("it fetches what was asked for, and sleeps until something is due", test_sleeps_until_due);
  ADD ("it rests while smimed is switched off", test_rests_while_switched_off);
  ADD ("it fetches nothing while metered, unless the policy lets it", test_metered);
  ADD ("on another network it tries again at once", test_other_network);
  return g_test_run ();
}
