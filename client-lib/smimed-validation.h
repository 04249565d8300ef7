/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-problem.h"
#include "smimed-revocation-entry.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_VALIDATION (smimed_validation_get_type ())
G_DECLARE_FINAL_TYPE (SmimedValidation, smimed_validation, SMIMED, VALIDATION, SmimedValue)

/**
 * SmimedValidation:
 *
 * A verdict on a certificate.
 */

/**
 * smimed_validation_get_chain:
 *
 * Whether it counts.
 *
 * Returns: the state of the chain
 */
SmimedChain smimed_validation_get_chain (SmimedValidation *self);

/**
 * smimed_validation_get_problems:
 *
 * What is wrong.
 *
 * Returns: (transfer none) (element-type SmimedProblem): the problems
 */
GPtrArray *smimed_validation_get_problems (SmimedValidation *self);

/**
 * smimed_validation_get_chain_der:
 *
 * The chain from the certificate to its anchor.
 *
 * Returns: (transfer none) (element-type GBytes): the certificates, DER
 */
GPtrArray *smimed_validation_get_chain_der (SmimedValidation *self);

/**
 * smimed_validation_get_revocation:
 *
 * What is known about the revocation of each certificate of the chain.
 *
 * Returns: (transfer none) (element-type SmimedRevocationEntry): the answers
 */
GPtrArray *smimed_validation_get_revocation (SmimedValidation *self);

G_END_DECLS
