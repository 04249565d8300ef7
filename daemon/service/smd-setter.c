/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-setter.h"

/* Of a class; lives as long as the process, like it. */
typedef struct
{
  GDBusInterfaceVTable vtable; /* the generated one, with our method_call */
  GDBusInterfaceMethodCallFunc generated;
  SmdSetterFunc set;
} Setter;

static Setter *
setter_of (gpointer skeleton)
{
  return g_type_get_qdata (G_OBJECT_TYPE (skeleton), g_quark_from_static_string ("smd-setter"));
}

static void
method_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
             GVariant *parameters, GDBusMethodInvocation *invocation, gpointer skeleton)
{
  const Setter *self = setter_of (skeleton);
  g_autoptr (GVariant) value = NULL;
  const char *name;

  if (!g_str_equal (interface, "org.freedesktop.DBus.Properties"))
    {
      self->generated (connection, sender, path, interface, method, parameters, invocation, skeleton);
      return;
    }

  g_variant_get (parameters, "(&s&sv)", NULL, &name, &value);
  self->set (skeleton, invocation, name, value);
}

static GDBusInterfaceVTable *
get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  return &setter_of (skeleton)->vtable;
}

void
smd_setter_install (gpointer class, SmdSetterFunc set)
{
  GDBusInterfaceSkeletonClass *skeletons = class;
  Setter *self = g_new0 (Setter, 1);

  /* The same for all instances */
  self->vtable = *skeletons->get_vtable (NULL);
  self->generated = self->vtable.method_call;
  self->set = set;
  /* Without a setter, GDBus hands Set over as a method. */
  self->vtable.method_call = method_call;
  self->vtable.set_property = NULL;
  g_type_set_qdata (G_TYPE_FROM_CLASS (class), g_quark_from_static_string ("smd-setter"), self);
  skeletons->get_vtable = get_vtable;
}
