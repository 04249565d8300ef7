/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-deliveries.h"

G_BEGIN_DECLS

#define SMD_TYPE_MANAGED_FOLDERS (smd_managed_folders_get_type ())
G_DECLARE_FINAL_TYPE (SmdManagedFolders, smd_managed_folders, SMD, MANAGED_FOLDERS, GObject)

/**
 * smd_managed_folders_new:
 * @folders: absolute paths; none need exist yet
 *
 * #SmdDeliveries in folders (docs/managed.md): files that are named `*.p12` or `*.pfx`, and not hidden. What the user may not read is somebody
 * else's. Watched by the kernel, nothing is polled.
 *
 * Returns: (transfer full)
 */
SmdManagedFolders *smd_managed_folders_new (const char *const *folders);

/**
 * smd_managed_folders_dup_standard:
 *
 * Returns: (transfer full): `smimed/managed` in the user's configuration folder, then in the system's
 */
char **smd_managed_folders_dup_standard (void);

G_END_DECLS
