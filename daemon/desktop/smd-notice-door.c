/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-notice-door.h"

#define PATH "/org/smimed/Smime1"

struct _SmdNoticeDoor
{
  GDBusConnection *connection; /* (owned) */
  SmdNoticeFollowed followed;
  gpointer data;               /* (unowned) */
  guint registration;
};

/* As GApplication's own: the freedesktop.org Desktop Entry Specification, "D-Bus Activation" */
#define ARGUMENT(name, type) &(GDBusArgInfo){ -1, (char *) name, (char *) type, NULL }
#define METHOD(name, ...) &(GDBusMethodInfo){ -1, (char *) name, (GDBusArgInfo *[]){ __VA_ARGS__, NULL }, NULL, NULL }

static const GDBusInterfaceInfo application_info = {
  .ref_count = -1,
  .name = (char *) "org.freedesktop.Application",
  .methods = (GDBusMethodInfo *[]){
    METHOD ("Activate", ARGUMENT ("platform-data", "a{sv}")),
    METHOD ("Open", ARGUMENT ("uris", "as"), ARGUMENT ("platform-data", "a{sv}")),
    METHOD ("ActivateAction", ARGUMENT ("action-name", "s"), ARGUMENT ("parameter", "av"), ARGUMENT ("platform-data", "a{sv}")),
    NULL,
  },
};

static void
act (SmdNoticeDoor *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) arguments = g_variant_get_child_value (parameters, 1);
  g_autoptr (GVariant) platform_data = g_variant_get_child_value (parameters, 2);
  g_autoptr (GVariant) target = NULL;
  const char *name;

  g_variant_get_child (parameters, 0, "&s", &name);
  if (g_variant_n_children (arguments) == 1)
    g_variant_get_child (arguments, 0, "v", &target);

  if (!g_str_equal (name, SMD_NOTICE_ACTION) || target == NULL || !g_variant_is_of_type (target, G_VARIANT_TYPE_STRING))
    {
      g_dbus_method_invocation_return_error (invocation, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                                             "There is one action, " SMD_NOTICE_ACTION ", with one string: a fingerprint");
      return;
    }
  self->followed (g_variant_get_string (target, NULL), smd_notice_application_find_token (platform_data), self->data);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method, GVariant *parameters,
         GDBusMethodInvocation *invocation, gpointer data)
{
  if (g_str_equal (method, "ActivateAction"))
    act (data, parameters, invocation);
  else if (g_str_equal (method, "Activate"))
    g_dbus_method_invocation_return_value (invocation, NULL); /* to be running is all */
  else
    g_dbus_method_invocation_return_error (invocation, G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED, "This application opens no files");
}

static const GDBusInterfaceVTable vtable = { .method_call = on_call };

SmdNoticeDoor *
smd_notice_door_new (GDBusConnection *connection, SmdNoticeFollowed followed, gpointer data)
{
  g_autoptr (GError) error = NULL;
  SmdNoticeDoor *self = g_new0 (SmdNoticeDoor, 1);

  self->connection = g_object_ref (connection);
  self->followed = followed;
  self->data = data;
  self->registration = g_dbus_connection_register_object (connection, PATH, (GDBusInterfaceInfo *) &application_info, &vtable, self, NULL, &error);
  if (self->registration == 0)
    g_warning ("Notifications of an earlier session can't be followed: %s", error->message);
  return self;
}

void
smd_notice_door_free (SmdNoticeDoor *self)
{
  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  g_object_unref (self->connection);
  g_free (self);
}
