/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-quick-find.h"

#include "smd-paths.h"

#define INTERFACE "org.smimed.Smime1.Certificates"

typedef struct
{
  SmdFreeCallers *callers; /* (owned) */
  SmdCertStore *certs;     /* (owned) */
} QuickFind;

static gboolean
is_find (GDBusMessage *message)
{
  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL
         && (g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) == 0
         && g_strcmp0 (g_dbus_message_get_member (message), "Find") == 0
         && g_strcmp0 (g_dbus_message_get_interface (message), INTERFACE) == 0
         && g_strcmp0 (g_dbus_message_get_path (message), SMD_PATH_ROOT) == 0
         && g_strcmp0 (g_dbus_message_get_signature (message), "a{sv}a{sv}") == 0;
}

/* The value of the only entry of @query, if that is @key. Format strings and look-ups would cost more than the database does. */
static GVariant *
get_only_value (GVariant *query, const char *key)
{
  g_autoptr (GVariant) entry = g_variant_n_children (query) == 1 ? g_variant_get_child_value (query, 0) : NULL;
  g_autoptr (GVariant) name = entry != NULL ? g_variant_get_child_value (entry, 0) : NULL;
  g_autoptr (GVariant) box = entry != NULL ? g_variant_get_child_value (entry, 1) : NULL;

  return name != NULL && g_str_equal (g_variant_get_string (name, NULL), key) ? g_variant_get_variant (box) : NULL;
}

/* Returns: (transfer full) (nullable): the address, if nothing else is asked */
static char *
take_address (GVariant *body)
{
  g_autoptr (GVariant) query = g_variant_get_child_value (body, 0);
  g_autoptr (GVariant) options = g_variant_get_child_value (body, 1);
  g_autoptr (GVariant) value = g_variant_n_children (options) == 0 ? get_only_value (query, "address") : NULL;

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (value, NULL) : NULL;
}

static GVariant *
make_paths (GPtrArray *fingerprints)
{
  g_autofree GVariant **paths = g_new (GVariant *, fingerprints->len);
  GVariant *list;

  for (guint i = 0; i < fingerprints->len; i++)
    {
      g_autofree char *path = smd_path_for_certificate (fingerprints->pdata[i]);

      paths[i] = g_variant_new_object_path (path);
    }
  list = g_variant_new_array (G_VARIANT_TYPE_OBJECT_PATH, paths, fingerprints->len);
  return g_variant_new_tuple (&list, 1);
}

/* Returns: (transfer full) (nullable): the reply, if it is easily given */
static GDBusMessage *
answer (GDBusMessage *message, SmdCertStore *certs)
{
  g_autofree char *address = take_address (g_dbus_message_get_body (message));
  g_autoptr (GPtrArray) fingerprints = NULL;
  GDBusMessage *reply;

  if (address == NULL)
    return NULL;

  /* Errors are told by the call itself, which comes next. */
  fingerprints = smd_cert_store_list_at_once (certs, address, NULL);
  if (fingerprints == NULL)
    return NULL;

  reply = g_dbus_message_new_method_reply (message);
  g_dbus_message_set_body (reply, make_paths (fingerprints));
  return reply;
}

static gboolean
needs_no_grant (GDBusMessage *message, SmdFreeCallers *callers)
{
  const char *sender = g_dbus_message_get_sender (message);

  return sender != NULL && smd_free_callers_contain (callers, sender);
}

/* In the connection's own thread. @message: (transfer full) */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  QuickFind *self = data;
  g_autoptr (GDBusMessage) reply = NULL;

  if (incoming && is_find (message) && needs_no_grant (message, self->callers))
    reply = answer (message, self->certs);
  if (reply == NULL)
    return message;

  /* Fails only if the connection is gone, and the caller with it. */
  g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  g_object_unref (message);
  return NULL;
}

static void
quick_find_free (gpointer data)
{
  QuickFind *self = data;

  smd_free_callers_unref (self->callers);
  g_object_unref (self->certs);
  g_free (self);
}

guint
smd_quick_find_add (GDBusConnection *connection, SmdFreeCallers *callers, SmdCertStore *certs)
{
  QuickFind *self = g_new0 (QuickFind, 1);

  self->callers = callers;
  self->certs = g_object_ref (certs);
  return g_dbus_connection_add_filter (connection, on_message, self, quick_find_free);
}
