/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-callers.h"
#include "smd-cert-store.h"

G_BEGIN_DECLS

/**
 * smd_quick_find_add:
 * @callers: (transfer full): who needs no grant; the others go the way of all calls
 *
 * Answers `Certificates.Find` by nothing but an address in the thread that reads the bus: the database finds it in less time than handing it
 * to another thread takes, and mail clients ask for each address of each message. Whatever else is asked, and whatever would have to
 * wait for a writer, goes the way of all calls.
 *
 * Returns: to be given to g_dbus_connection_remove_filter()
 */
guint smd_quick_find_add (GDBusConnection *connection, SmdFreeCallers *callers, SmdCertStore *certs);

G_END_DECLS
