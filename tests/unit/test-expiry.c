/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a certificate's end is told: fake times, real time zones. */
#include "smd-expiry.h"

#define DAY 86400

static const guint own[] = { 30, 14, 7, 3, 1, 0 };

static GTimeZone *
zone_of (const char *name)
{
  GTimeZone *zone = g_time_zone_new_identifier (name);

  g_assert_nonnull (zone);
  return zone;
}

static gint64
at (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, utc);

  g_assert_nonnull (time);
  return g_date_time_to_unix (time);
}

static SmdExpiry
ends (const char *not_after)
{
  return (SmdExpiry){ at (not_after), own, G_N_ELEMENTS (own), SMD_EXPIRY_UNTOLD };
}

/* Lives from one moment to the next as the service does. Returns: the days that were told, as text */
static char *
live (SmdExpiry *expiry, gint64 now, gint64 until, GTimeZone *zone)
{
  GString *told = g_string_new (NULL);

  while (now < until)
    {
      int threshold;

      if (smd_expiry_is_due (expiry, now, zone, &threshold))
        {
          g_string_append_printf (told, "%d ", smd_expiry_count_days (expiry->not_after, now, zone));
          expiry->told = threshold;
        }
      g_assert_false (smd_expiry_is_due (expiry, now, zone, &threshold));
      g_assert_cmpint (smd_expiry_find_next (expiry, now, zone), >, now);
      now = smd_expiry_find_next (expiry, now, zone);
    }
  return g_string_free (told, FALSE);
}

static void
test_thresholds (void)
{
  const char *const zones[] = { "UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu", "America/Santiago" };
  const char *const last[] = { "2027-03-28T01:30:00Z", "2026-12-01T00:00:00Z", "2026-12-31T23:59:59Z", "2026-09-06T04:00:00Z" };

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    for (guint k = 0; k < G_N_ELEMENTS (last); k++)
      {
        g_autoptr (GTimeZone) zone = zone_of (zones[i]);
        SmdExpiry expiry = ends (last[k]);
        g_autofree char *told = live (&expiry, expiry.not_after - 100 * DAY, expiry.not_after + 100 * DAY, zone);

        g_assert_cmpstr (told, ==, "30 14 7 3 1 0 ");
      }
}

static void
test_calendar (void)
{
  g_autoptr (GTimeZone) utc = zone_of ("UTC");
  g_autoptr (GTimeZone) east = zone_of ("Asia/Tokyo");
  gint64 end = at ("2026-12-02T01:00:00Z");

  g_assert_cmpint (smd_expiry_count_days (end, at ("2026-12-01T23:00:00Z"), utc), ==, 1);
  g_assert_cmpint (smd_expiry_count_days (end, at ("2026-12-01T23:00:00Z"), east), ==, 0);
  g_assert_cmpint (smd_expiry_count_days (end, at ("2026-12-01T14:59:59Z"), east), ==, 1);
  g_assert_cmpint (smd_expiry_count_days (end, end, utc), ==, 0);
  g_assert_cmpint (smd_expiry_count_days (end, end + 1, utc), ==, -1);
  g_assert_cmpint (smd_expiry_count_days (end, end + 3 * DAY, utc), ==, -3);
}

static void
test_catch_up (void)
{
  g_autoptr (GTimeZone) zone = zone_of ("Europe/Berlin");
  SmdExpiry expiry = ends ("2026-12-31T12:00:00Z");
  g_autofree char *told = live (&expiry, at ("2026-12-29T09:00:00Z"), at ("2027-06-01T00:00:00Z"), zone);
  SmdExpiry late = ends ("2026-12-31T12:00:00Z");
  g_autofree char *after = live (&late, at ("2027-01-10T09:00:00Z"), at ("2027-06-01T00:00:00Z"), zone);
  SmdExpiry history = ends ("2026-12-31T12:00:00Z");
  g_autofree char *nothing = live (&history, at ("2027-02-10T09:00:00Z"), at ("2027-06-01T00:00:00Z"), zone);

  g_assert_cmpstr (told, ==, "2 1 0 ");
  g_assert_cmpstr (after, ==, "-10 ");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_back (void)
{
  g_autoptr (GTimeZone) zone = zone_of ("UTC");
  SmdExpiry expiry = ends ("2026-12-31T12:00:00Z");
  g_autofree char *first = live (&expiry, at ("2026-12-20T00:00:00Z"), at ("2026-12-26T00:00:00Z"), zone);
  g_autofree char *again = live (&expiry, at ("2026-11-01T00:00:00Z"), at ("2027-02-01T00:00:00Z"), zone);

  g_assert_cmpstr (first, ==, "11 7 ");
  g_assert_cmpstr (again, ==, "3 1 0 ");
}

static void
test_travel (void)
{
  g_autoptr (GTimeZone) west = zone_of ("Pacific/Honolulu");
  g_autoptr (GTimeZone) east = zone_of ("Pacific/Kiritimati");
  SmdExpiry expiry = ends ("2026-12-31T12:00:00Z");
  GString *told = g_string_new (NULL);

  /* Round the world each hour */
  for (gint64 now = expiry.not_after - 40 * DAY; now < expiry.not_after + 40 * DAY; now += 3600)
    {
      int threshold;

      if (smd_expiry_is_due (&expiry, now, now / 3600 % 2 ? west : east, &threshold))
        g_string_append_printf (told, "%d ", expiry.told = threshold);
    }
  g_assert_cmpstr (told->str, ==, "30 14 7 3 1 0 ");
  g_string_free (told, TRUE);
}

static void
test_policy (void)
{
  const guint one[] = { 14 };
  g_autoptr (GTimeZone) zone = zone_of ("UTC");
  SmdExpiry other = { at ("2026-12-31T12:00:00Z"), one, 1, SMD_EXPIRY_UNTOLD };
  SmdExpiry silent = { at ("2026-12-31T12:00:00Z"), one, 0, SMD_EXPIRY_UNTOLD };
  g_autofree char *told = live (&other, at ("2026-01-01T00:00:00Z"), at ("2027-06-01T00:00:00Z"), zone);
  g_autofree char *nothing = live (&silent, at ("2026-01-01T00:00:00Z"), at ("2027-06-01T00:00:00Z"), zone);

  g_assert_cmpstr (told, ==, "14 ");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_far (void)
{
  g_autoptr (GTimeZone) zone = zone_of ("Pacific/Kiritimati");
  const gint64 ends_at[] = { G_MAXINT64, G_MININT64, 0, -1, at ("9999-12-31T23:59:59Z") };

  for (guint i = 0; i < G_N_ELEMENTS (ends_at); i++)
    {
      SmdExpiry expiry = { ends_at[i], own, G_N_ELEMENTS (own), SMD_EXPIRY_UNTOLD };
      g_autofree char *told = live (&expiry, at ("2026-12-01T00:00:00Z"), at ("2027-12-01T00:00:00Z"), zone);

      g_assert_cmpstr (told, ==, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expiry/each threshold is told once, on its day, wherever the user lives", test_thresholds);
  g_test_add_func ("/expiry/days are those of the user's calendar", test_calendar);
  g_test_add_func ("/expiry/what was slept through is told once", test_catch_up);
  g_test_add_func ("/expiry/a clock that jumps back tells nothing again", test_back);
  g_test_add_func ("/expiry/a traveller hears nothing twice", test_travel);
  g_test_add_func ("/expiry/the policy decides on the days", test_policy);
  g_test_add_func ("/expiry/absurd dates are borne", test_far);
  return g_test_run ();
}
