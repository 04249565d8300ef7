/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-mapped-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "smimed-error.h"

struct _SmdMappedWriter
{
  char *path;      /* (owned) */
  char *temporary; /* (owned) (nullable) while the file is there */
  int fd;          /* (owned) -1 */
  void *mapping;   /* (owned) (nullable) */
  gsize size;      /* of the mapped part */
};

static gboolean
failed (SmdMappedWriter *self, const char *what, int number, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "Can't %s %s: %s; make room on the disk, and try again", what, self->path,
               g_strerror (number));
  return FALSE;
}

/* Room first: writing to a mapping for which the disk has none ends the process. */
static gboolean
make_room (SmdMappedWriter *self, GError **error)
{
  int number = posix_fallocate (self->fd, 0, (off_t) self->size);

  if (number != 0)
    return failed (self, "make room for", number, error);

  self->mapping = mmap (NULL, self->size, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, 0);
  if (self->mapping != MAP_FAILED)
    return TRUE;

  self->mapping = NULL;
  return failed (self, "map", errno, error);
}

SmdMappedWriter *
smd_mapped_writer_new (const char *path, gsize size, GError **error)
{
  g_autoptr (SmdMappedWriter) self = g_new0 (SmdMappedWriter, 1);

  self->path = g_strdup (path);
  self->size = size;
  self->temporary = g_strconcat (path, ".tmp", NULL);
  self->fd = open (self->temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0)
    {
      failed (self, "write", errno, error);
      g_clear_pointer (&self->temporary, g_free);
      return NULL;
    }

  return make_room (self, error) ? g_steal_pointer (&self) : NULL;
}

guint8 *
smd_mapped_writer_get_data (SmdMappedWriter *self)
{
  return self->mapping;
}

static gboolean
write_tail (SmdMappedWriter *self, const SmdSpan *tail, guint n_tail)
{
  gsize offset = self->size;

  for (guint i = 0; i < n_tail; offset += tail[i++].size)
    if (!smd_span_write (tail[i], self->fd, offset))
      return FALSE;

  return TRUE;
}

/* The rename is on the disk only when its folder is; a file system that can't sync folders does no harm. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void) fsync (fd);
  close (fd);
}

gboolean
smd_mapped_writer_finish (SmdMappedWriter *self, SmdSpan head, const SmdSpan *tail, guint n_tail, GError **error)
{
  munmap (self->mapping, self->size);
  self->mapping = NULL;
  if (!write_tail (self, tail, n_tail) || !smd_span_write (head, self->fd, 0) || fsync (self->fd) < 0)
    return failed (self, "write", errno, error);
  if (g_rename (self->temporary, self->path) < 0)
    return failed (self, "put in place", errno, error);

  g_clear_pointer (&self->temporary, g_free);
  sync_folder (self->path);
  return TRUE;
}

void
smd_mapped_writer_free (SmdMappedWriter *self)
{
  if (self->mapping != NULL)
    munmap (self->mapping, self->size);
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL)
    g_unlink (self->temporary);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self);
}
