/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-desktop-notifier.h"

#include "smd-language.h"
#include "smd-notice-page.h"
#include "smd-notice-text.h"
#include "smd-page-viewer.h"

#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"
#define VIEWER "org.smimed.Smime1.Viewer"
#define PATIENCE 10000 /* milliseconds: a notification daemon may have to be started first */
#define NO_TIMEOUT 0   /* stays until it is closed */
#define DESKTOP_TIMEOUT -1

enum
{
  URGENCY_LOW,
  URGENCY_NORMAL,
  URGENCY_CRITICAL,
};

struct _SmdDesktopNotifier
{
  GObject parent_instance;
  GDBusConnection *connection; /* (owned) */
  GHashTable *ids;             /* (owned) subject of a notice -> its id, as long as the notification daemon lives */
  GHashTable *notices;         /* (owned) id -> SmdNotice */
  char *token;                 /* (owned) (nullable) of the notification that is about to be activated */
  guint watch;
  guint subscription;
};

/* A notification that the user follows */
typedef struct
{
  SmdNotice *notice; /* (owned) */
  char *token;       /* (owned) "" if the desktop gave none */
} Following;

/* A call under way */
typedef struct
{
  SmdDesktopNotifier *self; /* (owned) */
  char *subject;            /* (owned) */
  SmdNotice *notice;        /* (owned) */
  SmdNotifierDone done;
  gpointer data;            /* (unowned) */
} Showing;

static void init_interface (SmdNotifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdDesktopNotifier, smd_desktop_notifier, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_NOTIFIER, init_interface))

static void
on_notified (GObject *source, GAsyncResult *result, gpointer data)
{
  Showing *showing = data;
  SmdDesktopNotifier *self = showing->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  guint32 id = 0;

  if (reply != NULL)
    {
      g_variant_get (reply, "(u)", &id);
      g_hash_table_insert (self->ids, g_steal_pointer (&showing->subject), GUINT_TO_POINTER (id));
      g_hash_table_insert (self->notices, GUINT_TO_POINTER (id), g_steal_pointer (&showing->notice));
    }
  else
    g_debug ("No notification could be shown: %s", error->message);

  showing->done (reply != NULL, showing->data);
  g_free (showing->subject);
  g_clear_pointer (&showing->notice, smd_notice_free);
  g_object_unref (self);
  g_free (showing);
}

static guint8
get_urgency (const SmdNotice *notice)
{
  if (notice->kind == SMD_NOTICE_OWN)
    return notice->days <= 1 ? URGENCY_CRITICAL : URGENCY_NORMAL;
  return notice->days <= 3 ? URGENCY_NORMAL : URGENCY_LOW;
}

static GVariant *
make_notification (const SmdNotice *notice, guint32 replaces)
{
  g_auto (SmdLanguage) language = smd_language_speak ();
  g_autofree char *title = smd_notice_make_title (notice);
  g_autofree char *body = smd_notice_make_body (notice);
  guint8 urgency = get_urgency (notice);
  GVariantBuilder actions;
  GVariantBuilder hints;

  g_variant_builder_init (&actions, G_VARIANT_TYPE_STRING_ARRAY);
  g_variant_builder_add (&actions, "s", "default");
  g_variant_builder_add (&actions, "s", smd_notice_get_action ());
  g_variant_builder_init (&hints, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&hints, "{sv}", "urgency", g_variant_new_byte (urgency));
  g_variant_builder_add (&hints, "{sv}", "category", g_variant_new_string ("email"));
  g_variant_builder_add (&hints, "{sv}", "desktop-entry", g_variant_new_string ("org.smimed.Smime1"));
  return g_variant_new ("(susssasa{sv}i)", smd_notice_get_application (), replaces,
                        urgency == URGENCY_CRITICAL ? "dialog-warning" : "dialog-information", title, body, &actions, &hints,
                        urgency == URGENCY_LOW ? DESKTOP_TIMEOUT : NO_TIMEOUT);
}

static char *
make_subject (const SmdNotice *notice)
{
  return g_strdup_printf ("%d %s", notice->kind, notice->kind == SMD_NOTICE_OWN ? notice->address : "");
}

