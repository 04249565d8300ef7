/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_REQUEST (smimed_request_get_type ())
G_DECLARE_FINAL_TYPE (SmimedRequest, smimed_request, SMIMED, REQUEST, SmimedValue)

/**
 * SmimedRequest:
 *
 * A key that was made here, and waits for its certificate.
 */

/**
 * smimed_request_get_name:
 *
 * The name that smimed_client_complete_request() and smimed_client_discard_request() want to be told.
 *
 * Returns: (transfer none) (nullable): a name
 */
const char *smimed_request_get_name (SmimedRequest *self);

/**
 * smimed_request_get_address:
 *
 * The address that a certificate was asked for; empty where it is not known.
 *
 * Returns: (transfer none) (nullable): an address
 */
const char *smimed_request_get_address (SmimedRequest *self);

/**
 * smimed_request_get_created_at:
 *
 * When the key was made.
 *
 * Returns: seconds since 1970 in UTC; 0 if it is not known
 */
gint64 smimed_request_get_created_at (SmimedRequest *self);

G_END_DECLS
