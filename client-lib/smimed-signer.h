/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-problem.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_SIGNER (smimed_signer_get_type ())
G_DECLARE_FINAL_TYPE (SmimedSigner, smimed_signer, SMIMED, SIGNER, SmimedValue)

/**
 * SmimedSigner:
 *
 * Somebody who signed, or claims to have signed, a layer of a message.
 */

/**
 * smimed_signer_get_signature:
 *
 * What the mathematics say.
 *
 * Returns: the state of the signature
 */
SmimedSignature smimed_signer_get_signature (SmimedSigner *self);

/**
 * smimed_signer_get_chain:
 *
 * Whether the signer's certificate counts now.
 *
 * Returns: the state of the chain
 */
SmimedChain smimed_signer_get_chain (SmimedSigner *self);

/**
 * smimed_signer_get_at_delivery:
 *
 * Whether the signer's certificate counted when the message came.
 *
 * Returns: the state of the chain then
 */
SmimedChain smimed_signer_get_at_delivery (SmimedSigner *self);

/**
 * smimed_signer_get_address_match:
 *
 * Whether the certificate names the message's sender.
 *
 * Returns: %TRUE if it does
 */
gboolean smimed_signer_get_address_match (SmimedSigner *self);

/**
 * smimed_signer_is_authenticated:
 *
 * Whether this proves the sender: the signature is good, the chain valid, and the address the sender's.
 *
 * Returns: %TRUE if all of it holds
 */
gboolean smimed_signer_is_authenticated (SmimedSigner *self);

/**
 * smimed_signer_get_certificate:
 *
 * The signer's certificate.
 *
 * Returns: (transfer none) (nullable): its fingerprint
 */
const char *smimed_signer_get_certificate (SmimedSigner *self);

/**
 * smimed_signer_get_certificate_der:
 *
 * The signer's certificate.
 *
 * Returns: (transfer full) (nullable): its DER
 */
GBytes *smimed_signer_get_certificate_der (SmimedSigner *self);

/**
 * smimed_signer_get_chain_der:
 *
 * The chain from the signer's certificate to its anchor.
 *
 * Returns: (transfer none) (element-type GBytes): the certificates, DER
 */
GPtrArray *smimed_signer_get_chain_der (SmimedSigner *self);

/**
 * smimed_signer_get_addresses:
 *
 * The mail addresses that the certificate names.
 *
 * Returns: (transfer full): addresses
 */
char **smimed_signer_get_addresses (SmimedSigner *self);

/**
 * smimed_signer_get_subject:
 *
 * Whom the certificate was issued for.
 *
 * Returns: (transfer none) (nullable): a name as in RFC 4514
 */
const char *smimed_signer_get_subject (SmimedSigner *self);

/**
 * smimed_signer_get_issuer:
 *
 * Who issued it.
 *
 * Returns: (transfer none) (nullable): a name as in RFC 4514
 */
const char *smimed_signer_get_issuer (SmimedSigner *self);

/**
 * smimed_signer_get_serial:
 *
 * The certificate's serial number.
 *
 * Returns: (transfer none) (nullable): lower-case hexadecimal
 */
const char *smimed_signer_get_serial (SmimedSigner *self);

/**
 * smimed_signer_get_key_id:
 *
 * The identifier of the signer's key, where the certificate isn't known.
 *
 * Returns: (transfer none) (nullable): lower-case hexadecimal
 */
const char *smimed_signer_get_key_id (SmimedSigner *self);

/**
 * smimed_signer_get_signing_time:
 *
 * When the signer says it was signed.
 *
 * Returns: seconds since 1970 in UTC; 0 if it is not told
 */
gint64 smimed_signer_get_signing_time (SmimedSigner *self);

/**
 * smimed_signer_get_digest:
 *
 * The digest that was signed.
 *
 * Returns: (transfer none) (nullable): an algorithm
 */
const char *smimed_signer_get_digest (SmimedSigner *self);

/**
 * smimed_signer_get_algorithm:
 *
 * The signature's algorithm.
 *
 * Returns: (transfer none) (nullable): an algorithm
 */
const char *smimed_signer_get_algorithm (SmimedSigner *self);

/**
 * smimed_signer_get_problems:
 *
 * What is wrong.
 *
 * Returns: (transfer none) (element-type SmimedProblem): the problems
 */
GPtrArray *smimed_signer_get_problems (SmimedSigner *self);

/**
 * smimed_signer_get_sentence:
 *
 * Who signed and whether that is proven, as a sentence for people.
 *
 * Returns: (transfer full): translated text without a line end
 */
char *smimed_signer_get_sentence (SmimedSigner *self);

G_END_DECLS