static void
show (SmdNotifier *notifier, const SmdNotice *notice, SmdNotifierDone done, gpointer data)
{
  SmdDesktopNotifier *self = SMD_DESKTOP_NOTIFIER (notifier);
  Showing *showing = g_new0 (Showing, 1);
  guint32 replaces;

  showing->self = g_object_ref (self);
  showing->subject = make_subject (notice);
  showing->notice = smd_notice_copy (notice);
  showing->done = done;
  showing->data = data;
  replaces = GPOINTER_TO_UINT (g_hash_table_lookup (self->ids, showing->subject));
  g_dbus_connection_call (self->connection, NAME, PATH, NAME, "Notify", make_notification (notice, replaces), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, PATIENCE, NULL, on_notified, showing);
}

static void
init_interface (SmdNotifierInterface *iface)
{
  iface->show = show;
}

static void
on_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  g_signal_emit_by_name (data, "available");
}

/* Another notification daemon counts from 1 again. */
static void
on_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  SmdDesktopNotifier *self = data;

  g_hash_table_remove_all (self->ids);
  g_hash_table_remove_all (self->notices);
}

/* Only where no mail program says that it shows certificates: two windows for one click are too many. */
static void
on_viewer_known (GObject *source, GAsyncResult *result, gpointer data)
{
  Following *following = data;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean owned = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &owned);
  if (!owned)
    {
      g_auto (SmdLanguage) language = smd_language_speak ();
      g_autofree char *page = smd_notice_make_page (following->notice);

      smd_page_view (G_DBUS_CONNECTION (source), page, following->token);
    }

  smd_notice_free (following->notice);
  g_free (following->token);
  g_free (following);
}

static void
on_activated (SmdDesktopNotifier *self, const SmdNotice *notice)
{
  Following *following = g_new0 (Following, 1);

  following->notice = smd_notice_copy (notice);
  following->token = self->token != NULL ? g_steal_pointer (&self->token) : g_strdup ("");
  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                          g_variant_new ("(s)", VIEWER), G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_viewer_known, following);
  g_signal_emit_by_name (self, "activated", notice->fingerprint, following->token);
}

/* Others' notifications are told, too. */
static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *member,
           GVariant *parameters, gpointer data)
{
  SmdDesktopNotifier *self = data;
  g_autoptr (GVariant) id = g_variant_n_children (parameters) == 2 ? g_variant_get_child_value (parameters, 0) : NULL;
  const SmdNotice *notice = NULL;

  if (id != NULL && g_variant_is_of_type (id, G_VARIANT_TYPE_UINT32))
    notice = g_hash_table_lookup (self->notices, GUINT_TO_POINTER (g_variant_get_uint32 (id)));
  if (notice == NULL)
    return;

  if (g_str_equal (member, "ActionInvoked"))
    on_activated (self, notice);
  else if (g_str_equal (member, "ActivationToken") && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    {
      g_free (self->token);
      g_variant_get_child (parameters, 1, "s", &self->token);
    }
  else if (g_str_equal (member, "NotificationClosed"))
    g_hash_table_remove (self->notices, GUINT_TO_POINTER (g_variant_get_uint32 (id)));
}

static void
smd_desktop_notifier_finalize (GObject *object)
{
  SmdDesktopNotifier *self = SMD_DESKTOP_NOTIFIER (object);

  g_bus_unwatch_name (self->watch);
  g_dbus_connection_signal_unsubscribe (self->connection, self->subscription);
  g_clear_object (&self->connection);
  g_hash_table_unref (self->ids);
  g_hash_table_unref (self->notices);
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
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->notices = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) smd_notice_free);
}

SmdNotifier *
smd_desktop_notifier_new (GDBusConnection *connection)
{
  SmdDesktopNotifier *self = g_object_new (SMD_TYPE_DESKTOP_NOTIFIER, NULL);

  self->connection = g_object_ref (connection);
  self->subscription = g_dbus_connection_signal_subscribe (connection, NAME, NAME, NULL, PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal,
                                                           self, NULL);
  self->watch = g_bus_watch_name_on_connection (connection, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared, on_vanished, self, NULL);
  return SMD_NOTIFIER (self);
}
