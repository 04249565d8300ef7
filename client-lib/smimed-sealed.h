/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-output.h"
#include "smimed-problem.h"
#include "smimed-recipient.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_SEALED (smimed_sealed_get_type ())
G_DECLARE_FINAL_TYPE (SmimedSealed, smimed_sealed, SMIMED, SEALED, SmimedValue)

/**
 * SmimedSealed:
 *
 * A message that was signed or encrypted, and how.
 */

/**
 * smimed_sealed_get_certificate:
 *
 * The signer's certificate.
 *
 * Returns: (transfer none) (nullable): its fingerprint
 */
const char *smimed_sealed_get_certificate (SmimedSealed *self);

/**
 * smimed_sealed_get_cipher:
 *
 * The cipher.
 *
 * Returns: (transfer none) (nullable): such as `aes-256-gcm`; %NULL if it is only signed
 */
const char *smimed_sealed_get_cipher (SmimedSealed *self);

/**
 * smimed_sealed_get_digest:
 *
 * The digest that was signed.
 *
 * Returns: (transfer none) (nullable): such as `sha-256`; %NULL if it is not signed
 */
const char *smimed_sealed_get_digest (SmimedSealed *self);

/**
 * smimed_sealed_get_recipients:
 *
 * Whom it is encrypted to.
 *
 * Returns: (transfer none) (element-type SmimedRecipient): the recipients
 */
GPtrArray *smimed_sealed_get_recipients (SmimedSealed *self);

/**
 * smimed_sealed_get_warnings:
 *
 * What should be known, such as a certificate that expires soon.
 *
 * Returns: (transfer none) (element-type SmimedProblem): the problems
 */
GPtrArray *smimed_sealed_get_warnings (SmimedSealed *self);

/**
 * smimed_sealed_get_output:
 *
 * The message: the only one when signed; when encrypted, the one for To and Cc.
 *
 * Returns: (transfer none): the first output
 */
SmimedOutput *smimed_sealed_get_output (SmimedSealed *self);

/**
 * smimed_sealed_get_outputs:
 *
 * All messages that must be sent: the first is for To and Cc, then comes one for each Bcc address, so that no copy reveals another's.
 * Each tells by [method@Output.get_addresses] whom it may be sent to.
 *
 * Returns: (transfer none) (element-type SmimedOutput): at least one output
 */
GPtrArray *smimed_sealed_get_outputs (SmimedSealed *self);

G_END_DECLS
