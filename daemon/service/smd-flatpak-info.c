/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-flatpak-info.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smimed-error.h"

#define MOST ((gsize) 64 * 1024) /* bytes; real ones have one or two thousand */

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED, "The file /.flatpak-info of the caller's sandbox %s", why);
  return FALSE;
}

char *
smd_flatpak_info_parse (SmdSpan text, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *name = NULL;

  if (memchr (text.data, '\0', text.size) == NULL && g_key_file_load_from_data (file, (const char *) text.data, text.size, 0, NULL))
    name = g_key_file_get_value (file, "Application", "name", NULL);
  if (name != NULL && g_application_id_is_valid (name))
    return g_steal_pointer (&name);

  refuse (error, "names no application");
  return NULL;
}

/* Returns: the number of bytes, -1 with errno */
static gssize
read_all (int fd, char *buffer, gsize room)
{
  gsize size = 0;
  gssize got = 1;

  while (size < room && got > 0)
    {
      got = read (fd, buffer + size, room - size);
      if (got < 0 && errno != EINTR)
        return -1;
      size += MAX (got, 0);
      got = got < 0 ? 1 : got;
    }
  return size;
}

static char *
read_application (int fd, GError **error)
{
  g_autofree char *text = g_malloc (MOST + 1);
  struct stat status;
  gssize size;

  if (fstat (fd, &status) < 0 || !S_ISREG (status.st_mode))
    {
      refuse (error, "isn't a file");
      return NULL;
    }

  size = read_all (fd, text, MOST + 1);
  if (size < 0 || (gsize) size > MOST)
    {
      refuse (error, size < 0 ? g_strerror (errno) : "is too large");
      return NULL;
    }
  return smd_flatpak_info_parse (smd_span (text, size), error);
}

gboolean
smd_flatpak_info_read (int root, char **application, GError **error)
{
  int fd = openat (root, ".flatpak-info", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);

  *application = NULL;
  if (fd < 0)
    return errno == ENOENT || refuse (error, g_strerror (errno));

  *application = read_application (fd, error);
  close (fd);
  return *application != NULL;
}
