/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-entrance.h"

#include "smd-messages-iface.h"
#include "smd-quick-find.h"
#include "smd-recipients-iface.h"
#include "smd-validate-call.h"

/* GDBus may run a filter that was removed already: it holds a reference. */
struct _SmdEntrance
{
  GDBusConnection *connection; /* (unowned) its filter's */
  GMainContext *context;       /* (owned) of the main thread */
  guint filter;
  GMutex lock;
  SmdJobHost *host;            /* (unowned) (nullable) once it is closed; under the lock */
};

static const SmdMethod *
find_method (GDBusMessage *message)
{
  const SmdMethod *const tables[] = { smd_messages_methods, smd_recipients_methods, smd_quick_find_methods, smd_validate_methods };
  const SmdMethod *method = NULL;

  if (g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (tables) && method == NULL; i++)
    method = smd_method_find (tables[i], message);
  return method;
}

/* Job objects are the main thread's. Options are the last argument of every method. */
static gboolean
wants_job (GDBusMessage *message)
{
  GVariant *arguments = g_dbus_message_get_body (message);
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, g_variant_n_children (arguments) - 1);
  g_autoptr (GVariant) token = g_variant_lookup_value (options, "job", NULL);

  return token != NULL;
}

/* Returns: whether the message is dealt with */
static gboolean
begin (SmdEntrance *self, const SmdMethod *method, GDBusMessage *message)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const char *sender = g_dbus_message_get_sender (message);

  if (self->host == NULL || sender == NULL || !smd_callers_is_free (self->host->callers, sender) || wants_job (message))
    return FALSE;

  return method->begin (self->host, message);
}

static void
clear (gpointer data)
{
  SmdEntrance *self = data;

  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
}

static void
entrance_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, clear);
}

typedef struct
{
  SmdEntrance *entrance; /* (owned) */
  GDBusMessage *message; /* (owned) */
} Cancel;

static void
cancel_free (gpointer data)
{
  Cancel *self = data;

  entrance_unref (self->entrance);
  g_object_unref (self->message);
  g_free (self);
}

static gboolean
run_cancel (gpointer data)
{
  const Cancel *self = data;

  if (self->entrance->host != NULL)
    smd_job_board_cancel (self->entrance->host->board, self->message);
  return G_SOURCE_REMOVE;
}

/* With the priority that GDBus gives calls, so that it comes behind those that came before. @message: (transfer full) */
static void
pass_cancel (SmdEntrance *self, GDBusMessage *message)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Cancel *cancel = g_new0 (Cancel, 1);

  cancel->entrance = g_atomic_rc_box_acquire (self);
  cancel->message = message;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, run_cancel, cancel, cancel_free);
  g_source_attach (source, self->context);
}

/* In the connection's own thread. @message: (transfer full) */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  const SmdMethod *method = incoming ? find_method (message) : NULL;

  if (method == NULL && incoming && smd_job_board_is_cancel (message))
    {
      pass_cancel (data, message);
      return NULL;
    }
  if (method == NULL || !begin (data, method, message))
    return message;

  g_object_unref (message);
  return NULL;
}

SmdEntrance *
smd_entrance_open (GDBusConnection *connection, SmdJobHost *host)
{
  SmdEntrance *self = g_atomic_rc_box_new0 (SmdEntrance);

  g_mutex_init (&self->lock);
  self->connection = connection;
  self->context = g_main_context_ref_thread_default ();
  self->host = host;
  self->filter = g_dbus_connection_add_filter (connection, on_message, g_atomic_rc_box_acquire (self), entrance_unref);
  return self;
}

void
smd_entrance_close (SmdEntrance *self)
{
  g_mutex_lock (&self->lock);
  self->host = NULL;
  g_mutex_unlock (&self->lock);

  g_dbus_connection_remove_filter (self->connection, self->filter);
  entrance_unref (self);
}
