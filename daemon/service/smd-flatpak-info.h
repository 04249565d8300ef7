/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "smd-span.h"

G_BEGIN_DECLS

/**
 * smd_flatpak_info_parse:
 * @text: what a sandbox's /.flatpak-info says: a key file
 *
 * Returns: (transfer full): the application's id, which is plain ASCII (it is shown to the user); on error `AccessDenied`
 */
char *smd_flatpak_info_parse (SmdSpan text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_flatpak_info_read:
 * @root: a process's root folder; O_PATH is enough
 * @application: (out) (transfer full) (nullable): the application's id; %NULL where there is no such file, that is outside of a sandbox
 *
 * Follows no link, waits for nobody, and reads no more than a few pages.
 *
 * Returns: FALSE on error: `AccessDenied`: there is something, but it doesn't tell which application this is
 */
gboolean smd_flatpak_info_read (int root, char **application, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
