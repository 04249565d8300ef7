/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-session-bus.h"

gboolean
smd_session_bus_is_there (GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, cancellable, error);

  if (bus == NULL || !g_dbus_connection_is_closed (bus))
    return bus != NULL;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the session has ended");
  return FALSE;
}
