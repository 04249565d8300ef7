/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-desktop-notifier.h"

#include "smd-language.h"
#include "smd-notice-delivery.h"
#include "smd-notice-door.h"
#include "smd-notice-explain.h"
#include "smd-notice-server.h"
#include "smd-notice-text.h"

struct _SmdDesktopNotifier
{
  GObject parent_instance;
  GDBusConnection *connection;       /* (owned) */
  SmdNoticeDoor *door;               /* (owned) (nullable) until there is an application */
  SmdNoticeApplication *application; /* (owned) (nullable) since the first notification */
  SmdNoticeServer chosen;            /* by GNotification, as long as this process lives */
  GQueue orders;                     /* (owned) of Order: the first is under way */
  gboolean busy;
  GPtrArray *followed;               /* (owned) (nullable) of Following: what nobody has heard of yet */
  char *token;                       /* (owned) (nullable) of the notification that is about to be activated */
  guint token_id;                    /* of that notification */
  guint freedesktop;
  guint gtk;
  guint subscription;
};

/* A notification to be shown, or withdrawn */
typedef struct
{
  SmdNotice *notice;    /* (owned) */
  SmdNotifierDone done; /* (nullable) to be withdrawn */
  gpointer data;        /* (unowned) */
} Order;

/* A notification that the user follows */
typedef struct
{
  char *fingerprint; /* (owned) */
  char *token;       /* (owned) "" if the desktop gave none */
} Following;

static void init_interface (SmdNotifierInterface *iface);
static void begin (SmdDesktopNotifier *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdDesktopNotifier, smd_desktop_notifier, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_NOTIFIER, init_interface))

/* ---- following one ---- */

static void
following_free (gpointer data)
{
  Following *self = data;

  g_free (self->fingerprint);
  g_free (self->token);
  g_free (self);
}

static void
tell_followed (gpointer data, gpointer self)
{
  const Following *following = data;

  g_signal_emit_by_name (self, "activated", following->fingerprint, following->token);
}

static void
on_followed (const char *fingerprint, const char *token, gpointer data)
{
  SmdDesktopNotifier *self = data;
  g_autofree char *own = g_steal_pointer (&self->token);
  Following *following = g_new0 (Following, 1);

  following->fingerprint = g_strdup (fingerprint);
  following->token = g_strdup (token != NULL ? token : own != NULL ? own : "");
  if (self->followed != NULL)
    {
      g_ptr_array_add (self->followed, following);
      return;
    }
  tell_followed (following, self);
  following_free (following);
}

/* Of the desktop's signals GLib passes on only that an action was invoked. Others' notifications are told, too. */
static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *member,
           GVariant *parameters, gpointer data)
{
  SmdDesktopNotifier *self = data;
  guint id = 0;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    return;

  g_variant_get_child (parameters, 0, "u", &id);
  if (g_str_equal (member, "ActivationToken"))
    {
      g_free (self->token);
      g_variant_get_child (parameters, 1, "s", &self->token);
      self->token_id = id;
    }
  else if (g_str_equal (member, "ActionInvoked") && id != self->token_id)
    g_clear_pointer (&self->token, g_free);
}

static void
explain (SmdNotifier *notifier, const SmdNotice *notice, const char *token)
{
  smd_notice_explain (SMD_DESKTOP_NOTIFIER (notifier)->connection, notice, token);
}

/* ---- showing and withdrawing ---- */

static gboolean
is_urgent (const SmdNotice *notice)
{
  return notice->kind == SMD_NOTICE_OWN && notice->days <= 1;
}

static GNotificationPriority
get_priority (const SmdNotice *notice)
{
  if (notice->kind == SMD_NOTICE_OWN)
    return is_urgent (notice) ? G_NOTIFICATION_PRIORITY_URGENT : G_NOTIFICATION_PRIORITY_HIGH;
  return notice->days <= 3 ? G_NOTIFICATION_PRIORITY_NORMAL : G_NOTIFICATION_PRIORITY_LOW;
}

static GNotification *
make_notification (const SmdNotice *notice)
{
  g_auto (SmdLanguage) language = smd_language_speak ();
  g_autofree char *title = smd_notice_make_title (notice);
  g_autofree char *body = smd_notice_make_body (notice);
  g_autoptr (GIcon) icon = g_themed_icon_new (is_urgent (notice) ? "dialog-warning" : "dialog-information");
  GNotification *notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "email");
  g_notification_set_priority (notification, get_priority (notice));
  g_notification_set_default_action_and_target (notification, "app." SMD_NOTICE_ACTION, "s", notice->fingerprint);
  g_notification_add_button_with_target (notification, smd_notice_get_action (), "app." SMD_NOTICE_ACTION, "s", notice->fingerprint);
  return notification;
}

static char *
make_id (const SmdNotice *notice)
{
  g_autofree char *address = g_utf8_make_valid (notice->address, -1);

  return g_strdup_printf ("%d %s", notice->kind, notice->kind == SMD_NOTICE_OWN ? address : "");
}

static void
end_first (SmdDesktopNotifier *self, gboolean shown)
{
  Order *order = g_queue_pop_head (&self->orders);

  if (order->done != NULL)
    order->done (shown, order->data);
  smd_notice_free (order->notice);
  g_free (order);
}

static gboolean
ensure_application (SmdDesktopNotifier *self)
{
  g_autoptr (GError) error = NULL;

  if (self->application != NULL)
    return TRUE;

  g_clear_pointer (&self->door, smd_notice_door_free);
  self->application = smd_notice_application_new (on_followed, self, &error);
  if (self->application != NULL)
    return TRUE;

  g_warning ("No notification can be shown: %s", error->message);
  self->door = smd_notice_door_new (self->connection, on_followed, self);
  return FALSE;
}

