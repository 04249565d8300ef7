/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-env.h"

G_BEGIN_DECLS

/* What came too late for its asker: keeps the authorities' certificates in it that lead to an anchor; nothing else is of use to anybody.
 * Any thread. */
void smd_late_issuers_take (const SmdEnv *env, const SmdFetchResult *late);

G_END_DECLS
