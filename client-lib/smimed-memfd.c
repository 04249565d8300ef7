/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sys/mman.h>
#include <unistd.h>

static gboolean
fail (GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("Can’t keep the bytes for the service: %s"),
               g_strerror (errno));
  return FALSE;
}

int
smimed_memfd_new (GError **error)
{
  int fd = memfd_create ("smimed-input", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd < 0)
    (void) fail (error);
  return fd;
}

gboolean
smimed_memfd_write (int fd, const void *data, gsize size, GError **error)
{
  const char *next = data;

  while (size > 0)
    {
      gssize written = write (fd, next, size);

      if (written < 0 && errno != EINTR)
        return fail (error);
      if (written > 0)
        {
          next += written;
          size -= (gsize) written;
        }
    }

  return TRUE;
}

gboolean
smimed_memfd_seal (int fd, GError **error)
{
  if (fcntl (fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) < 0 ||
      lseek (fd, 0, SEEK_SET) < 0)
    return fail (error);

  return TRUE;
}

int
smimed_fd_dup (int fd, GError **error)
{
  int copy = fcntl (fd, F_DUPFD_CLOEXEC, 3);

  if (copy < 0)
    (void) fail (error);
  return copy;
}

int
smimed_fd_reopen (int fd, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  int copy = open (path, O_RDONLY | O_CLOEXEC);

  if (copy < 0)
    return smimed_fd_dup (fd, error);

  return copy;
}
