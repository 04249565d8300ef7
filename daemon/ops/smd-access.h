/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_ACCESS_ALLOWED,
  SMD_ACCESS_DENIED,
  SMD_ACCESS_ASK,     /* the user */
  SMD_ACCESS_BLOCKED, /* the user would have to be asked, and may not be */
} SmdAccess;

/**
 * smd_access_decide:
 * @grants: what was granted of each right
 *
 * The rules, see docs/access.md. Pure.
 */
SmdAccess smd_access_decide (SmdRight right, const SmdGrant grants[SMD_N_RIGHTS], gboolean interactive);

/**
 * smd_access_require:
 * @right: what the caller is about to do
 *
 * Nothing happens where the caller runs outside of sandboxes. A sandboxed application needs a grant; if there is none yet, the user is asked, and the
 * answer is remembered.
 *
 * Returns: FALSE on error: `AccessDenied`, `InteractionRequired`, `PromptDismissed`, `Cancelled`
 */
gboolean smd_access_require (const SmdEnv *env, const SmdCall *call, SmdRight right, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
