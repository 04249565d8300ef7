/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * smd_session_bus_is_there:
 *
 * To be asked before libsecret connects: it asks a bus that has gone for signals, which GLib (2.74 to 2.84) takes for a mistake of the program, and
 * logs as critical. Any thread; waits for nothing once the process is connected.
 *
 * Returns: %FALSE on error: %G_IO_ERROR_CLOSED if the session has ended, or why there is no session bus
 */
gboolean smd_session_bus_is_there (GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
