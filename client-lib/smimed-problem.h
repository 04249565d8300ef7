/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_PROBLEM (smimed_problem_get_type ())
G_DECLARE_FINAL_TYPE (SmimedProblem, smimed_problem, SMIMED, PROBLEM, SmimedValue)

/**
 * SmimedProblem:
 *
 * What is wrong with a certificate, a chain, a signature or a message.
 */

/**
 * smimed_problem_get_code:
 *
 * The word on the bus, for logs and for code; for users there is [method@Problem.get_sentence].
 *
 * Returns: (transfer none) (nullable): a word of the closed list, or a newer one
 */
const char *smimed_problem_get_code (SmimedProblem *self);

/**
 * smimed_problem_get_certificate:
 *
 * The certificate that it is about.
 *
 * Returns: (transfer none) (nullable): its fingerprint
 */
const char *smimed_problem_get_certificate (SmimedProblem *self);

/**
 * smimed_problem_get_depth:
 *
 * How far up the chain that certificate is.
 *
 * Returns: 0 for the certificate itself, 1 for its issuer, and so on; -1 if the problem is not about a chain
 */
int smimed_problem_get_depth (SmimedProblem *self);

/**
 * smimed_problem_is_temporary:
 *
 * Whether the same call may succeed later.
 *
 * Returns: %TRUE if trying again can help
 */
gboolean smimed_problem_is_temporary (SmimedProblem *self);

/**
 * smimed_problem_get_url:
 *
 * The server that was asked.
 *
 * Returns: (transfer none) (nullable): a URL
 */
const char *smimed_problem_get_url (SmimedProblem *self);

/**
 * smimed_problem_get_at:
 *
 * The time that it is about, such as the day of a revocation.
 *
 * Returns: seconds since 1970 in UTC, or 0
 */
gint64 smimed_problem_get_at (SmimedProblem *self);

/**
 * smimed_problem_get_days:
 *
 * The days that are left, for `expiring-soon`.
 *
 * Returns: days; negative afterwards
 */
int smimed_problem_get_days (SmimedProblem *self);

/**
 * smimed_problem_get_detail:
 *
 * More for logs. Never shown to users: it is not translated.
 *
 * Returns: (transfer none) (nullable): a text
 */
const char *smimed_problem_get_detail (SmimedProblem *self);

/**
 * smimed_problem_get_sentence:
 *
 * What is wrong and with which certificate, day or server, as sentences for people in their language. Every client shows the same.
 *
 * Returns: (transfer full): translated text without a line end
 */
char *smimed_problem_get_sentence (SmimedProblem *self);

/**
 * smimed_problem_get_severity:
 *
 * How it should be shown.
 *
 * Returns: the severity; %SMIMED_SEVERITY_ERROR for a code that this library does not know
 */
SmimedSeverity smimed_problem_get_severity (SmimedProblem *self);

G_END_DECLS
