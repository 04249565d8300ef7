/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smimed-error.h"

gboolean
smd_database_file_make (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat status;
  int fd = -1;

  if (g_mkdir_with_parents (folder, 0700) == 0)
    fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
  if (fd < 0)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The certificate database %s can't be made: %s: make its folder writable",
                   path, g_strerror (errno));
      return FALSE;
    }

  /* The log and the index beside it get the same mode from SQLite. */
  if (fstat (fd, &status) == 0 && (status.st_mode & 077) != 0)
    (void) fchmod (fd, 0600);
  close (fd);
  return TRUE;
}

void
smd_database_file_set_aside (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%S");
  g_autofree char *target = g_strdup_printf ("%s.corrupt-%s", path, stamp);

  g_warning ("The certificate database %s is damaged; it is kept as %s and made anew", path, target);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (target, suffixes[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        g_warning ("Can't rename %s: %s", from, g_strerror (errno));
    }
}

/*
 * SQLite would do this in its COMMIT, with the connection locked: a disk that others keep busy may take seconds, and all would wait. Once this is
 * done, all that was committed before is on the disk; what a checkpoint has taken out of the log meanwhile is there already. No lock of SQLite's is
 * on this file, so that closing it ends none.
 */
gboolean
smd_database_file_sync_log (const char *path, GError **error)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  int fd = open (log, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  gboolean done = fd >= 0 ? fdatasync (fd) == 0 : errno == ENOENT;

  if (!done)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The certificate database %s can't be brought to the disk: %s: check the disk",
                 path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return done;
}
