/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client.h"

#include "smimed-error.h"

#define NAME "org.smimed.Smime1"
#define ROOT "/org/smimed/Smime1"

struct _SmimedClient
{
  GObject parent;
  GDBusConnection *connection; /* (owned) */
};

G_DEFINE_FINAL_TYPE (SmimedClient, smimed_client, G_TYPE_OBJECT)

static void
smimed_client_finalize (GObject *object)
{
  SmimedClient *self = SMIMED_CLIENT (object);

  g_clear_object (&self->connection);
  G_OBJECT_CLASS (smimed_client_parent_class)->finalize (object);
}

static void
smimed_client_class_init (SmimedClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_client_finalize;
}

static void
smimed_client_init (SmimedClient *self)
{
}

SmimedClient *
smimed_client_new_sync (GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, cancellable, error);
  SmimedClient *self;

  if (connection == NULL)
    return NULL;

  /* Registers the error names, so that replies come back as SMIMED_ERROR. */
  (void) SMIMED_ERROR;
  self = g_object_new (SMIMED_TYPE_CLIENT, NULL);
  self->connection = g_steal_pointer (&connection);
  return self;
}

static GVariant *
call (SmimedClient *self, const char *path, const char *interface, const char *method, GVariant *arguments, GUnixFDList *fds,
      GUnixFDList **out_fds, GCancellable *cancellable, GError **error)
{
  GVariant *reply = g_dbus_connection_call_with_unix_fd_list_sync (
      self->connection, NAME, path != NULL ? path : ROOT, interface, method, arguments, NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT,
      fds, out_fds, cancellable, error);

  if (reply == NULL && error != NULL && *error != NULL)
    g_dbus_error_strip_remote_error (*error);
  return reply;
}

GVariant *
smimed_client_call_sync (SmimedClient *self, const char *path, const char *interface, const char *method, GVariant *arguments,
                         GUnixFDList *fds, GUnixFDList **out_fds, GCancellable *cancellable, GError **error)
{
  g_autofree char *full = g_strconcat (NAME ".", interface, NULL);

  return call (self, path, full, method, arguments, fds, out_fds, cancellable, error);
}

GVariant *
smimed_client_get_sync (SmimedClient *self, const char *path, const char *interface, const char *property, GError **error)
{
  g_autofree char *full = g_strconcat (NAME ".", interface, NULL);
  g_autoptr (GVariant) reply = call (self, path, "org.freedesktop.DBus.Properties", "Get",
                                     g_variant_new ("(ss)", full, property), NULL, NULL, NULL, error);
  GVariant *value = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  return value;
}

GVariant *
smimed_client_get_all_sync (SmimedClient *self, const char *path, const char *interface, GError **error)
{
  g_autofree char *full = g_strconcat (NAME ".", interface, NULL);
  g_autoptr (GVariant) reply = call (self, path, "org.freedesktop.DBus.Properties", "GetAll", g_variant_new ("(s)", full), NULL,
                                     NULL, NULL, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

gboolean
smimed_client_set_sync (SmimedClient *self, const char *path, const char *interface, const char *property, GVariant *value,
                        GError **error)
{
  g_autofree char *full = g_strconcat (NAME ".", interface, NULL);
  g_autoptr (GVariant) reply = call (self, path, "org.freedesktop.DBus.Properties", "Set",
                                     g_variant_new ("(ssv)", full, property, value), NULL, NULL, NULL, error);

  return reply != NULL;
}

GVariant *
smimed_client_get_objects_sync (SmimedClient *self, GError **error)
{
  g_autoptr (GVariant) reply
      = call (self, NULL, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL, NULL, NULL, NULL, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}
