/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What #SmdDatabase does with its file besides SQLite. */

/* Makes the file and its folder, if need be, so that nobody else may read it. On error `Failed` */
gboolean smd_database_file_make (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Renames the file and what belongs to it; nothing is deleted, so that an expert can still look into it. */
void smd_database_file_set_aside (const char *path);
/* Waits until all that was committed is on the disk. On error `Failed` */
gboolean smd_database_file_sync_log (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
