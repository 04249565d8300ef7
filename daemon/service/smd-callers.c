/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-callers.h"

struct _SmdCallers
{
  GDBusConnection *connection; /* (owned) */
  guint watch;
  GHashTable *senders;         /* (owned) unique name -> table of data -> SmdCallerLeft */
};

static void
on_owner_changed (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal,
                  GVariant *parameters, gpointer user_data)
{
  SmdCallers *self = user_data;
  g_autoptr (GHashTable) calls = NULL;
  g_autofree char *owned_name = NULL;
  const char *name;
  const char *owner;
  GHashTableIter iter;
  gpointer data;
  gpointer left;

  g_variant_get (parameters, "(&s&s&s)", &name, NULL, &owner);
  if (*owner != '\0' || !g_hash_table_steal_extended (self->senders, name, (gpointer *) &owned_name, (gpointer *) &calls))
    return;

  g_hash_table_iter_init (&iter, calls);
  while (g_hash_table_iter_next (&iter, &data, &left))
    ((SmdCallerLeft) left) (data);
}

SmdCallers *
smd_callers_new (GDBusConnection *connection)
{
  SmdCallers *self = g_new0 (SmdCallers, 1);

  self->connection = g_object_ref (connection);
  self->senders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  self->watch = g_dbus_connection_signal_subscribe (connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
                                                    "/org/freedesktop/DBus", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed, self,
                                                    NULL);
  return self;
}

void
smd_callers_free (SmdCallers *self)
{
  g_dbus_connection_signal_unsubscribe (self->connection, self->watch);
  g_hash_table_unref (self->senders);
  g_object_unref (self->connection);
  g_free (self);
}

void
smd_callers_add (SmdCallers *self, const char *sender, SmdCallerLeft left, gpointer data)
{
  GHashTable *calls = g_hash_table_lookup (self->senders, sender);

  if (calls == NULL)
    {
      calls = g_hash_table_new (NULL, NULL);
      g_hash_table_insert (self->senders, g_strdup (sender), calls);
    }

  g_hash_table_insert (calls, data, left);
}

void
smd_callers_remove (SmdCallers *self, const char *sender, gpointer data)
{
  GHashTable *calls = g_hash_table_lookup (self->senders, sender);

  if (calls == NULL)
    return;

  g_hash_table_remove (calls, data);
  if (g_hash_table_size (calls) == 0)
    g_hash_table_remove (self->senders, sender);
}

