/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"

G_BEGIN_DECLS

/**
 * smd_refresh_watch:
 * @policy: its sources and directories
 * @now: seconds since 1970 UTC
 * @all: also what nobody has asked for in a long time
 *
 * What is kept up to date ahead of need: the CRLs of own chains, of authorities right below the anchors, and those that judgements have asked
 * for in the last weeks (#SMD_REFRESH_MEMORY): correspondents'. Likewise OCSP answers, of own chains and correspondents, where the policy
 * has OCSP asked: their @der is there, and their @url is who is asked next.
 *
 * Returns: (transfer full) (element-type SmdRevocationEntry): one for each CRL and scope, or certificate, those never fetched included;
 *   on error `Failed`
 */
GPtrArray *smd_refresh_watch (const SmdEnv *env, const SmdPolicy *policy, gint64 now, gboolean all, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
