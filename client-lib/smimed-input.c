/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "smimed-error.h"
#include "smimed-input-private.h"
#include "smimed-memfd.h"

#define CHUNK ((gsize) 256 * 1024)

struct _SmimedInput
{
  GObject parent;
  int fd;               /* (owned) -1 */
  GBytes *bytes;        /* (owned) (nullable) */
  GInputStream *stream; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (SmimedInput, smimed_input, G_TYPE_OBJECT)

static void
smimed_input_finalize (GObject *object)
{
  SmimedInput *self = SMIMED_INPUT (object);

  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->stream);
  G_OBJECT_CLASS (smimed_input_parent_class)->finalize (object);
}

static void
smimed_input_class_init (SmimedInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_input_finalize;
}

static void
smimed_input_init (SmimedInput *self)
{
  self->fd = -1;
}

SmimedInput *
smimed_input_new_for_bytes (GBytes *bytes)
{
  SmimedInput *self = g_object_new (SMIMED_TYPE_INPUT, NULL);

  self->bytes = g_bytes_ref (bytes);
  return self;
}

SmimedInput *
smimed_input_new_for_stream (GInputStream *stream)
{
  SmimedInput *self = g_object_new (SMIMED_TYPE_INPUT, NULL);

  self->stream = g_object_ref (stream);
  return self;
}

static SmimedInput *
new_for_own_fd (int fd, const char *what, GError **error)
{
  SmimedInput *self;

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", what, g_strerror (errno));
      return NULL;
    }

  self = g_object_new (SMIMED_TYPE_INPUT, NULL);
  self->fd = fd;
  return self;
}

SmimedInput *
smimed_input_new_for_fd (int fd, GError **error)
{
  return new_for_own_fd (fcntl (fd, F_DUPFD_CLOEXEC, 3), _ ("The file descriptor"), error);
}

SmimedInput *
smimed_input_new_for_path (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  return new_for_own_fd (open (path, O_RDONLY | O_CLOEXEC), name, error);
}

/* A stream on its way into a memfd */
typedef struct
{
  GInputStream *stream; /* (owned) */
  guint64 left;
  int fd; /* (owned) */
} Pump;

static void
pump_free (Pump *pump)
{
  g_object_unref (pump->stream);
  if (pump->fd >= 0)
    close (pump->fd);
  g_free (pump);
}

static void on_read (GObject *source, GAsyncResult *result, gpointer user_data);

static void
read_on (GTask *task)
{
  Pump *pump = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (pump->stream, CHUNK, g_task_get_priority (task), g_task_get_cancellable (task),
                                   on_read, task);
}

static gboolean
take_piece (Pump *pump, GBytes *piece, GError **error)
{
  gsize size = g_bytes_get_size (piece);

  if (size > pump->left)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE,
                           _ ("This is larger than the settings permit (max-message-size)."));
      return FALSE;
    }

  pump->left -= size;
  return size > 0 ? smimed_memfd_write (pump->fd, g_bytes_get_data (piece, NULL), size, error)
                  : smimed_memfd_seal (pump->fd, error);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Pump *pump = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (piece == NULL || !take_piece (pump, piece, &error))
    g_task_return_error (task, error);
  else if (g_bytes_get_size (piece) > 0)
    read_on (g_steal_pointer (&task));
  else
    {
      int fd = pump->fd;

      pump->fd = -1;
      g_task_return_int (task, fd);
    }
}

static void
pump (GTask *owned_task, GInputStream *stream, guint64 limit)
{
  g_autoptr (GTask) task = owned_task;
  Pump *data = g_new0 (Pump, 1);
  GError *error = NULL;

  data->stream = g_object_ref (stream);
  data->left = limit;
  data->fd = smimed_memfd_new (&error);
  g_task_set_task_data (task, data, (GDestroyNotify) pump_free);
  if (data->fd < 0)
    g_task_return_error (task, error);
  else
    read_on (g_steal_pointer (&task));
}

void
smimed_input_load (SmimedInput *self, guint64 limit, GCancellable *cancellable, GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GInputStream) memory = NULL;
  GError *error = NULL;
  int fd;

  g_task_set_source_tag (task, smimed_input_load);
  /* The descriptor is closed by whoever takes the result; a result that was cancelled would be lost with it. */
  g_task_set_check_cancellable (task, FALSE);
  if (self->fd >= 0)
    {
      fd = smimed_fd_dup (self->fd, &error);
      if (fd >= 0)
        g_task_return_int (task, fd);
      else
        g_task_return_error (task, error);
      return;
    }

  memory = self->bytes != NULL ? g_memory_input_stream_new_from_bytes (self->bytes) : NULL;
  pump (g_steal_pointer (&task), memory != NULL ? memory : self->stream, limit);
}

int
smimed_input_load_finish (SmimedInput *self, GAsyncResult *result, GError **error)
{
  return (int) g_task_propagate_int (G_TASK (result), error);
}
