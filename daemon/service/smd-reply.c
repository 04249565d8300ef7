/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-reply.h"

#include <unistd.h>

#include "smimed-error.h"

#define LARGEST_RESULT (32 << 20) /* bytes; aligned as D-Bus wants it, they may become nearly twice as many */

gboolean
smd_reply_check_size (gsize size, GError **error)
{
  if (size <= LARGEST_RESULT)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
               "The answer would be larger than %d MiB, more than the bus can carry: the message tells too much, or too much was asked for",
               LARGEST_RESULT >> 20);
  return FALSE;
}

int
smd_reply_add_output (GUnixFDList **outputs, SmdBlob *output, GError **error)
{
  int fd = smd_blob_dup_fd (output, error);
  int handle;

  if (fd < 0)
    return -1;

  /* Takes the first one as it is, without a duplicate. */
  if (*outputs == NULL)
    return (*outputs = g_unix_fd_list_new_from_array (&fd, 1)) != NULL ? 0 : -1;

  handle = g_unix_fd_list_append (*outputs, fd, error);
  close (fd);
  return handle;
}

void
smd_reply_init (SmdReply *self, GDBusMessage *call)
{
  self->message = g_dbus_message_new_method_reply (call);
  self->wanted = (g_dbus_message_get_flags (call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) == 0;
}

void
smd_reply_clear (SmdReply *self)
{
  g_clear_object (&self->message);
}

const char *
smd_reply_get_caller (const SmdReply *self)
{
  return g_dbus_message_get_destination (self->message);
}

static void
send (const SmdReply *self, GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;

  if (self->wanted && !g_dbus_connection_send_message (connection, self->message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("Can't answer a call: %s", error->message);
}

void
smd_reply_send (const SmdReply *self, GDBusConnection *connection, GVariant *result, GUnixFDList *fds)
{
  g_dbus_message_set_body (self->message, result);
  if (fds != NULL)
    g_dbus_message_set_unix_fd_list (self->message, fds);
  send (self, connection);
}

void
smd_reply_send_error (const SmdReply *self, GDBusConnection *connection, const GError *error)
{
  g_autofree char *name = g_dbus_error_encode_gerror (error);

  g_dbus_message_set_message_type (self->message, G_DBUS_MESSAGE_TYPE_ERROR);
  g_dbus_message_set_error_name (self->message, name);
  g_dbus_message_set_body (self->message, g_variant_new ("(s)", error->message));
  send (self, connection);
}
