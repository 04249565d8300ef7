/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-expiry.h"

/* Some certificates are said to end in the year 9999: GDateTime knows no later one. */
#define LAST_TIME G_GINT64_CONSTANT (253370764800)

static GDateTime *
make_local (gint64 time, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (CLAMP (time, 0, LAST_TIME));

  return g_date_time_to_timezone (utc, zone);
}

static guint32
count_julian (gint64 time, GTimeZone *zone)
{
  g_autoptr (GDateTime) local = make_local (time, zone);
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, g_date_time_get_day_of_month (local), g_date_time_get_month (local), g_date_time_get_year (local));
  return g_date_get_julian (&date);
}

int
smd_expiry_count_days (gint64 not_after, gint64 now, GTimeZone *zone)
{
  int days = (int) (count_julian (not_after, zone) - count_julian (now, zone));

  return now > not_after ? MIN (days, -1) : days;
}

/* Returns: the smallest threshold that @days have reached, %SMD_EXPIRY_UNTOLD if none */
static int
find_level (const SmdExpiry *self, int days)
{
  int level = SMD_EXPIRY_UNTOLD;

  for (guint i = 0; i < self->n_thresholds; i++)
    if (days <= (int) self->thresholds[i])
      level = MIN (level, (int) self->thresholds[i]);
  return level;
}

gboolean
smd_expiry_is_due (const SmdExpiry *self, gint64 now, GTimeZone *zone, int *threshold)
{
  int days = smd_expiry_count_days (self->not_after, now, zone);

  *threshold = find_level (self, days);
  return *threshold < self->told && self->n_thresholds > 0 && days >= -(int) self->thresholds[0];
}

static gint64
find_midnight (gint64 not_after, int days_before, GTimeZone *zone)
{
  g_autoptr (GDateTime) end = make_local (not_after, zone);
  g_autoptr (GDateTime) day = g_date_time_add_days (end, -days_before);
  g_autoptr (GDateTime) midnight = NULL;

  if (day == NULL)
    return G_MAXINT64;
  midnight = g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day), g_date_time_get_day_of_month (day), 0, 0, 0);
  return g_date_time_to_unix (midnight);
}

gint64
smd_expiry_find_next (const SmdExpiry *self, gint64 now, GTimeZone *zone)
{
  int level = MIN (self->told, find_level (self, smd_expiry_count_days (self->not_after, now, zone)));

  for (guint i = 0; i < self->n_thresholds; i++)
    if ((int) self->thresholds[i] < level)
      {
        gint64 moment = find_midnight (self->not_after, (int) self->thresholds[i], zone);

        if (moment > now)
          return moment;
      }
  return G_MAXINT64;
}
