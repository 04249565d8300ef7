/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * smd_peer_find_application:
 * @name: a unique name on the bus
 * @application: (out) (transfer full) (nullable): the id of the sandboxed application: a Flatpak's, or `snap.` and a snap's name; %NULL: the
 *   process runs outside of such a sandbox
 *
 * Asks the bus which process made the connection, and looks at that very process: what is read is only believed if the process that the bus knows
 * still lives afterwards, so that no other one can have taken over its number. Any thread but the main one: it waits for the bus.
 *
 * Returns: FALSE on error: `AccessDenied`: it can't be told who this is
 */
gboolean smd_peer_find_application (GDBusConnection *connection, const char *name, char **application,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @label: a process's AppArmor label. Returns: (transfer full) (nullable): the snap's id if it confines one */
char *smd_peer_get_snap (const char *label);

G_END_DECLS
