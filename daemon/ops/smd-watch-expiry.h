/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-notifier.h"

G_BEGIN_DECLS

/**
 * SmdExpiryAlert:
 * @row: (owned): with its new @told or @shown
 * @days: as smd_expiry_count_days()
 */
typedef struct
{
  SmdExpiryRow *row; /* (owned) */
  int days;
} SmdExpiryAlert;

/**
 * SmdExpiryPlan:
 * @tell: (owned) (element-type SmdExpiryAlert): to be told on the bus now; already remembered as told
 * @notices: (owned) (element-type SmdNotice): to be shown on the desktop now
 * @show: (owned) (element-type GPtrArray of SmdExpiryRow): for each of @notices what is to be noted when it was shown
 * @standing: (owned) (element-type SmdNotice): what is true now, whether it was shown or not: what doesn't stand here is to be withdrawn
 * @next: when to look again, seconds since 1970 UTC, G_MAXINT64 = when something has changed
 */
typedef struct
{
  GPtrArray *tell;    /* (owned) */
  GPtrArray *notices; /* (owned) */
  GPtrArray *show;    /* (owned) */
  GPtrArray *standing; /* (owned) */
  gint64 next;
} SmdExpiryPlan;

void smd_expiry_plan_free (SmdExpiryPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdExpiryPlan, smd_expiry_plan_free)

/**
 * smd_watch_expiry:
 * @zone: the user's
 *
 * Looks at all certificates whose end matters: own ones at the policy's `expiry-thresholds`, those of correspondents and authorities at its
 * `correspondent-expiry-days`. Own certificates of one address make one notice, all correspondents' one, all authorities' one. Nothing is told
 * to somebody who doesn't use S/MIME: as long as it is switched off and no account is registered; it is told as soon as that changes.
 *
 * Returns: (transfer full): on error `Failed`
 */
SmdExpiryPlan *smd_watch_expiry (const SmdEnv *env, const SmdPolicy *policy, GTimeZone *zone, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_watch_expiry_describe:
 *
 * Returns: (transfer full): what stands in the notice of that certificate today; on error `NotFound` (it isn't about to end, has a successor, or
 * is none of ours), `Failed`
 */
SmdNotice *smd_watch_expiry_describe (const SmdEnv *env, const SmdPolicy *policy, GTimeZone *zone, const char *fingerprint,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
