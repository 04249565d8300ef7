/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-notice-delivery.h"

#define FREEDESKTOP "org.freedesktop.Notifications"
#define PATIENCE 10000 /* milliseconds */
#define NO_TIMEOUT 0   /* of Notify: stays until it is closed */

/* Arguments of Notify, and their type */
#define NOTIFY "(susssasa{sv}i)"
#define N_ARGUMENTS 8
#define BODY 4
#define TIMEOUT 7

typedef struct
{
  SmdNoticeLook look;
  guint32 serial;              /* of the call, 0 before it; the connection's own thread alone */
  GDBusConnection *connection; /* (owned) */
  SmdNoticeDelivered done;     /* (nullable) once it was called; the main thread alone, as all that follows */
  gpointer data;               /* (unowned) */
  guint filter;
  guint timer;
} Delivery;

/* From one thread to the other */
typedef struct
{
  Delivery *delivery; /* (owned) */
  gboolean shown;
} Answer;

static void
clear_delivery (gpointer data)
{
  g_object_unref (((Delivery *) data)->connection);
}

static void
release (gpointer delivery)
{
  g_atomic_rc_box_release_full (delivery, clear_delivery);
}

static void
finish (Delivery *self, gboolean shown)
{
  SmdNoticeDelivered done = g_steal_pointer (&self->done);

  if (done == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_dbus_connection_remove_filter (self->connection, self->filter);
  done (shown, self->data);
}

static gboolean
on_time_out (gpointer data)
{
  Delivery *self = data;

  self->timer = 0;
  g_debug ("The notification server doesn't answer");
  finish (self, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
on_answer (gpointer data)
{
  Answer *answer = data;

  finish (answer->delivery, answer->shown);
  return G_SOURCE_REMOVE;
}

static void
answer_free (gpointer data)
{
  release (((Answer *) data)->delivery);
  g_free (data);
}

/* ---- in the connection's own thread ---- */

static gboolean
is_call (GDBusMessage *message, const char *interface, const char *member)
{
  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL
         && g_strcmp0 (g_dbus_message_get_interface (message), interface) == 0 && g_strcmp0 (g_dbus_message_get_member (message), member) == 0;
}

static gboolean
is_notify (GDBusMessage *message)
{
  GVariant *body = g_dbus_message_get_body (message);

  return is_call (message, FREEDESKTOP, "Notify") && body != NULL && g_variant_is_of_type (body, G_VARIANT_TYPE (NOTIFY));
}

static gboolean
is_notification (GDBusMessage *message)
{
  return is_notify (message) || is_call (message, "org.gtk.Notifications", "AddNotification")
         || is_call (message, "org.freedesktop.portal.Notification", "AddNotification");
}

static GVariant *
escape (GVariant *text)
{
  g_autofree char *escaped = g_markup_escape_text (g_variant_get_string (text, NULL), -1);

  return g_variant_new_string (escaped);
}

static GVariant *
make_arguments (const SmdNoticeLook *look, GVariant *sent)
{
  GVariantBuilder arguments;

  g_variant_builder_init (&arguments, G_VARIANT_TYPE (NOTIFY));
  for (gsize i = 0; i < N_ARGUMENTS; i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (sent, i);

      if (i == BODY && look->markup)
        g_variant_builder_add_value (&arguments, escape (one));
      else if (i == TIMEOUT && look->stays)
        g_variant_builder_add (&arguments, "i", NO_TIMEOUT);
      else
        g_variant_builder_add_value (&arguments, one);
    }
  return g_variant_builder_end (&arguments);
}

/* @message: (transfer full): locked, so that another goes in its place */
static GDBusMessage *
prepare (const SmdNoticeLook *look, GDBusMessage *message)
{
  GDBusMessage *copy = g_dbus_message_copy (message, NULL);

  if (copy == NULL)
    return message;
  g_dbus_message_set_flags (copy, g_dbus_message_get_flags (message) & ~G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
  if (is_notify (message))
    g_dbus_message_set_body (copy, make_arguments (look, g_dbus_message_get_body (message)));
  g_object_unref (message);
  return copy;
}

static void
look_for_reply (Delivery *self, GDBusMessage *message)
{
  GDBusMessageType type = g_dbus_message_get_message_type (message);
  Answer *answer;

  if (self->serial == 0 || g_dbus_message_get_reply_serial (message) != self->serial
      || (type != G_DBUS_MESSAGE_TYPE_METHOD_RETURN && type != G_DBUS_MESSAGE_TYPE_ERROR))
    return;

  if (type == G_DBUS_MESSAGE_TYPE_ERROR)
    g_message ("The desktop has shown no notification, which will come again: %s", g_dbus_message_get_error_name (message));
  answer = g_new0 (Answer, 1);
  answer->delivery = g_atomic_rc_box_acquire (self);
  answer->shown = type == G_DBUS_MESSAGE_TYPE_METHOD_RETURN;
  g_idle_add_full (G_PRIORITY_DEFAULT, on_answer, answer, answer_free);
}

/* @message: (transfer full) */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  Delivery *self = data;

  if (incoming)
    look_for_reply (self, message);
  else if (self->serial == 0 && is_notification (message))
    {
      self->serial = g_dbus_message_get_serial (message);
      return prepare (&self->look, message);
    }
  return message;
}

/* ---- */

void
smd_notice_deliver (SmdNoticeApplication *application, const char *id, GNotification *notification, const SmdNoticeLook *look,
                    SmdNoticeDelivered done, gpointer data)
{
  Delivery *self = g_atomic_rc_box_new0 (Delivery);

  self->look = *look;
  self->connection = g_object_ref (g_application_get_dbus_connection (G_APPLICATION (application)));
  self->done = done;
  self->data = data;
  self->filter = g_dbus_connection_add_filter (self->connection, on_message, g_atomic_rc_box_acquire (self), release);
  self->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, PATIENCE, on_time_out, self, release);
  g_application_send_notification (G_APPLICATION (application), id, notification);
}
