/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-notice-server.h"

#include "smd-bus-name.h"

#define PATIENCE 10000 /* milliseconds: a notification daemon may have to be started first */

typedef struct
{
  SmdNoticeServer chosen;
  SmdNoticeServerKnown known;
  gpointer data; /* (unowned) */
} Question;

static void
answer (Question *self, SmdNoticeServer server, gboolean markup)
{
  self->known (server, markup, self->data);
  g_free (self);
}

static void
on_capabilities (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **words = NULL;

  if (reply == NULL)
    {
      g_debug ("Nobody shows notifications: %s", error->message);
      answer (data, SMD_NOTICE_SERVER_NOBODY, FALSE);
      return;
    }
  g_variant_get (reply, "(^a&s)", &words);
  answer (data, SMD_NOTICE_SERVER_FREEDESKTOP, g_strv_contains (words, "body-markup"));
}

static void
ask_freedesktop (Question *self, GDBusConnection *connection)
{
  g_dbus_connection_call (connection, SMD_NOTICE_FREEDESKTOP, "/org/freedesktop/Notifications", SMD_NOTICE_FREEDESKTOP, "GetCapabilities", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, PATIENCE, NULL, on_capabilities, self);
}

static void
on_owner (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *self = data;

  if (smd_bus_name_is_owned_finish (G_DBUS_CONNECTION (source), result))
    answer (self, SMD_NOTICE_SERVER_GTK, FALSE);
  else if (self->chosen == SMD_NOTICE_SERVER_GTK)
    answer (self, SMD_NOTICE_SERVER_NOBODY, FALSE);
  else
    ask_freedesktop (self, G_DBUS_CONNECTION (source));
}

void
smd_notice_server_ask (GDBusConnection *connection, SmdNoticeServer chosen, SmdNoticeServerKnown known, gpointer data)
{
  Question *self = g_new0 (Question, 1);

  self->chosen = chosen;
  self->known = known;
  self->data = data;
  if (chosen == SMD_NOTICE_SERVER_FREEDESKTOP)
    ask_freedesktop (self, connection);
  else
    smd_bus_name_is_owned (connection, SMD_NOTICE_GTK, on_owner, self);
}
