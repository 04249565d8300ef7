/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database.h"
#include "smd-revocation-store.h"

G_BEGIN_DECLS

#define SMD_TYPE_REVOCATION_DATABASE (smd_revocation_database_get_type ())
G_DECLARE_FINAL_TYPE (SmdRevocationDatabase, smd_revocation_database, SMD, REVOCATION_DATABASE, GObject)

/**
 * smd_revocation_database_new:
 * @folder: for the CRL indexes; the store's own
 * @now: seconds since 1970 UTC
 *
 * Implements #SmdRevocationStore: rows in @database, an index file for each CRL in @folder. A file is whole before a row names it, and
 * is removed after the last row that named it: a kill at any moment leaves at most a file of nobody's, which goes away here, as
 * does what nobody has asked for in months. An index that is found damaged is dropped, so that its CRL is fetched again.
 *
 * Returns: (transfer full)
 */
SmdRevocationDatabase *smd_revocation_database_new (SmdDatabase *database, const char *folder, gint64 now);

G_END_DECLS
