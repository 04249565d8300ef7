/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-verdict.h"

G_BEGIN_DECLS

/**
 * smd_evaluate:
 * @from: the sender's address; its account's own encryption certificate counts too
 * @recipients: all of To, Cc and Bcc
 * @ready: (out): whether a message to all of them can be encrypted
 *
 * Looks for certificates in the directories and in the store, in the order of the policy, all addresses side by side; what the first of the
 * two has counts if it is valid. Nothing is stored.
 *
 * Returns: (transfer full) (element-type SmdVerdict): in order, duplicates folded; on error `NoSuchAccount`, `Cancelled`, `Failed`
 */
GPtrArray *smd_evaluate (const SmdEnv *env, const SmdCall *call, const char *from, const char *const *recipients, gboolean *ready,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
