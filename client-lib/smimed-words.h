/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"

G_BEGIN_DECLS

/* The words of the bus as sentences for people, in their language: every client shows the same. A word that this version doesn't know is
 * a failure, and described as one. */

/**
 * smimed_problem_describe:
 * @code: a `code` word received from the bus
 *
 * What a problem means. Where the problem itself is at hand, [method@Problem.get_sentence] tells more.
 *
 * Returns: (transfer none): a translated sentence
 */
const char *smimed_problem_describe (const char *code);

/**
 * smimed_problem_severity:
 * @code: a `code` word received from the bus
 *
 * How a problem should be shown.
 *
 * Returns: the severity
 */
SmimedSeverity smimed_problem_severity (const char *code);

/**
 * smimed_protection_describe:
 * @protection: (nullable): such a word received from the bus
 *
 * What a report comes to.
 *
 * Returns: (transfer none): translated words
 */
const char *smimed_protection_describe (const char *protection);

/**
 * smimed_action_describe:
 * @action: (nullable): such a word received from the bus
 *
 * What helps where a recipient can not be encrypted to.
 *
 * Returns: (transfer none): translated words
 */
const char *smimed_action_describe (const char *action);

/**
 * smimed_signature_describe:
 * @signature: (nullable): such a word received from the bus
 *
 * What is known about a signature.
 *
 * Returns: (transfer none): translated words
 */
const char *smimed_signature_describe (const char *signature);

/**
 * smimed_chain_describe:
 * @chain: (nullable): such a word received from the bus
 *
 * Whether a certificate counts.
 *
 * Returns: (transfer none): translated words
 */
const char *smimed_chain_describe (const char *chain);

/**
 * smimed_trust_describe:
 * @trust: (nullable): such a word received from the bus
 *
 * How far a certificate is trusted.
 *
 * Returns: (transfer none): translated words
 */
const char *smimed_trust_describe (const char *trust);

/**
 * smimed_layer_describe:
 * @type: (nullable): such a word received from the bus
 *
 * What a layer of a message does.
 *
 * Returns: (transfer none): translated words
 */
const char *smimed_layer_describe (const char *type);

/**
 * smimed_error_describe:
 * @error: an error of a call
 *
 * What an error means and what can be done. The error's own message is for logs: it tells more, and isn't translated.
 *
 * Returns: (transfer none): a translated sentence; for errors of other domains than %SMIMED_ERROR and the bus their message
 */
const char *smimed_error_describe (const GError *error);

/**
 * smimed_error_severity:
 * @error: an error of a call
 *
 * How an error should be shown: what the user wanted so, or what is no failure of anything, is information.
 *
 * Returns: the severity
 */
SmimedSeverity smimed_error_severity (const GError *error);

G_END_DECLS
