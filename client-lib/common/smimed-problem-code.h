/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmimedProblemCode:
 *
 * What can be wrong with a certificate, a chain or a signature: the closed list of `code` words on the bus.
 */
typedef enum
{
  SMIMED_PROBLEM_EXPIRED,
  SMIMED_PROBLEM_NOT_YET_VALID,
  SMIMED_PROBLEM_REVOKED,
  SMIMED_PROBLEM_REVOCATION_UNAVAILABLE,
  SMIMED_PROBLEM_REVOCATION_STALE,
  SMIMED_PROBLEM_UNTRUSTED_ROOT,
  SMIMED_PROBLEM_ISSUER_UNAVAILABLE,
  SMIMED_PROBLEM_DISTRUSTED,
  SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE,
  SMIMED_PROBLEM_NOT_A_CA,
  SMIMED_PROBLEM_PATH_LENGTH,
  SMIMED_PROBLEM_NAME_CONSTRAINTS,
  SMIMED_PROBLEM_POLICY,
  SMIMED_PROBLEM_KEY_USAGE,
  SMIMED_PROBLEM_EXTENDED_KEY_USAGE,
  SMIMED_PROBLEM_UNKNOWN_CRITICAL_EXTENSION,
  SMIMED_PROBLEM_WEAK_ALGORITHM,
  SMIMED_PROBLEM_WEAK_KEY,
  SMIMED_PROBLEM_MALFORMED,
  SMIMED_PROBLEM_ADDRESS_MISMATCH,
  SMIMED_PROBLEM_NO_CERTIFICATE,
  SMIMED_PROBLEM_NO_PRIVATE_KEY,
  SMIMED_PROBLEM_SIGNATURE_MISMATCH,
  SMIMED_PROBLEM_MISSING_SIGNED_ATTRIBUTES,
  SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM,
  SMIMED_PROBLEM_EXPIRING_SOON,
  SMIMED_PROBLEM_DIRECTORY_UNREACHABLE,
  SMIMED_PROBLEM_NO_INTEGRITY,
  SMIMED_PROBLEM_SIGNING_TIME_SKEW,
  SMIMED_PROBLEM_ERRANT_LAYER,
  SMIMED_N_PROBLEMS /*< skip >*/
} SmimedProblemCode;

/**
 * smimed_problem_code_to_word:
 * @code: a problem
 *
 * Returns: (transfer none): the word that stands for @code on the bus
 */
const char *smimed_problem_code_to_word (SmimedProblemCode code);

/**
 * smimed_problem_code_from_word:
 * @word: a word received from the bus
 * @code: (out): the problem
 *
 * Returns: FALSE if @word is not in the list; a client then treats the result as a failure
 */
gboolean smimed_problem_code_from_word (const char *word, SmimedProblemCode *code);

G_END_DECLS
