/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-problem.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_VERDICT (smimed_verdict_get_type ())
G_DECLARE_FINAL_TYPE (SmimedVerdict, smimed_verdict, SMIMED, VERDICT, SmimedValue)

/**
 * SmimedVerdict:
 *
 * Whether a message can be encrypted to an address.
 */

/**
 * smimed_verdict_get_address:
 *
 * The address.
 *
 * Returns: (transfer none) (nullable): as it was asked for
 */
const char *smimed_verdict_get_address (SmimedVerdict *self);

/**
 * smimed_verdict_is_usable:
 *
 * Whether the address can be encrypted to.
 *
 * Returns: %TRUE if so, and if every word of the verdict is known
 */
gboolean smimed_verdict_is_usable (SmimedVerdict *self);

/**
 * smimed_verdict_get_source:
 *
 * Where the certificate comes from.
 *
 * Returns: the source
 */
SmimedSource smimed_verdict_get_source (SmimedVerdict *self);

/**
 * smimed_verdict_get_certificate:
 *
 * The certificate that would be used.
 *
 * Returns: (transfer none) (nullable): its fingerprint
 */
const char *smimed_verdict_get_certificate (SmimedVerdict *self);

/**
 * smimed_verdict_get_not_after:
 *
 * The end of the certificate's validity.
 *
 * Returns: seconds since 1970 in UTC, or 0
 */
gint64 smimed_verdict_get_not_after (SmimedVerdict *self);

/**
 * smimed_verdict_get_problems:
 *
 * What is wrong.
 *
 * Returns: (transfer none) (element-type SmimedProblem): the problems
 */
GPtrArray *smimed_verdict_get_problems (SmimedVerdict *self);

/**
 * smimed_verdict_get_members:
 *
 * The verdict on each member, where the address is a group's. It is usable if all of them are.
 *
 * Returns: (transfer none) (element-type SmimedVerdict): the members' verdicts; empty unless it is a group
 */
GPtrArray *smimed_verdict_get_members (SmimedVerdict *self);

/**
 * smimed_verdict_get_action:
 *
 * What helps.
 *
 * Returns: the action
 */
SmimedAction smimed_verdict_get_action (SmimedVerdict *self);

/**
 * smimed_verdict_get_sentence:
 *
 * Whether the address can be encrypted to, why not, and what helps, as sentences for people.
 *
 * Returns: (transfer full): translated text without a line end
 */
char *smimed_verdict_get_sentence (SmimedVerdict *self);

G_END_DECLS
