/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-method.h"

#include "smd-paths.h"

/* What the skeleton's signal is connected to */
typedef struct
{
  SmdJobHost *host;        /* (unowned) */
  const SmdMethod *method; /* (unowned) static */
} Entry;

const SmdMethod *
smd_method_find (const SmdMethod *table, GDBusMessage *message)
{
  const char *name = g_dbus_message_get_member (message);

  for (const SmdMethod *method = table; method->name != NULL; method++)
    if (g_strcmp0 (name, method->name) == 0 && g_strcmp0 (g_dbus_message_get_interface (message), method->interface) == 0
        && g_strcmp0 (g_dbus_message_get_path (message), SMD_PATH_ROOT) == 0
        && g_strcmp0 (g_dbus_message_get_signature (message), method->signature) == 0)
      return method;

  return NULL;
}

/* The arguments that the skeleton has taken apart follow; they are taken from the message. @invocation: (transfer full) */
static gboolean
on_call (Entry *entry, GDBusMethodInvocation *invocation)
{
  gboolean begun = entry->method->begin (entry->host, g_dbus_method_invocation_get_message (invocation));

  if (begun)
    g_object_unref (invocation);
  return begun;
}

static void
entry_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
smd_methods_connect (const SmdMethod *table, gpointer skeleton, SmdJobHost *host)
{
  for (const SmdMethod *method = table; method->name != NULL; method++)
    {
      const Entry entry = { host, method };

      g_signal_connect_data (skeleton, method->signal, G_CALLBACK (on_call), g_memdup2 (&entry, sizeof entry), entry_free,
                             G_CONNECT_SWAPPED);
    }
}
