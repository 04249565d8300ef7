/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-call.h"

#include <string.h>
#include <unistd.h>

#include "smimed-error.h"
#include "smimed-input-private.h"
#include "smimed-job.h"
#include "smimed-options-private.h"
#include "smimed-path.h"

#define LARGEST_INPUT G_GUINT64_CONSTANT (4294967296) /* the most that the setting max-message-size can be */

struct _SmimedCall
{
  gpointer source;             /* (owned) (nullable) a GObject */
  GDBusConnection *connection; /* (owned) */
  char *path;                  /* (owned) */
  const SmimedCallKind *kind;  /* (unowned) static */
  GPtrArray *arguments;        /* (owned) of GVariant */
  GPtrArray *inputs;           /* (owned) of SmimedInput */
  GUnixFDList *fds;            /* (owned) */
  int password;                /* (owned) to be added behind the inputs; -1 */
  SmimedJob *job;              /* (owned) (nullable) */
  gpointer result;             /* (owned) (nullable) until the task ends */
  GError *error;               /* (owned) (nullable) */
  GCancellable *inner;         /* (owned) gives the call up */
};

static void
call_free (SmimedCall *self)
{
  g_clear_object (&self->source);
  g_object_unref (self->connection);
  g_free (self->path);
  g_ptr_array_unref (self->arguments);
  g_ptr_array_unref (self->inputs);
  g_object_unref (self->fds);
  if (self->password >= 0)
    close (self->password);
  g_clear_pointer (&self->job, smimed_job_free);
  if (self->result != NULL && self->kind->free_result != NULL)
    self->kind->free_result (self->result);
  g_clear_error (&self->error);
  g_object_unref (self->inner);
  g_free (self);
}

SmimedCall *
smimed_call_new (gpointer source, GDBusConnection *connection, const char *path, const SmimedCallKind *kind)
{
  SmimedCall *self = g_new0 (SmimedCall, 1);

  self->source = source != NULL ? g_object_ref (source) : NULL;
  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  self->kind = kind;
  self->arguments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->inputs = g_ptr_array_new_with_free_func (g_object_unref);
  self->fds = g_unix_fd_list_new ();
  self->password = -1;
  self->inner = g_cancellable_new ();
  return self;
}

void
smimed_call_add (SmimedCall *self, GVariant *argument)
{
  g_ptr_array_add (self->arguments, g_variant_ref_sink (argument));
}

void
smimed_call_add_path (SmimedCall *self, const char *path)
{
  smimed_call_add (self, g_variant_new_object_path (path));
}

void
smimed_call_add_strings (SmimedCall *self, const char *const *strings)
{
  static const char *const none[] = { NULL };

  smimed_call_add (self, g_variant_new_strv (strings != NULL ? strings : none, -1));
}

/* Inputs become descriptors in their order, so that each one's number is known before it is read. */
void
smimed_call_add_input (SmimedCall *self, SmimedInput *input)
{
  smimed_call_add (self, g_variant_new_handle ((gint32) self->inputs->len));
  g_ptr_array_add (self->inputs, g_object_ref (input));
}

/* When nothing is under way any more: a synchronous call's main context ends with it. */
static void
end (GTask *task)
{
  SmimedCall *self = g_task_get_task_data (task);

  if (self->job != NULL)
    smimed_job_stop (self->job);
  if (self->error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_pointer (task, g_steal_pointer (&self->result), self->kind->free_result);
  g_object_unref (task);
}

static void
on_job_idle (gpointer user_data)
{
  end (user_data);
}

static void
on_job_gives_up (gpointer user_data)
{
  SmimedCall *self = g_task_get_task_data (user_data);

  g_cancellable_cancel (self->inner);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  SmimedCall *self = g_task_get_task_data (task);
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result, &self->error);

  if (reply == NULL)
    g_dbus_error_strip_remote_error (self->error);
  else
    self->result = self->kind->read (reply, fds, &self->error);

  if (self->job == NULL || smimed_job_is_idle (self->job))
    end (task);
}

static void
send (GTask *task)
{
  SmimedCall *self = g_task_get_task_data (task);
  gsize count = self->arguments->len;
  GVariant *arguments = g_variant_new_tuple ((GVariant *const *) self->arguments->pdata, count);
  g_autofree char *interface = strchr (self->kind->interface, '.') != NULL
                                   ? g_strdup (self->kind->interface)
                                   : g_strconcat (SMIMED_NAME ".", self->kind->interface, NULL);

  if (self->job != NULL)
    smimed_job_start (self->job, g_task_get_cancellable (task), on_job_idle, on_job_gives_up, task);
  g_dbus_connection_call_with_unix_fd_list (
      self->connection, SMIMED_NAME, self->path, interface, self->kind->method, arguments,
      G_VARIANT_TYPE (self->kind->reply), G_DBUS_CALL_FLAGS_NONE, G_MAXINT, self->fds,
      self->kind->has_options ? self->inner : g_task_get_cancellable (task), on_reply, task);
  /* The message has its own: an input that is a pipe ends when the service has read it. */
  g_clear_object (&self->fds);
  self->fds = g_unix_fd_list_new ();
}

static void
fail_early (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void load_inputs (GTask *task);

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  SmimedCall *self = g_task_get_task_data (task);
  GError *error = NULL;
  int fd = smimed_input_load_finish (SMIMED_INPUT (source), result, &error);
  int handle = fd >= 0 ? g_unix_fd_list_append (self->fds, fd, &error) : -1;

  if (fd >= 0)
    close (fd);
  if (handle < 0)
    fail_early (task, error);
  else
    load_inputs (task);
}

static void
load_inputs (GTask *task)
{
  SmimedCall *self = g_task_get_task_data (task);
  guint done = (guint) g_unix_fd_list_get_length (self->fds);
  GError *error = NULL;

  if (done < self->inputs->len)
    smimed_input_load (self->inputs->pdata[done], LARGEST_INPUT, g_task_get_cancellable (task), on_loaded, task);
  else if (self->password >= 0 && g_unix_fd_list_append (self->fds, self->password, &error) < 0)
    fail_early (task, error);
  else
    send (task);
}

static gboolean
add_options (SmimedCall *self, SmimedOptions *options, GCancellable *cancellable, GError **error)
{
  const char *token = NULL;
  GVariant *dict;

  if (cancellable != NULL || smimed_options_has_progress (options))
    {
      self->job = smimed_job_new (self->connection, options);
      token = smimed_job_get_token (self->job);
    }
  dict = smimed_options_build (options, token, (int) self->inputs->len, &self->password, error);
  if (dict != NULL)
    g_ptr_array_add (self->arguments, dict);
  return dict != NULL;
}

void
smimed_call_run (SmimedCall *self, SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                 gpointer user_data)
{
  GTask *task = g_task_new (self->source, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, (gpointer) self->kind);
  g_task_set_task_data (task, self, (GDestroyNotify) call_free);
  if (g_task_return_error_if_cancelled (task))
    g_object_unref (task);
  else if (self->kind->has_options && !add_options (self, options, cancellable, &error))
    fail_early (task, error);
  else
    load_inputs (task);
}

gpointer
smimed_call_finish (gpointer source, const SmimedCallKind *kind, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == (gpointer) kind, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gpointer
smimed_call_read_nothing (GVariant *reply, GUnixFDList *fds, GError **error)
{
  return GINT_TO_POINTER (TRUE);
}
