/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * smd_directory_filter_escape:
 *
 * Returns: (transfer full): @value as it stands in a filter (RFC 4515 section 3): whatever could mean something there is escaped
 */
char *smd_directory_filter_escape (const char *value);

/**
 * smd_directory_filter_new:
 * @address: as smd_address_normalize() gives it
 * @more: (nullable): a filter that must match, too
 *
 * Finds the entries of @address by all attributes that may hold it: `mail` (RFC 4524 section 2.16), with the domain as A-labels and as U-labels,
 * and Active Directory's `proxyAddresses`.
 *
 * Returns: (transfer full): a filter
 */
char *smd_directory_filter_new (const char *address, const char *more);

G_END_DECLS
