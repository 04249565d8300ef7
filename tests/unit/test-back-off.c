/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-back-off.h"

#define HOST "crl.example:80"

static void
test_unknown (void)
{
  g_autoptr (SmdBackOff) back_off = smd_back_off_new (1);
  const char *why = "something";

  g_assert_cmpint (smd_back_off_wait (back_off, HOST, 0, &why), ==, 0);
  g_assert_null (why);
}

static void
test_doubles (void)
{
  g_autoptr (SmdBackOff) back_off = smd_back_off_new (1);
  gint64 now = 1000;
  gint64 full = SMD_BACK_OFF_FIRST;

  for (int i = 0; i < 60; i++)
    {
      const char *why;
      gint64 wait;

      smd_back_off_failed (back_off, HOST, "no answer", now);
      wait = smd_back_off_wait (back_off, HOST, now, &why);
      g_assert_cmpstr (why, ==, "no answer");
      g_assert_cmpint (wait, >=, full * 3 / 4 - 1);
      g_assert_cmpint (wait, <=, full);
      g_assert_cmpint (smd_back_off_wait (back_off, HOST, now + wait, NULL), ==, 0);
      now += wait;
      full = MIN (full * 2, SMD_BACK_OFF_LONGEST);
    }
}

static void
test_others (void)
{
  g_autoptr (SmdBackOff) back_off = smd_back_off_new (1);

  smd_back_off_failed (back_off, HOST, "no answer", 0);
  g_assert_cmpint (smd_back_off_wait (back_off, "other.example:80", 0, NULL), ==, 0);
}

static void
test_success (void)
{
  g_autoptr (SmdBackOff) back_off = smd_back_off_new (1);

  for (int i = 0; i < 10; i++)
    smd_back_off_failed (back_off, HOST, "no answer", 0);
  smd_back_off_succeeded (back_off, HOST);
  g_assert_cmpint (smd_back_off_wait (back_off, HOST, 0, NULL), ==, 0);
  smd_back_off_failed (back_off, HOST, "no answer", 0);
  g_assert_cmpint (smd_back_off_wait (back_off, HOST, 0, NULL), <=, SMD_BACK_OFF_FIRST);
}

static void
test_reset (void)
{
  g_autoptr (SmdBackOff) back_off = smd_back_off_new (1);

  smd_back_off_failed (back_off, HOST, "no route", 0);
  smd_back_off_reset (back_off);
  g_assert_cmpint (smd_back_off_wait (back_off, HOST, 0, NULL), ==, 0);
}

static void
test_jitter (void)
{
  g_autoptr (SmdBackOff) back_off = smd_back_off_new (1);
  g_autoptr (GHashTable) waits = g_hash_table_new (NULL, NULL);

  for (int i = 0; i < 20; i++)
    {
      g_autofree char *host = g_strdup_printf ("host%d", i);

      smd_back_off_failed (back_off, host, "no answer", 0);
      g_hash_table_add (waits, GSIZE_TO_POINTER ((gsize) smd_back_off_wait (back_off, host, 0, NULL)));
    }
  g_assert_cmpint (g_hash_table_size (waits), >, 15);
}

static void
test_bounded (void)
{
  g_autoptr (SmdBackOff) back_off = smd_back_off_new (1);

  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *url = g_strdup_printf ("http://host/%d", i);

      smd_back_off_failed (back_off, url, "404", i);
      g_assert_cmpint (smd_back_off_wait (back_off, url, i, NULL), >, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/back-off/who never failed is asked at once", test_unknown);
  g_test_add_func ("/back-off/each failure doubles the wait, up to a bound", test_doubles);
  g_test_add_func ("/back-off/a failure tells nothing about others", test_others);
  g_test_add_func ("/back-off/a success forgives", test_success);
  g_test_add_func ("/back-off/another network starts afresh", test_reset);
  g_test_add_func ("/back-off/not everybody is asked again at once", test_jitter);
  g_test_add_func ("/back-off/any number of failures is borne", test_bounded);
  return g_test_run ();
}
