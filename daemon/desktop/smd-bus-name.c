/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-bus-name.h"

#define BUS "org.freedesktop.DBus"

void
smd_bus_name_is_owned (GDBusConnection *connection, const char *name, GAsyncReadyCallback done, gpointer data)
{
  g_dbus_connection_call (connection, BUS, "/org/freedesktop/DBus", BUS, "NameHasOwner", g_variant_new ("(s)", name), G_VARIANT_TYPE ("(b)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, done, data);
}

gboolean
smd_bus_name_is_owned_finish (GDBusConnection *connection, GAsyncResult *result)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (connection, result, NULL);
  gboolean owned = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &owned);
  return owned;
}
