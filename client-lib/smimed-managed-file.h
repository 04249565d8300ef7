/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-enums.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_MANAGED_FILE (smimed_managed_file_get_type ())
G_DECLARE_FINAL_TYPE (SmimedManagedFile, smimed_managed_file, SMIMED, MANAGED_FILE, SmimedValue)

/**
 * SmimedManagedFile:
 *
 * A PKCS#12 file that an administrator has delivered, and what has become of it.
 */

/**
 * smimed_managed_file_get_file:
 *
 * The file.
 *
 * Returns: (transfer none) (type filename) (nullable): a path
 */
const char *smimed_managed_file_get_file (SmimedManagedFile *self);

/**
 * smimed_managed_file_get_state:
 *
 * Whether it was imported.
 *
 * Returns: (transfer none) (nullable): `imported` or `failed`
 */
const char *smimed_managed_file_get_state (SmimedManagedFile *self);

/**
 * smimed_managed_file_get_error:
 *
 * Why it wasn't.
 *
 * Returns: (transfer none) (nullable): the name of an error, such as `WrongPassword`; %NULL if it was imported
 */
const char *smimed_managed_file_get_error (SmimedManagedFile *self);

/**
 * smimed_managed_file_get_detail:
 *
 * Why it wasn't imported and what helps, for administrators.
 *
 * Returns: (transfer none) (nullable): a text in English; %NULL if it was imported
 */
const char *smimed_managed_file_get_detail (SmimedManagedFile *self);

/**
 * smimed_managed_file_get_at:
 *
 * When it was imported, or found not to be.
 *
 * Returns: seconds since 1970 in UTC; 0 if it is not known
 */
gint64 smimed_managed_file_get_at (SmimedManagedFile *self);

G_END_DECLS
