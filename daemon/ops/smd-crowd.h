/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"

G_BEGIN_DECLS

/**
 * smd_crowd_sort:
 * @certificates: (element-type SmdCertificate): more than can be tried
 * @most: so many can
 * @now: seconds since 1970 UTC
 *
 * Anybody can make any number of certificates that look good. Those that are in time and that a trusted authority known here has really signed come
 * first, up to @most, all others after them; otherwise the order stays. Their revocation is no question here.
 *
 * Returns: (transfer container) (element-type SmdCertificate); on error `Failed`
 */
GPtrArray *smd_crowd_sort (const SmdEnv *env, const SmdCall *call, GPtrArray *certificates, guint most, gint64 now,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
