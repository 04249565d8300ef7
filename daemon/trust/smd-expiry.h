/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No threshold was told yet */
#define SMD_EXPIRY_UNTOLD G_MAXINT32

/**
 * SmdExpiry:
 * @not_after: seconds since 1970 UTC
 * @thresholds: (unowned): days, descending, each once
 * @told: the smallest threshold that was told, %SMD_EXPIRY_UNTOLD if none
 *
 * One certificate on its way to its end. Days are those of a calendar on the user's wall, in the user's time zone: a certificate that
 * ends tomorrow at 01:00 has one day left, also at 23:00 today.
 */
typedef struct
{
  gint64 not_after;
  const guint *thresholds; /* (unowned) */
  guint n_thresholds;
  int told;
} SmdExpiry;

/* Calendar days from @now to @not_after: 0 on the last day, below 0 as soon as it has expired. Both in seconds since 1970 UTC */
int smd_expiry_count_days (gint64 not_after, gint64 now, GTimeZone *zone);

/**
 * smd_expiry_is_due:
 * @threshold: (out): the most urgent one that has been reached, which is to be remembered as told
 *
 * Whether a threshold was reached that is more urgent than all that were told. Several that were slept through are one. What expired longer
 * ago than the largest threshold is history.
 */
gboolean smd_expiry_is_due (const SmdExpiry *self, gint64 now, GTimeZone *zone, int *threshold);

/* The first moment after @now at which another threshold is reached: a midnight; G_MAXINT64 if there is none */
gint64 smd_expiry_find_next (const SmdExpiry *self, gint64 now, GTimeZone *zone);

G_END_DECLS
