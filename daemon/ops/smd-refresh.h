/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"

G_BEGIN_DECLS

/**
 * SmdRefreshRequest:
 * @all: also what nobody has asked for in a long time
 * @impatient: also what failed or is outdated, whatever pause it would be left
 * @force: everything, also what is fresh; hosts that failed a short time ago are asked, too
 * @seed: see smd_refresh_plan_due()
 * @deadline: for all fetches together, monotonic microseconds
 */
typedef struct
{
  gboolean all;
  gboolean impatient;
  gboolean force;
  guint32 seed;
  gint64 deadline;
} SmdRefreshRequest;

/**
 * SmdRefreshResult:
 * @entry: (owned): what counts now
 * @failed: it could not be fetched, or not be used; @entry's detail says why
 */
typedef struct
{
  SmdRevocationEntry *entry; /* (owned) */
  gboolean failed;
} SmdRefreshResult;

void smd_refresh_result_free (SmdRefreshResult *self);

/**
 * smd_refresh:
 *
 * Fetches the CRLs and OCSP answers that are due, all side by side, and keeps them. What hasn't come by the deadline goes on in the background.
 *
 * Returns: (transfer full) (element-type SmdRefreshResult): one for each that was due; on error `Cancelled`, `Failed`
 */
GPtrArray *smd_refresh (const SmdEnv *env, const SmdCall *call, const SmdRefreshRequest *request,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_refresh_get_times:
 * @last: (out): when something was fetched last, seconds since 1970 UTC, 0 = never
 * @next: (out): when something is due next, %SMD_REFRESH_NEVER if nothing is
 *
 * Returns: FALSE on error: `Failed`
 */
gboolean smd_refresh_get_times (const SmdEnv *env, const SmdCall *call, guint32 seed, gint64 *last, gint64 *next,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What came too late for its asker: keeps it if it is a CRL or an issuer's certificate. Any thread. */
void smd_refresh_take_late (const SmdEnv *env, const SmdFetchResult *late);

/* Likewise an OCSP answer; @call: for what is to be fetched to judge the responder itself. A worker: this may take its network deadline. */
void smd_refresh_take_late_answer (const SmdEnv *env, const SmdCall *call, const SmdFetchResult *late);

G_END_DECLS
