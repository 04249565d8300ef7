/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-recipient.h"
#include "smimed-signer.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_LAYER (smimed_layer_get_type ())
G_DECLARE_FINAL_TYPE (SmimedLayer, smimed_layer, SMIMED, LAYER, SmimedValue)

/**
 * SmimedLayer:
 *
 * One layer of a message: signed, encrypted or compressed.
 */

/**
 * smimed_layer_get_layer_type:
 *
 * What the layer does.
 *
 * Returns: its type
 */
SmimedLayerType smimed_layer_get_layer_type (SmimedLayer *self);

/**
 * smimed_layer_get_format:
 *
 * How it is signed: `clear` or `opaque`.
 *
 * Returns: (transfer none) (nullable): a word; %NULL unless signed
 */
const char *smimed_layer_get_format (SmimedLayer *self);

/**
 * smimed_layer_get_signers:
 *
 * Who signed; empty unless signed.
 *
 * Returns: (transfer none) (element-type SmimedSigner): the signers
 */
GPtrArray *smimed_layer_get_signers (SmimedLayer *self);

/**
 * smimed_layer_get_cipher:
 *
 * The cipher; %NULL unless encrypted.
 *
 * Returns: (transfer none) (nullable): such as `aes-256-gcm`
 */
const char *smimed_layer_get_cipher (SmimedLayer *self);

/**
 * smimed_layer_has_integrity:
 *
 * Whether a change on the way would have been found: an authenticated cipher.
 *
 * Returns: %TRUE for `aead`; %FALSE for `none`, or where nothing is encrypted
 */
gboolean smimed_layer_has_integrity (SmimedLayer *self);

/**
 * smimed_layer_get_key_encryption:
 *
 * How the content key was encrypted.
 *
 * Returns: (transfer none) (nullable): an algorithm
 */
const char *smimed_layer_get_key_encryption (SmimedLayer *self);

/**
 * smimed_layer_get_decrypted_with:
 *
 * The own certificate whose key decrypted it.
 *
 * Returns: (transfer none) (nullable): a fingerprint
 */
const char *smimed_layer_get_decrypted_with (SmimedLayer *self);

/**
 * smimed_layer_get_recipients:
 *
 * Whom it is encrypted to; empty unless encrypted.
 *
 * Returns: (transfer none) (element-type SmimedRecipient): the recipients
 */
GPtrArray *smimed_layer_get_recipients (SmimedLayer *self);

G_END_DECLS
