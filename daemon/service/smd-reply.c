/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-reply.h"

static void
send (GDBusConnection *connection, GDBusMessage *call, GDBusMessage *reply)
{
  g_autoptr (GError) error = NULL;

  if ((g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) != 0)
    return;

  if (!g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("Can't answer %s: %s", g_dbus_message_get_member (call), error->message);
}

void
smd_reply_with (GDBusConnection *connection, GDBusMessage *call, GVariant *result, GUnixFDList *fds)
{
  g_autoptr (GDBusMessage) reply = g_dbus_message_new_method_reply (call);

  g_dbus_message_set_body (reply, result);
  if (fds != NULL)
    g_dbus_message_set_unix_fd_list (reply, fds);
  send (connection, call, reply);
}

void
smd_reply_with_error (GDBusConnection *connection, GDBusMessage *call, const GError *error)
{
  g_autofree char *name = g_dbus_error_encode_gerror (error);
  g_autoptr (GDBusMessage) reply = g_dbus_message_new_method_error_literal (call, name, error->message);

  send (connection, call, reply);
}
