/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-job.h"

#include "smimed-options-private.h"
#include "smimed-path.h"

#define PATIENCE 3000 /* milliseconds for a service that doesn't answer a cancellation */

struct _SmimedJob
{
  GDBusConnection *connection; /* (owned) */
  SmimedOptions *options;      /* (owned) (nullable) */
  char *token;                 /* (owned) */
  char *path;                  /* (owned) */
  guint subscription;
  GSource *cancelled; /* (owned) (nullable) */
  gboolean asking;    /* a cancellation is under way */
  gboolean asked_twice;
  gboolean answered; /* the call itself */
  void (*idle) (gpointer data);
  void (*give_up) (gpointer data);
  gpointer data; /* (unowned) */
};

SmimedJob *
smimed_job_new (GDBusConnection *connection, SmimedOptions *options)
{
  SmimedJob *self = g_new0 (SmimedJob, 1);
  g_autofree char *uuid = g_uuid_string_random ();

  self->connection = g_object_ref (connection);
  self->options = options != NULL ? g_object_ref (options) : NULL;
  self->token = g_strconcat ("j", g_strdelimit (uuid, "-", '_'), NULL);
  self->path = smimed_path_for_job (g_dbus_connection_get_unique_name (connection), self->token);
  return self;
}

void
smimed_job_stop (SmimedJob *self)
{
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->subscription);
  self->subscription = 0;
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

void
smimed_job_free (SmimedJob *self)
{
  smimed_job_stop (self);
  g_object_unref (self->connection);
  g_clear_object (&self->options);
  g_free (self->token);
  g_free (self->path);
  g_free (self);
}

const char *
smimed_job_get_token (SmimedJob *self)
{
  return self->token;
}

static void
on_changed (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
            const char *signal, GVariant *parameters, gpointer user_data)
{
  SmimedJob *self = user_data;
  g_autoptr (GVariant) changed = g_variant_get_child_value (parameters, 1);
  const char *stage = "";
  double fraction = -1;
  guint64 bytes_done = 0;

  g_variant_lookup (changed, "Stage", "&s", &stage);
  g_variant_lookup (changed, "BytesDone", "t", &bytes_done);
  if (g_variant_lookup (changed, "Progress", "d", &fraction) || *stage != '\0')
    smimed_options_tell_progress (self->options, fraction, bytes_done, stage);
}

static void
end_asking (SmimedJob *self)
{
  self->asking = FALSE;
  if (self->answered)
    self->idle (self->data);
}

static void ask (SmimedJob *self);

static void
on_pong (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SmimedJob *self = user_data;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply != NULL && !self->answered)
    {
      ask (self);
      return;
    }

  if (!self->answered)
    self->give_up (self->data);
  end_asking (self);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SmimedJob *self = user_data;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply == NULL && !self->answered && !self->asked_twice)
    {
      /* The call may not have been looked at yet. What the service is asked after it, it answers after it: then the job is there. */
      self->asked_twice = TRUE;
      g_dbus_connection_call (self->connection, SMIMED_NAME, SMIMED_ROOT, "org.freedesktop.DBus.Properties", "Get",
                              g_variant_new ("(ss)", SMIMED_NAME ".Manager", "Version"), NULL,
                              G_DBUS_CALL_FLAGS_NO_AUTO_START, PATIENCE, NULL, on_pong, self);
      return;
    }

  if (reply == NULL && !self->answered)
    self->give_up (self->data);
  end_asking (self);
}

static void
ask (SmimedJob *self)
{
  g_dbus_connection_call (self->connection, SMIMED_NAME, self->path, SMIMED_NAME ".Job", "Cancel",
                          g_variant_new ("(a{sv})", NULL), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, PATIENCE, NULL,
                          on_asked, self);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  SmimedJob *self = user_data;

  self->asking = TRUE;
  ask (self);
  return G_SOURCE_REMOVE;
}

void
smimed_job_start (SmimedJob *self, GCancellable *cancellable, void (*idle) (gpointer data),
                  void (*give_up) (gpointer data), gpointer data)
{
  self->idle = idle;
  self->give_up = give_up;
  self->data = data;
  if (smimed_options_has_progress (self->options))
    self->subscription = g_dbus_connection_signal_subscribe (
        self->connection, SMIMED_NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged", self->path,
        SMIMED_NAME ".Job", G_DBUS_SIGNAL_FLAGS_NONE, on_changed, self, NULL);
  if (cancellable == NULL)
    return;

  self->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
  g_source_attach (self->cancelled, g_main_context_get_thread_default ());
}

gboolean
smimed_job_is_idle (SmimedJob *self)
{
  self->answered = TRUE;
  return !self->asking;
}
