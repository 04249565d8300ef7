/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-verdict.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_EVALUATION (smimed_evaluation_get_type ())
G_DECLARE_FINAL_TYPE (SmimedEvaluation, smimed_evaluation, SMIMED, EVALUATION, GObject)

/**
 * SmimedEvaluation:
 *
 * Whether a message can be encrypted to all of its recipients.
 */

/**
 * smimed_evaluation_is_ready:
 *
 * Whether the message can be encrypted.
 *
 * Returns: %TRUE if every address is usable and the account can encrypt to itself
 */
gboolean smimed_evaluation_is_ready (SmimedEvaluation *self);

/**
 * smimed_evaluation_get_verdicts:
 *
 * The verdict on each address, in order, duplicates folded.
 *
 * Returns: (transfer none) (element-type SmimedVerdict): the verdicts
 */
GPtrArray *smimed_evaluation_get_verdicts (SmimedEvaluation *self);

G_END_DECLS
