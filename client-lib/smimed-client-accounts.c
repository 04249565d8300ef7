/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-accounts.h"

#include "smimed-account-private.h"
#include "smimed-call.h"
#include "smimed-path.h"
#include "smimed-sync.h"

static gpointer
read_path (GVariant *reply, GUnixFDList *fds, GError **error)
{
  return g_variant_get_child_value (reply, 0);
}

static const SmimedCallKind register_account_kind = { "Manager", "RegisterAccount", "(o)", read_path, (GDestroyNotify) g_variant_unref, TRUE };
static const SmimedCallKind unregister_account_kind = { "Manager", "UnregisterAccount", "()", smimed_call_read_nothing, NULL, TRUE };

static const SmimedCallKind enable_kind
    = { "org.freedesktop.DBus.Properties", "Set", "()", smimed_call_read_nothing, NULL, FALSE };
static const SmimedCallKind read_account_kind
    = { "org.freedesktop.DBus.Properties", "GetAll", "(a{sv})", read_path, (GDestroyNotify) g_variant_unref, FALSE };

/* An account that was registered, and is being read */
typedef struct
{
  GDBusConnection *connection; /* (owned) */
  GVariant *path;              /* (owned) (nullable) */
} Registration;

static void
registration_free (gpointer data)
{
  Registration *registration = data;

  g_object_unref (registration->connection);
  g_clear_pointer (&registration->path, g_variant_unref);
  g_free (registration);
}

static void
on_account_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Registration *registration = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) properties = smimed_call_finish (source, &read_account_kind, result, &error);

  if (properties == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (
        task, smimed_account_new (registration->connection, g_variant_get_string (registration->path, NULL), properties),
        g_object_unref);
}

static void
on_registered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Registration *registration = g_task_get_task_data (task);
  GError *error = NULL;
  GCancellable *cancellable;
  SmimedCall *call;

  registration->path = smimed_call_finish (source, &register_account_kind, result, &error);
  if (registration->path == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  cancellable = g_task_get_cancellable (task);
  call = smimed_call_new (source, registration->connection, g_variant_get_string (registration->path, NULL), &read_account_kind);
  smimed_call_add (call, g_variant_new_string (SMIMED_NAME ".Account"));
  smimed_call_run (call, NULL, cancellable, on_account_read, g_steal_pointer (&task));
}

void
smimed_client_enable (SmimedClient *self, gboolean enabled, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &enable_kind);

  smimed_call_add (call, g_variant_new_string (SMIMED_NAME ".Manager"));
  smimed_call_add (call, g_variant_new_string ("Enabled"));
  smimed_call_add (call, g_variant_new_variant (g_variant_new_boolean (enabled)));
  smimed_call_run (call, NULL, cancellable, callback, user_data);
}

gboolean
smimed_client_enable_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &enable_kind, result, error) != NULL;
}

gboolean
smimed_client_enable_sync (SmimedClient *self, gboolean enabled, GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_enable (self, enabled, cancellable, smimed_sync_done, &sync);
  return smimed_client_enable_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_register_account (SmimedClient *self, const char *address, SmimedOptions *options,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &register_account_kind);
  Registration *registration = g_new0 (Registration, 1);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  registration->connection = g_object_ref (smimed_client_get_connection (self));
  g_task_set_source_tag (task, (gpointer) &register_account_kind);
  g_task_set_task_data (task, registration, registration_free);
  smimed_call_add (call, g_variant_new_string (address));
  smimed_call_run (call, options, cancellable, on_registered, task);
}

SmimedAccount *
smimed_client_register_account_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &register_account_kind, result, error);
}

SmimedAccount *
smimed_client_register_account_sync (SmimedClient *self, const char *address, SmimedOptions *options,
                                     GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_register_account (self, address, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_register_account_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_unregister_account (SmimedClient *self, SmimedAccount *account, SmimedOptions *options,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &unregister_account_kind);

  smimed_call_add_path (call, smimed_account_get_path (account));
  smimed_call_run (call, options, cancellable, callback, user_data);
}

gboolean
smimed_client_unregister_account_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &unregister_account_kind, result, error) != NULL;
}

gboolean
smimed_client_unregister_account_sync (SmimedClient *self, SmimedAccount *account, SmimedOptions *options,
                                       GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_unregister_account (self, account, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_unregister_account_finish (self, smimed_sync_wait (&sync), error);
}
