/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client.h"

#include <libintl.h>

#include "smimed-client-private.h"
#include "smimed-enum-types.h"
#include "smimed-error.h"
#include "smimed-fields.h"
#include "smimed-path.h"
#include "smimed-sync.h"

struct _SmimedClient
{
  GObject parent;
  SmimedClientState state;
};

static void initable_init (GInitableIface *iface);
static void async_initable_init (GAsyncInitableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmimedClient, smimed_client, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_ASYNC_INITABLE, async_initable_init))

static const SmimedField fields[] = {
  { "version", "Version", SMIMED_FIELD_STRING },
  { "enabled", "Enabled", SMIMED_FIELD_BOOLEAN },
  { "threading-advice", "ThreadingAdvice", SMIMED_FIELD_WORD, smimed_threading_advice_get_type, SMIMED_THREADING_DISABLE,
    SMIMED_THREADING_DISABLE },
  { "features", "Features", SMIMED_FIELD_STRV },
  { "policy", "Policy", SMIMED_FIELD_DICT },
  { "next-expiry", "NextExpiry", SMIMED_FIELD_TIME },
  { "last-refresh", "LastRefresh", SMIMED_FIELD_TIME },
  { "next-refresh", "NextRefresh", SMIMED_FIELD_TIME },
  { NULL },
};

enum
{
  PROP_CONNECTION = G_N_ELEMENTS (fields)
};

static void
smimed_client_finalize (GObject *object)
{
  smimed_client_state_clear (&SMIMED_CLIENT (object)->state);
  G_OBJECT_CLASS (smimed_client_parent_class)->finalize (object);
}

static void
smimed_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  SMIMED_CLIENT (object)->state.connection = g_value_dup_object (value);
}

static void
smimed_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  SmimedClient *self = SMIMED_CLIENT (object);

  if (id == PROP_CONNECTION)
    g_value_set_object (value, self->state.connection);
  else
    smimed_field_get (&fields[id - 1], self->state.values, value);
}

/* Whoever has a client may ask for sentences. Where they are translated isn't the program's to know, unless it has said so. */
static void
find_translations (void)
{
  if (g_strcmp0 (bindtextdomain (GETTEXT_PACKAGE, NULL), bindtextdomain ("nobody-binds-this", NULL)) == 0)
    bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}

static void
smimed_client_class_init (SmimedClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  find_translations ();
  object_class->finalize = smimed_client_finalize;
  object_class->set_property = smimed_client_set_property;
  object_class->get_property = smimed_client_get_property;
  smimed_fields_install (object_class, fields, G_PARAM_READABLE);
  g_object_class_install_property (
      object_class, PROP_CONNECTION,
      g_param_spec_object ("connection", NULL, NULL, G_TYPE_DBUS_CONNECTION,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  g_signal_new ("certificate-expiring", SMIMED_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_STRING,
                G_TYPE_STRING, G_TYPE_INT64, G_TYPE_INT);
  g_signal_new ("expiry-activated", SMIMED_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                G_TYPE_STRING);
}

static void
smimed_client_init (SmimedClient *self)
{
  smimed_client_state_init (&self->state);
}

/* Registers the error names, too, so that replies come back as SMIMED_ERROR. */
static void
begin (SmimedClient *self)
{
  (void) SMIMED_ERROR;
  smimed_client_state_watch (&self->state, G_OBJECT (self));
}

static gboolean
load_sync (SmimedClient *self, GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_state_load (&self->state, G_OBJECT (self), cancellable, smimed_sync_done, &sync);
  return smimed_client_state_load_finish (smimed_sync_wait (&sync), error);
}

static gboolean
init_sync (GInitable *initable, GCancellable *cancellable, GError **error)
{
  SmimedClient *self = SMIMED_CLIENT (initable);

  if (self->state.connection == NULL)
    self->state.connection = g_bus_get_sync (G_BUS_TYPE_SESSION, cancellable, error);
  if (self->state.connection == NULL)
    return FALSE;

  begin (self);
  return load_sync (self, cancellable, error);
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = init_sync;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (smimed_client_state_load_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
load (GTask *task)
{
  SmimedClient *self = g_task_get_source_object (task);

  begin (self);
  smimed_client_state_load (&self->state, G_OBJECT (self), g_task_get_cancellable (task), on_loaded, task);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  SmimedClient *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->state.connection = g_bus_get_finish (result, &error);
  if (self->state.connection != NULL)
    {
      load (task);
      return;
    }

  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
init_async (GAsyncInitable *initable, int priority, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedClient *self = SMIMED_CLIENT (initable);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  if (self->state.connection == NULL)
    g_bus_get (G_BUS_TYPE_SESSION, cancellable, on_bus, task);
  else
    load (task);
}

static gboolean
init_finish (GAsyncInitable *initable, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
async_initable_init (GAsyncInitableIface *iface)
{
  iface->init_async = init_async;
  iface->init_finish = init_finish;
}

void
smimed_client_new (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_async_initable_new_async (SMIMED_TYPE_CLIENT, G_PRIORITY_DEFAULT, cancellable, callback, user_data, NULL);
}

SmimedClient *
smimed_client_new_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GObject) source = g_async_result_get_source_object (result);

  return (SmimedClient *) g_async_initable_new_finish (G_ASYNC_INITABLE (source), result, error);
}

SmimedClient *
smimed_client_new_sync (GCancellable *cancellable, GError **error)
{
  return g_initable_new (SMIMED_TYPE_CLIENT, cancellable, error, NULL);
}

SmimedClientState *
smimed_client_get_state (SmimedClient *self)
{
  return &self->state;
}

void
smimed_client_update (SmimedClient *self, GVariant *changes)
{
  smimed_fields_update (fields, G_OBJECT (self), &self->state.values, changes);
}

void
smimed_client_tell_expiry (SmimedClient *self, GVariant *parameters)
{
  const char *path;
  const char *address;
  gint64 not_after;
  int days_left;

  g_variant_get (parameters, "(&o&sxi)", &path, &address, &not_after, &days_left);
  g_signal_emit_by_name (self, "certificate-expiring", smimed_path_to_fingerprint (path), address, not_after, days_left);
}

void
smimed_client_tell_activation (SmimedClient *self, GVariant *parameters)
{
  const char *path;
  const char *token;

  g_variant_get (parameters, "(&o&s)", &path, &token);
  g_signal_emit_by_name (self, "expiry-activated", smimed_path_to_fingerprint (path), token);
}