static void
on_delivered (gboolean shown, gpointer data)
{
  g_autoptr (SmdDesktopNotifier) self = data;

  end_first (self, shown);
  begin (self);
}

static void
deliver (SmdDesktopNotifier *self, const SmdNotice *notice, gboolean markup)
{
  g_autofree char *id = make_id (notice);
  g_autoptr (GNotification) notification = make_notification (notice);
  SmdNoticeLook look = { .markup = markup, .stays = get_priority (notice) != G_NOTIFICATION_PRIORITY_LOW };

  smd_notice_deliver (self->application, id, notification, &look, on_delivered, g_object_ref (self));
}

static void
withdraw_first (SmdDesktopNotifier *self)
{
  g_autofree char *id = make_id (((Order *) g_queue_peek_head (&self->orders))->notice);

  g_application_withdraw_notification (G_APPLICATION (self->application), id);
  end_first (self, FALSE);
}

static void
on_server_known (SmdNoticeServer server, gboolean markup, gpointer data)
{
  g_autoptr (SmdDesktopNotifier) self = data;
  const Order *order = g_queue_peek_head (&self->orders);

  if (server == SMD_NOTICE_SERVER_NOBODY || !ensure_application (self))
    {
      /* All that wait would hear the same, perhaps each after ten seconds. */
      for (guint waiting = g_queue_get_length (&self->orders); waiting > 0; waiting--)
        end_first (self, FALSE);
      begin (self);
      return;
    }

  self->chosen = server;
  if (order->done != NULL)
    deliver (self, order->notice, markup);
  else
    begin (self);
}

/* GLib knows by itself what this process has shown and where; of what another process of ours has, only GNOME knows by its name. */
static void
begin (SmdDesktopNotifier *self)
{
  const Order *order = g_queue_peek_head (&self->orders);

  while (order != NULL && order->done == NULL && self->application != NULL)
    {
      withdraw_first (self);
      order = g_queue_peek_head (&self->orders);
    }

  self->busy = order != NULL;
  if (order != NULL)
    smd_notice_server_ask (self->connection, order->done != NULL ? self->chosen : SMD_NOTICE_SERVER_GTK, on_server_known, g_object_ref (self));
}

static void
add_order (SmdNotifier *notifier, const SmdNotice *notice, SmdNotifierDone done, gpointer data)
{
  SmdDesktopNotifier *self = SMD_DESKTOP_NOTIFIER (notifier);
  Order *order = g_new0 (Order, 1);

  order->notice = smd_notice_copy (notice);
  order->done = done;
  order->data = data;
  g_queue_push_tail (&self->orders, order);
  if (!self->busy)
    begin (self);
}

static void
withdraw (SmdNotifier *notifier, const SmdNotice *notice)
{
  add_order (notifier, notice, NULL, NULL);
}

/* ---- */

static void
on_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  g_signal_emit_by_name (data, "available");
}

static void
listen (SmdNotifier *notifier)
{
  SmdDesktopNotifier *self = SMD_DESKTOP_NOTIFIER (notifier);
  g_autoptr (GPtrArray) followed = g_steal_pointer (&self->followed);

  self->subscription = g_dbus_connection_signal_subscribe (self->connection, SMD_NOTICE_FREEDESKTOP, SMD_NOTICE_FREEDESKTOP, NULL,
                                                           "/org/freedesktop/Notifications", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal, self, NULL);
  self->freedesktop = g_bus_watch_name_on_connection (self->connection, SMD_NOTICE_FREEDESKTOP, G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared, NULL,
                                                      self, NULL);
  self->gtk = g_bus_watch_name_on_connection (self->connection, SMD_NOTICE_GTK, G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared, NULL, self, NULL);
  g_ptr_array_foreach (followed, tell_followed, self);
}

static void
init_interface (SmdNotifierInterface *iface)
{
  iface->listen = listen;
  iface->show = add_order;
  iface->withdraw = withdraw;
  iface->explain = explain;
}

static void
smd_desktop_notifier_finalize (GObject *object)
{
  SmdDesktopNotifier *self = SMD_DESKTOP_NOTIFIER (object);

  g_clear_handle_id (&self->freedesktop, g_bus_unwatch_name);
  g_clear_handle_id (&self->gtk, g_bus_unwatch_name);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->subscription);
  g_clear_pointer (&self->door, smd_notice_door_free);
  /* Not freed: in GLib (2.74 to 2.84) what listens to the server outlives the application as long as a notification stands, and calls it still. */
  if (self->application != NULL)
    smd_notice_application_mute (self->application);
  g_clear_pointer (&self->followed, g_ptr_array_unref);
  g_clear_object (&self->connection);
  g_free (self->token);
  G_OBJECT_CLASS (smd_desktop_notifier_parent_class)->finalize (object);
}

static void
smd_desktop_notifier_class_init (SmdDesktopNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_desktop_notifier_finalize;
}

static void
smd_desktop_notifier_init (SmdDesktopNotifier *self)
{
  g_queue_init (&self->orders);
  self->followed = g_ptr_array_new_with_free_func (following_free);
}

SmdNotifier *
smd_desktop_notifier_new (GDBusConnection *connection)
{
  SmdDesktopNotifier *self = g_object_new (SMD_TYPE_DESKTOP_NOTIFIER, NULL);

  self->connection = g_object_ref (connection);
  self->door = smd_notice_door_new (connection, on_followed, self);
  return SMD_NOTIFIER (self);
}
