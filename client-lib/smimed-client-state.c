/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-state.h"

#include "smimed-account.h"
#include "smimed-certificate.h"
#include "smimed-client-objects.h"
#include "smimed-client-private.h"
#include "smimed-fields.h"
#include "smimed-path.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"

void
smimed_client_state_init (SmimedClientState *self)
{
  self->values = smimed_dict_new ();
  self->accounts = g_list_store_new (SMIMED_TYPE_ACCOUNT);
  self->certificates = g_list_store_new (SMIMED_TYPE_CERTIFICATE);
}

void
smimed_client_state_clear (SmimedClientState *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->subscriptions); i++)
    if (self->subscriptions[i] != 0)
      g_dbus_connection_signal_unsubscribe (self->connection, self->subscriptions[i]);

  g_clear_object (&self->connection);
  g_clear_pointer (&self->values, g_variant_unref);
  g_clear_object (&self->accounts);
  g_clear_object (&self->certificates);
}

/* Three questions, one after the other: what was said in between comes as signals, in order. */
typedef struct
{
  SmimedClientState *state; /* (unowned) of the task's source */
  guint step;
} Load;

static void ask (GTask *task);

static void
take (Load *load, GObject *owner, GVariant *reply)
{
  g_autoptr (GVariant) value = g_variant_get_child_value (reply, 0);

  if (load->step < 2)
    smimed_client_update (SMIMED_CLIENT (owner), value);
  else
    smimed_client_objects_replace (load->state, value);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      g_task_return_error (task, error);
      return;
    }

  take (load, g_task_get_source_object (task), reply);
  if (load->step++ < 2)
    ask (g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

static void
ask (GTask *task)
{
  static const char *const interfaces[] = { SMIMED_NAME ".Manager", SMIMED_NAME ".Revocation" };
  Load *load = g_task_get_task_data (task);
  gboolean properties = load->step < G_N_ELEMENTS (interfaces);

  g_dbus_connection_call (load->state->connection, SMIMED_NAME, SMIMED_ROOT, properties ? PROPERTIES : OBJECT_MANAGER,
                          properties ? "GetAll" : "GetManagedObjects",
                          properties ? g_variant_new ("(s)", interfaces[load->step]) : NULL,
                          properties ? G_VARIANT_TYPE ("(a{sv})") : G_VARIANT_TYPE ("(a{oa{sa{sv}}})"), G_DBUS_CALL_FLAGS_NONE,
                          G_MAXINT, g_task_get_cancellable (task), on_answer, task);
}

void
smimed_client_state_load (SmimedClientState *self, GObject *owner, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (owner, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  load->state = self;
  g_task_set_task_data (task, load, g_free);
  ask (task);
}

gboolean
smimed_client_state_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_reloaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!smimed_client_state_load_finish (result, &error))
    g_debug ("The service can't be asked: %s", error->message);
}

static void
reload (SmimedClient *client)
{
  smimed_client_state_load (smimed_client_get_state (client), G_OBJECT (client), NULL, on_reloaded, NULL);
}

typedef void (*Handler) (SmimedClient *client, const char *path, GVariant *parameters);

static void
on_properties_changed (SmimedClient *client, const char *path, GVariant *parameters)
{
  const char *interface;
  g_autoptr (GVariant) changes = NULL;
  g_autofree const char **invalidated = NULL;

  g_variant_get (parameters, "(&s@a{sv}^a&s)", &interface, &changes, &invalidated);
  if (g_str_equal (path, SMIMED_ROOT))
    smimed_client_update (client, changes);
  else
    smimed_client_objects_update (smimed_client_get_state (client), path, interface, changes);
  if (invalidated[0] != NULL)
    reload (client);
}

static void
on_interfaces_added (SmimedClient *client, const char *path, GVariant *parameters)
{
  const char *object;
  g_autoptr (GVariant) interfaces = NULL;

  g_variant_get (parameters, "(&o@a{sa{sv}})", &object, &interfaces);
  smimed_client_objects_add (smimed_client_get_state (client), object, interfaces);
}

