/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_REVOCATION_ENTRY (smimed_revocation_entry_get_type ())
G_DECLARE_FINAL_TYPE (SmimedRevocationEntry, smimed_revocation_entry, SMIMED, REVOCATION_ENTRY, SmimedValue)

/**
 * SmimedRevocationEntry:
 *
 * What is known about the revocation of certificates: a list that is at hand, or an answer that a validation was
 * based on.
 */

/**
 * smimed_revocation_entry_get_issuer:
 *
 * Who issued the list.
 *
 * Returns: (transfer none) (nullable): a name as in RFC 4514
 */
const char *smimed_revocation_entry_get_issuer (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_certificate:
 *
 * The certificate that was asked for, in a validation.
 *
 * Returns: (transfer none) (nullable): its fingerprint
 */
const char *smimed_revocation_entry_get_certificate (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_source:
 *
 * Where the answer comes from, in a validation.
 *
 * Returns: the source
 */
SmimedSource smimed_revocation_entry_get_source (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_url:
 *
 * Where it was fetched from.
 *
 * Returns: (transfer none) (nullable): a URL
 */
const char *smimed_revocation_entry_get_url (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_kind:
 *
 * What it is.
 *
 * Returns: the kind
 */
SmimedRevocationKind smimed_revocation_entry_get_kind (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_this_update:
 *
 * When it was issued.
 *
 * Returns: seconds since 1970 in UTC, or 0
 */
gint64 smimed_revocation_entry_get_this_update (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_next_update:
 *
 * When a newer one is due.
 *
 * Returns: seconds since 1970 in UTC, or 0
 */
gint64 smimed_revocation_entry_get_next_update (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_number:
 *
 * The number of the list.
 *
 * Returns: (transfer none) (nullable): lower-case hexadecimal
 */
const char *smimed_revocation_entry_get_number (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_entries:
 *
 * How many certificates it lists.
 *
 * Returns: a count
 */
guint64 smimed_revocation_entry_get_entries (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_fetched_at:
 *
 * When it was fetched.
 *
 * Returns: seconds since 1970 in UTC, or 0
 */
gint64 smimed_revocation_entry_get_fetched_at (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_state:
 *
 * Whether it counts.
 *
 * Returns: the state
 */
SmimedRevocationState smimed_revocation_entry_get_state (SmimedRevocationEntry *self);

/**
 * smimed_revocation_entry_get_detail:
 *
 * More for logs; not translated.
 *
 * Returns: (transfer none) (nullable): a text
 */
const char *smimed_revocation_entry_get_detail (SmimedRevocationEntry *self);

G_END_DECLS
