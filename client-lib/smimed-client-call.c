/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client.h"

#include "smimed-path.h"

static GVariant *
call (SmimedClient *self, const char *path, const char *interface, const char *method, GVariant *arguments,
      GUnixFDList *fds, GUnixFDList **out_fds, GCancellable *cancellable, GError **error)
{
  GVariant *reply = g_dbus_connection_call_with_unix_fd_list_sync (
      smimed_client_get_connection (self), SMIMED_NAME, path != NULL ? path : SMIMED_ROOT, interface, method, arguments,
      NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, fds, out_fds, cancellable, error);

  if (reply == NULL && error != NULL && *error != NULL)
    g_dbus_error_strip_remote_error (*error);
  return reply;
}

GVariant *
smimed_client_call_sync (SmimedClient *self, const char *path, const char *interface, const char *method,
                         GVariant *arguments, GUnixFDList *fds, GUnixFDList **out_fds, GCancellable *cancellable,
                         GError **error)
{
  g_autofree char *full = g_strconcat (SMIMED_NAME ".", interface, NULL);

  return call (self, path, full, method, arguments, fds, out_fds, cancellable, error);
}

GVariant *
smimed_client_get_sync (SmimedClient *self, const char *path, const char *interface, const char *property,
                        GError **error)
{
  g_autofree char *full = g_strconcat (SMIMED_NAME ".", interface, NULL);
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
  g_autofree char *full = g_strconcat (SMIMED_NAME ".", interface, NULL);
  g_autoptr (GVariant) reply = call (self, path, "org.freedesktop.DBus.Properties", "GetAll",
                                     g_variant_new ("(s)", full), NULL, NULL, NULL, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

gboolean
smimed_client_set_sync (SmimedClient *self, const char *path, const char *interface, const char *property,
                        GVariant *value, GError **error)
{
  g_autofree char *full = g_strconcat (SMIMED_NAME ".", interface, NULL);
  g_autoptr (GVariant) reply = call (self, path, "org.freedesktop.DBus.Properties", "Set",
                                     g_variant_new ("(ssv)", full, property, value), NULL, NULL, NULL, error);

  return reply != NULL;
}

GVariant *
smimed_client_get_objects_sync (SmimedClient *self, GError **error)
{
  g_autoptr (GVariant) reply =
      call (self, NULL, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL, NULL, NULL, NULL, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}
