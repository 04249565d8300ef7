/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-memory.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <sys/mman.h>
#include <unistd.h>

static gboolean
fail (GError **error, const char *name)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", name, g_strerror (code));
  return FALSE;
}

gboolean
smimectl_memory_write_all (int fd, const void *data, gsize size)
{
  for (gsize done = 0; done < size;)
    {
      gssize step = write (fd, (const char *) data + done, size - done);

      if (step < 0 && errno != EINTR)
        return FALSE;
      done += (gsize) MAX (step, 0);
    }

  return TRUE;
}

int
smimectl_memory_add (GUnixFDList *fds, const void *data, gsize size, GError **error)
{
  int fd = memfd_create ("smimectl", MFD_CLOEXEC);
  int index = -1;

  if (fd >= 0 && smimectl_memory_write_all (fd, data, size) && lseek (fd, 0, SEEK_SET) == 0)
    index = g_unix_fd_list_append (fds, fd, error);
  else
    fail (error, "memory");
  if (fd >= 0)
    close (fd);
  return index;
}

GBytes *
smimectl_memory_read (int fd, const char *name, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 buffer[16384];
  gssize got;

  while ((got = read (fd, buffer, sizeof buffer)) != 0)
    if (got > 0)
      g_byte_array_append (all, buffer, (guint) got);
    else if (errno != EINTR)
      {
        fail (error, name);
        return NULL;
      }

  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}

GBytes *
smimectl_memory_get (GUnixFDList *fds, int index, GError **error)
{
  int fd = g_unix_fd_list_get (fds, index, error);
  GBytes *bytes;

  if (fd < 0)
    return NULL;

  bytes = smimectl_memory_read (fd, "memory", error);
  close (fd);
  return bytes;
}

gboolean
smimectl_memory_write (int fd, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (smimectl_memory_write_all (fd, data, size))
    return TRUE;

  fail (error, _ ("standard output"));
  if (ftruncate (fd, 0) != 0)
    return FALSE; /* a pipe: its reader is told by the exit code */
  return FALSE;
}
