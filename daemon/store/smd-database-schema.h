/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/**
 * smd_database_schema_get_steps:
 * @count: (out): how many; also the schema's version
 *
 * Returns: (transfer none): SQL that leads from version i to version i + 1
 */
const char *const *smd_database_schema_get_steps (guint *count);

/**
 * smd_database_schema_upgrade:
 * @steps: (array length=count): SQL that leads from version i to version i + 1
 *
 * Brings `PRAGMA user_version` to @count: all missing steps in one exclusive transaction, or none. Never goes back.
 *
 * Returns: an SQLite result code; SQLITE_MISMATCH if the file is newer than @count
 */
int smd_database_schema_upgrade (sqlite3 *connection, const char *const *steps, guint count) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
