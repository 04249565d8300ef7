/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_RECIPIENT (smimed_recipient_get_type ())
G_DECLARE_FINAL_TYPE (SmimedRecipient, smimed_recipient, SMIMED, RECIPIENT, SmimedValue)

/**
 * SmimedRecipient:
 *
 * Somebody that a message is encrypted to. What is known differs: a message that was received tells `issuer` and
 * `serial`, or `key-id`; one that was just encrypted tells `address` and `certificate`.
 */

/**
 * smimed_recipient_get_address:
 *
 * The mail address.
 *
 * Returns: (transfer none) (nullable): an address
 */
const char *smimed_recipient_get_address (SmimedRecipient *self);

/**
 * smimed_recipient_get_certificate:
 *
 * The recipient's certificate.
 *
 * Returns: (transfer none) (nullable): its fingerprint
 */
const char *smimed_recipient_get_certificate (SmimedRecipient *self);

/**
 * smimed_recipient_get_issuer:
 *
 * The certificate's issuer.
 *
 * Returns: (transfer none) (nullable): a name as in RFC 4514
 */
const char *smimed_recipient_get_issuer (SmimedRecipient *self);

/**
 * smimed_recipient_get_serial:
 *
 * The certificate's serial number.
 *
 * Returns: (transfer none) (nullable): lower-case hexadecimal
 */
const char *smimed_recipient_get_serial (SmimedRecipient *self);

/**
 * smimed_recipient_get_key_id:
 *
 * The identifier of the key.
 *
 * Returns: (transfer none) (nullable): lower-case hexadecimal
 */
const char *smimed_recipient_get_key_id (SmimedRecipient *self);

/**
 * smimed_recipient_get_key_encryption:
 *
 * How the content key was encrypted.
 *
 * Returns: (transfer none) (nullable): an algorithm
 */
const char *smimed_recipient_get_key_encryption (SmimedRecipient *self);

G_END_DECLS
