/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-layer.h"
#include "smimed-output.h"
#include "smimed-problem.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_REPORT (smimed_report_get_type ())
G_DECLARE_FINAL_TYPE (SmimedReport, smimed_report, SMIMED, REPORT, SmimedValue)

/**
 * SmimedReport:
 *
 * What is certain about a message that was opened, verified or inspected.
 *
 * An inspection judges nothing: it has layers, and all else is absent.
 */

/**
 * smimed_report_get_protection:
 *
 * The summary of RFC 9787.
 *
 * Returns: the protection; never more than the layers prove
 */
SmimedProtection smimed_report_get_protection (SmimedReport *self);

/**
 * smimed_report_is_authenticated:
 *
 * Whether the sender is proven.
 *
 * Returns: %TRUE if some signer is authenticated
 */
gboolean smimed_report_is_authenticated (SmimedReport *self);

/**
 * smimed_report_is_confidential:
 *
 * Whether an encryption layer covers everything.
 *
 * Returns: %TRUE if so
 */
gboolean smimed_report_is_confidential (SmimedReport *self);

/**
 * smimed_report_get_layers:
 *
 * The layers, outermost first.
 *
 * Returns: (transfer none) (element-type SmimedLayer): the layers
 */
GPtrArray *smimed_report_get_layers (SmimedReport *self);

/**
 * smimed_report_get_sender:
 *
 * The address that the signers were compared with.
 *
 * Returns: (transfer none) (nullable): an address
 */
const char *smimed_report_get_sender (SmimedReport *self);

/**
 * smimed_report_get_warnings:
 *
 * Problems that do not decide.
 *
 * Returns: (transfer none) (element-type SmimedProblem): the problems
 */
GPtrArray *smimed_report_get_warnings (SmimedReport *self);

/**
 * smimed_report_get_content:
 *
 * The innermost message, exactly as it was verified or decrypted. Only smimed_client_open() brings one.
 *
 * Returns: (transfer none) (nullable): the content
 */
SmimedOutput *smimed_report_get_content (SmimedReport *self);

/**
 * smimed_report_dup_signers:
 *
 * The signers of all layers, outermost first.
 *
 * Returns: (transfer container) (element-type SmimedSigner): the signers
 */
GPtrArray *smimed_report_dup_signers (SmimedReport *self);

/**
 * smimed_report_get_sentence:
 *
 * Whether the sender is proven and the message was confidential, as a sentence for people.
 *
 * Returns: (transfer none): a translated sentence
 */
const char *smimed_report_get_sentence (SmimedReport *self);

G_END_DECLS
