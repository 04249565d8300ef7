/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-output.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "smimed-memfd.h"
#include "smimed-output-private.h"

struct _SmimedOutput
{
  GObject parent;
  int fd;           /* (owned) */
  GBytes *bytes;    /* (owned) the mapping */
  char **addresses; /* (owned) */
};

G_DEFINE_FINAL_TYPE (SmimedOutput, smimed_output, G_TYPE_OBJECT)

static void
smimed_output_finalize (GObject *object)
{
  SmimedOutput *self = SMIMED_OUTPUT (object);

  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_strfreev (self->addresses);
  G_OBJECT_CLASS (smimed_output_parent_class)->finalize (object);
}

static void
smimed_output_class_init (SmimedOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smimed_output_finalize;
}

static void
smimed_output_init (SmimedOutput *self)
{
  self->fd = -1;
}

SmimedOutput *
smimed_output_new (GUnixFDList *fds, int handle, const char *const *addresses, GError **error)
{
  g_autoptr (SmimedOutput) self = g_object_new (SMIMED_TYPE_OUTPUT, NULL);
  g_autoptr (GMappedFile) file = NULL;

  if (fds == NULL || handle < 0 || handle >= g_unix_fd_list_get_length (fds))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("The S/MIME service’s answer lacks the file that it announces."));
      return NULL;
    }

  self->fd = g_unix_fd_list_get (fds, handle, error);
  file = self->fd >= 0 ? g_mapped_file_new_from_fd (self->fd, FALSE, error) : NULL;
  if (file == NULL)
    return NULL;

  self->bytes = g_mapped_file_get_bytes (file);
  self->addresses = addresses != NULL ? g_strdupv ((char **) addresses) : g_new0 (char *, 1);
  return g_steal_pointer (&self);
}

const char *const *
smimed_output_get_addresses (SmimedOutput *self)
{
  return (const char *const *) self->addresses;
}

guint64
smimed_output_get_size (SmimedOutput *self)
{
  return g_bytes_get_size (self->bytes);
}

GBytes *
smimed_output_get_bytes (SmimedOutput *self)
{
  return g_bytes_ref (self->bytes);
}

GInputStream *
smimed_output_read (SmimedOutput *self)
{
  return g_memory_input_stream_new_from_bytes (self->bytes);
}

int
smimed_output_dup_fd (SmimedOutput *self, GError **error)
{
  return smimed_fd_reopen (self->fd, error);
}
