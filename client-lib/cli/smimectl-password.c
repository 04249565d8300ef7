/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-password.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#define LONGEST 1024

/* A descriptor that is readable when a signal is held back that wants to end or to stop us. */
static int
watch_signals (void)
{
  sigset_t set;

  smimectl_context_fill_signals (&set);
  return signalfd (-1, &set, SFD_CLOEXEC);
}

/* Returns: the length of the line in @line, which holds LONGEST bytes; -1 at the end of the file; -2 if a signal came */
static gssize
read_line (int terminal, int signals, char *line)
{
  struct pollfd polled[] = { { terminal, POLLIN, 0 }, { signals, POLLIN, 0 } };
  gssize length;

  while (poll (polled, G_N_ELEMENTS (polled), -1) < 0 && errno == EINTR)
    continue;
  if (polled[1].revents != 0)
    return -2;

  length = read (terminal, line, LONGEST);
  return length > 0 && line[length - 1] == '\n' ? length - 1 : length > 0 ? length : -1;
}

/* While the echo is off signals are held back: whoever presses Ctrl-C gets his terminal back as it was. */
static gssize
read_hidden (int terminal, const char *prompt, char *line)
{
  struct termios before, hidden;
  gssize length;
  int signals;

  do
    {
      smimectl_context_hold_signals (TRUE);
      signals = watch_signals ();
      tcgetattr (terminal, &before);
      hidden = before;
      hidden.c_lflag &= (tcflag_t) ~ECHO;
      tcsetattr (terminal, TCSAFLUSH, &hidden);
      dprintf (terminal, "%s: ", prompt);
      length = read_line (terminal, signals, line);
      tcsetattr (terminal, TCSAFLUSH, &before);
      dprintf (terminal, "\n");
      close (signals);
      smimectl_context_hold_signals (FALSE); /* here it ends, or stops and goes on */
    }
  while (length == -2);

  return length;
}

static gboolean
ask (int terminal, const char *prompt, gboolean confirm, char *line, gssize *length, GError **error)
{
  char again[LONGEST];
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
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("The password can't be passed on: %s"), g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return index;
}

static int
ask_terminal (int terminal, GUnixFDList *fds, const char *prompt, gboolean confirm, GError **error)
{
  char line[LONGEST];
  gssize length;
  int index = -1;

  if (ask (terminal, prompt, confirm, line, &length, error))
    index = pass_on (fds, line, length, error);
  explicit_bzero (line, sizeof line);
  return index;
}

gboolean
smimectl_password_add (const SmimectlContext *context, GVariantDict *options, GUnixFDList *fds, const char *prompt, gboolean confirm,
                       GError **error)
{
  int terminal = -1;
  int index;

  if (context->password_fd < 0 && !context->prompter && !context->no_prompt)
    terminal = open ("/dev/tty", O_RDWR | O_CLOEXEC);
  if (context->password_fd < 0 && terminal < 0)
    return TRUE;

  index = terminal >= 0 ? ask_terminal (terminal, fds, prompt, confirm, error) : g_unix_fd_list_append (fds, context->password_fd, error);
  if (terminal >= 0)
    close (terminal);
  if (index >= 0)
    g_variant_dict_insert (options, "password-fd", "h", index);
  return index >= 0;
}