static void
on_interfaces_removed (SmimedClient *client, const char *path, GVariant *parameters)
{
  const char *object;

  g_variant_get (parameters, "(&oas)", &object, NULL);
  smimed_client_objects_remove (smimed_client_get_state (client), object);
}

static void
on_expiring (SmimedClient *client, const char *path, GVariant *parameters)
{
  smimed_client_tell_expiry (client, parameters);
}

static void
on_activated (SmimedClient *client, const char *path, GVariant *parameters)
{
  smimed_client_tell_activation (client, parameters);
}

/* A service that has ended leaves what was known of it; its next start tells what has changed. */
static void
on_owner_changed (SmimedClient *client, const char *path, GVariant *parameters)
{
  const char *owner;

  g_variant_get (parameters, "(&s&s&s)", NULL, NULL, &owner);
  if (*owner != '\0')
    reload (client);
}

static const struct
{
  const char *sender;
  const char *interface;
  const char *signal;
  const char *first; /* argument */
  const char *type;
  Handler handler;
} signals[] = {
  { SMIMED_NAME, PROPERTIES, "PropertiesChanged", SMIMED_NAME ".Manager", "(sa{sv}as)", on_properties_changed },
  { SMIMED_NAME, PROPERTIES, "PropertiesChanged", SMIMED_NAME ".Revocation", "(sa{sv}as)", on_properties_changed },
  { SMIMED_NAME, PROPERTIES, "PropertiesChanged", SMIMED_NAME ".Account", "(sa{sv}as)", on_properties_changed },
  { SMIMED_NAME, PROPERTIES, "PropertiesChanged", SMIMED_NAME ".Certificate", "(sa{sv}as)", on_properties_changed },
  { SMIMED_NAME, OBJECT_MANAGER, "InterfacesAdded", NULL, "(oa{sa{sv}})", on_interfaces_added },
  { SMIMED_NAME, OBJECT_MANAGER, "InterfacesRemoved", NULL, "(oas)", on_interfaces_removed },
  { SMIMED_NAME, SMIMED_NAME ".Manager", "CertificateExpiring", NULL, "(osxi)", on_expiring },
  { SMIMED_NAME, SMIMED_NAME ".Manager", "ExpiryActivated", NULL, "(os)", on_activated },
  { "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", SMIMED_NAME, "(sss)", on_owner_changed },
};
G_STATIC_ASSERT (G_N_ELEMENTS (signals) == G_N_ELEMENTS (((SmimedClientState *) NULL)->subscriptions));

/* Subscriptions hold the client weakly: it may be let go in another thread while a signal is on its way. */
typedef struct
{
  GWeakRef client;
  guint index;
} Listener;

static void
listener_free (gpointer data)
{
  Listener *listener = data;

  g_weak_ref_clear (&listener->client);
  g_free (listener);
}

static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal,
           GVariant *parameters, gpointer user_data)
{
  Listener *listener = user_data;
  g_autoptr (SmimedClient) client = g_weak_ref_get (&listener->client);

  if (client != NULL && g_variant_is_of_type (parameters, G_VARIANT_TYPE (signals[listener->index].type)))
    signals[listener->index].handler (client, path, parameters);
}

void
smimed_client_state_watch (SmimedClientState *self, GObject *owner)
{
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      Listener *listener = g_new0 (Listener, 1);

      g_weak_ref_init (&listener->client, owner);
      listener->index = i;
      self->subscriptions[i] = g_dbus_connection_signal_subscribe (self->connection, signals[i].sender, signals[i].interface,
                                                                   signals[i].signal, NULL, signals[i].first,
                                                                   G_DBUS_SIGNAL_FLAGS_NONE, on_signal, listener, listener_free);
    }
}
