/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smimed-enums.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_QUERY (smimed_query_get_type ())
G_DECLARE_FINAL_TYPE (SmimedQuery, smimed_query, SMIMED, QUERY, GObject)

/**
 * SmimedQuery:
 *
 * What smimed_client_find() looks for. Each condition is a property; those that were never set don't count, and a certificate must meet
 * all others.
 */

/**
 * SmimedQuery:address:
 *
 * The certificate names this mail address.
 */

/**
 * SmimedQuery:usage:
 *
 * It may be used for this; %SMIMED_USAGE_SIGN or %SMIMED_USAGE_ENCRYPT.
 */

/**
 * SmimedQuery:own:
 *
 * Whether the user has its private key.
 */

/**
 * SmimedQuery:role:
 *
 * What it is here for.
 */

/**
 * SmimedQuery:fingerprint:
 *
 * The lower-case hexadecimal SHA-256 of its DER.
 */

/**
 * SmimedQuery:text:
 *
 * A piece of its names or addresses.
 */

/**
 * smimed_query_new:
 *
 * A query that every certificate meets.
 *
 * Returns: (transfer full): a new query
 */
SmimedQuery *smimed_query_new (void);

G_END_DECLS
