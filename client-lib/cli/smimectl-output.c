/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smimectl-memory.h"

typedef struct
{
  char *draft; /* (owned) (nullable) where it was written, NULL once it is in its place */
  char *place; /* (owned) */
} Pending;

struct _SmimectlOutput
{
  const SmimectlContext *context; /* (unowned) */
  GPtrArray *pending;             /* (owned) of Pending */
};

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  if (pending->draft != NULL)
    g_unlink (pending->draft);
  g_free (pending->draft);
  g_free (pending->place);
  g_free (pending);
}

SmimectlOutput *
smimectl_output_new (const SmimectlContext *context)
{
  SmimectlOutput *self = g_new0 (SmimectlOutput, 1);

  self->context = context;
  self->pending = g_ptr_array_new_with_free_func (pending_free);
  smimectl_context_hold_signals (context->output != NULL);
  return self;
}

/* A signal that was held back comes now, when there is nothing left to take away. */
void
smimectl_output_free (SmimectlOutput *self)
{
  g_ptr_array_unref (self->pending);
  smimectl_context_hold_signals (FALSE);
  g_free (self);
}

static gboolean
fail (GError **error, const char *path)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
is_interrupted (void)
{
  sigset_t set;

  return sigpending (&set) == 0
         && (sigismember (&set, SIGINT) == 1 || sigismember (&set, SIGTERM) == 1 || sigismember (&set, SIGHUP) == 1);
}

/* What a stranger wrote can't steer the terminal; files and pipes get every byte. @last: (inout): the byte before @data, which may begin
 * a character that ends in it */
static gsize
disarm (char *data, gsize size, guchar *last)
{
  gsize kept = 0;

  for (gsize i = 0; i < size; i++)
    {
      guchar byte = (guchar) data[i];
      gboolean c1 = byte >= 0x80 && byte < 0xa0 && *last == 0xc2;

      *last = byte;
      if (byte != '\r')
        data[kept++] = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f || c1 ? '?' : data[i];
    }

  return kept;
}

static gboolean
copy (int from, int to, const char *name, GError **error)
{
  gboolean terminal = isatty (to);
  char buffer[65536];
  guchar last = 0;
  gssize got;

  while ((got = read (from, buffer, sizeof buffer)) > 0 || (got < 0 && errno == EINTR))
    {
      if (is_interrupted ())
        errno = EINTR;
      if (is_interrupted ()
          || (got > 0 && !smimectl_memory_write_all (to, buffer, terminal ? disarm (buffer, (gsize) got, &last) : (gsize) got)))
        return fail (error, name);
    }

  return got == 0 || fail (error, name);
}

static gboolean
close_written (int fd, const char *name, GError **error)
{
  gboolean synced = fsync (fd) == 0 || errno == EINVAL || errno == EROFS;
  gboolean done = synced || fail (error, name);

  return close (fd) == 0 ? done : done && fail (error, name);
}

/* Devices and pipes are written to, and not replaced. */
static gboolean
write_directly (int from, const char *path, GError **error)
{
  int to = open (path, O_WRONLY | O_CLOEXEC);

  if (to < 0)
    return fail (error, path);

  if (!copy (from, to, path, error))
    {
      close (to);
      return FALSE;
    }
  return close_written (to, path, error);
}

static gboolean
write_draft (SmimectlOutput *self, int from, const char *path, mode_t mode, GError **error)
{
  g_autofree char *target = realpath (path, NULL);
  Pending *pending = g_new0 (Pending, 1);
  int to;

  pending->place = g_strdup (target != NULL ? target : path);
  pending->draft = g_strconcat (pending->place, ".XXXXXX", NULL);
  to = g_mkstemp_full (pending->draft, O_WRONLY | O_CLOEXEC, 0600);
  if (to < 0)
    {
      fail (error, path);
      g_clear_pointer (&pending->draft, g_free);
      pending_free (pending);
      return FALSE;
    }

  g_ptr_array_add (self->pending, pending);
  if (copy (from, to, path, error) && (fchmod (to, mode) == 0 || fail (error, path)))
    return close_written (to, path, error);

  close (to);
  return FALSE;
}

static gboolean
write_file (SmimectlOutput *self, int from, const char *path, GError **error)
{
  struct stat about;
  gboolean there = stat (path, &about) == 0;

  if (there && !S_ISREG (about.st_mode))
    return write_directly (from, path, error);
  return write_draft (self, from, path, there ? about.st_mode & 0777 : 0600, error);
}

gboolean
smimectl_output_add (SmimectlOutput *self, GUnixFDList *fds, int index, const char *suffix, GError **error)
{
  gboolean standard = self->context->output == NULL || g_str_equal (self->context->output, "-");
  g_autofree char *path = standard ? NULL : g_strconcat (self->context->output, suffix, NULL);
  int from = g_unix_fd_list_get (fds, index, error);
  gboolean done;

  if (from < 0)
    return FALSE;

  done = standard ? copy (from, STDOUT_FILENO, _ ("standard output"), error) : write_file (self, from, path, error);
  close (from);
  return done;
}

gboolean
smimectl_output_commit (SmimectlOutput *self, GError **error)
{
  for (guint i = 0; i < self->pending->len; i++)
    {
      Pending *pending = self->pending->pdata[i];

      if (g_rename (pending->draft, pending->place) != 0)
        return fail (error, pending->place);
      g_clear_pointer (&pending->draft, g_free);
    }

  return TRUE;
}

gboolean
smimectl_output_write (const SmimectlContext *context, GUnixFDList *fds, int index, GError **error)
{
  g_autoptr (SmimectlOutput) output = smimectl_output_new (context);

  return smimectl_output_add (output, fds, index, NULL, error) && smimectl_output_commit (output, error);
}

gboolean
smimectl_output_check (const SmimectlContext *context, GError **error)
{
  if (!context->json || (context->output != NULL && !g_str_equal (context->output, "-")))
    return TRUE;

  smimectl_usage (error, _ ("With --json, give --output FILE: standard output is for the JSON"));
  return FALSE;
}
