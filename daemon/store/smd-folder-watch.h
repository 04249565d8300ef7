/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMD_TYPE_FOLDER_WATCH (smd_folder_watch_get_type ())
G_DECLARE_FINAL_TYPE (SmdFolderWatch, smd_folder_watch, SMD, FOLDER_WATCH, GObject)

/**
 * smd_folder_watch_new:
 * @path: absolute; need not exist
 *
 * Tells by the signal `changed`, on the default main context, when files of a folder have come, gone or been written to their end, or the
 * folder itself has come. While it isn't there, the nearest folder above that is there is watched: GFileMonitor would look for a missing one every few
 * seconds.
 */
SmdFolderWatch *smd_folder_watch_new (const char *path);

G_END_DECLS
