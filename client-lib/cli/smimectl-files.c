/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define LONGEST_PASSWORD 1024

static gboolean
fail (GError **error, const char *path)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

int
smimectl_files_add (GUnixFDList *fds, const char *path, GError **error)
{
  gboolean standard = path == NULL || g_str_equal (path, "-");
  int fd = standard ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  int index;

  if (fd < 0)
    {
      fail (error, path);
      return -1;
    }

  index = g_unix_fd_list_append (fds, fd, error);
  if (!standard)
    close (fd);
  return index;
}

/* Reads one line without echo; @line holds LONGEST_PASSWORD bytes. Returns: its length, -1 at end of file */
static gssize
read_hidden (int terminal, const char *prompt, char *line)
{
  struct termios before, hidden;
  gssize length;

  tcgetattr (terminal, &before);
  hidden = before;
  hidden.c_lflag &= (tcflag_t) ~ECHO;
  tcsetattr (terminal, TCSAFLUSH, &hidden);
  dprintf (terminal, "%s: ", prompt);
  length = read (terminal, line, LONGEST_PASSWORD);
  tcsetattr (terminal, TCSAFLUSH, &before);
  dprintf (terminal, "\n");
  return length > 0 && line[length - 1] == '\n' ? length - 1 : length > 0 ? length : -1;
}

static gboolean
ask (int terminal, const char *prompt, gboolean confirm, char *line, gssize *length, GError **error)
{
  char again[LONGEST_PASSWORD];
  gboolean same = TRUE;

  *length = read_hidden (terminal, prompt, line);
  if (*length >= 0 && confirm)
    same = read_hidden (terminal, _ ("Once more"), again) == *length && memcmp (line, again, (gsize) *length) == 0;
  explicit_bzero (again, sizeof again);
  if (*length < 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("No password was given"));
  else if (!same)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("The two passwords differ"));
  return *length >= 0 && same;
}

/* The password travels in a memfd: it never stands on a command line or in the environment. */
static int
pass_on (GUnixFDList *fds, const char *line, gssize length, GError **error)
{
  int fd = memfd_create ("smimectl-password", MFD_CLOEXEC);
  int index = -1;

  if (fd >= 0 && write (fd, line, (gsize) length) == length && lseek (fd, 0, SEEK_SET) == 0)
    index = g_unix_fd_list_append (fds, fd, error);
  else
    fail (error, "password");
  if (fd >= 0)
    close (fd);
  return index;
}

int
smimectl_files_add_password (const SmimectlContext *context, GUnixFDList *fds, const char *prompt, gboolean confirm, GError **error)
{
  char line[LONGEST_PASSWORD];
  gssize length;
  int terminal;
  int index = -1;

  if (context->password_fd >= 0)
    return g_unix_fd_list_append (fds, context->password_fd, error);

  terminal = open ("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0)
    return -2;

  if (ask (terminal, prompt, confirm, line, &length, error))
    index = pass_on (fds, line, length, error);
  explicit_bzero (line, sizeof line);
  close (terminal);
  return index;
}

static gboolean
copy (int from, int to, const char *path, GError **error)
{
  char buffer[65536];
  gssize got;

  while ((got = read (from, buffer, sizeof buffer)) > 0)
    for (gssize done = 0, step; done < got; done += step)
      {
        step = write (to, buffer + done, (gsize) (got - done));
        if (step < 0 && errno != EINTR)
          return fail (error, path);
        step = MAX (step, 0);
      }

  return got == 0 || fail (error, path);
}

gboolean
smimectl_files_write (const SmimectlContext *context, GUnixFDList *fds, int index, const char *suffix, GError **error)
{
  g_autofree char *path = context->output != NULL ? g_strconcat (context->output, suffix, NULL) : NULL;
  int from = g_unix_fd_list_get (fds, index, error);
  int to = path != NULL ? open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : STDOUT_FILENO;
  gboolean done;

  if (from < 0)
    return FALSE;

  done = to >= 0 ? copy (from, to, path != NULL ? path : _ ("standard output"), error) : fail (error, path);
  close (from);
  if (path != NULL && to >= 0 && close (to) < 0 && done)
    done = fail (error, path);
  return done;
}
