/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smimectl-memory.h"

static int
fail (GError **error, const char *path)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return -1;
}

static gboolean
copy (int from, int to)
{
  char buffer[65536];
  gssize got;

  while ((got = read (from, buffer, sizeof buffer)) > 0 || (got < 0 && errno == EINTR))
    if (got > 0 && !smimectl_memory_write_all (to, buffer, (gsize) got))
      return FALSE;

  return got == 0;
}

/* Returns: a memfd with all of @fd, which is closed; -1 on error */
static int
spool (int fd, const char *name, GError **error)
{
  int memory = memfd_create ("smimectl-input", MFD_CLOEXEC);

  if (memory < 0 || !copy (fd, memory) || lseek (memory, 0, SEEK_SET) != 0)
    {
      fail (error, name);
      if (memory >= 0)
        close (memory);
      memory = -1;
    }
  close (fd);
  return memory;
}

int
smimectl_input_open (const char *path, GError **error)
{
  gboolean standard = path == NULL || g_str_equal (path, "-");
  const char *name = standard ? _ ("standard input") : path;
  int fd = standard ? fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open (path, O_RDONLY | O_CLOEXEC);
  struct stat about;

  if (fd < 0 || fstat (fd, &about) != 0)
    return fail (error, name);

  if (S_ISDIR (about.st_mode))
    {
      errno = EISDIR;
      fail (error, name);
      close (fd);
      return -1;
    }

  return S_ISREG (about.st_mode) || S_ISFIFO (about.st_mode) || S_ISSOCK (about.st_mode) ? fd : spool (fd, name, error);
}

int
smimectl_input_add (GUnixFDList *fds, const char *path, GError **error)
{
  int fd = smimectl_input_open (path, error);
  int index = fd >= 0 ? g_unix_fd_list_append (fds, fd, error) : -1;

  if (fd >= 0)
    close (fd);
  return index;
}

/* Whether @text begins with a header as messages have it. Text before PEM has none of these fields. */
static gboolean
has_header (const char *text)
{
  g_autofree char *end = g_strdup (text);
  char *blank = strstr (end, "\n\n");
  char *blank_crlf = strstr (end, "\r\n\r\n");

  if (blank != NULL)
    *blank = '\0';
  if (blank_crlf != NULL)
    *blank_crlf = '\0';
  return g_regex_match_simple ("^(from|date|mime-version|content-type|received|return-path)[ \t]*:", end, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0);
}

/* PKCS#12 (RFC 7292): SEQUENCE { INTEGER 3, ...; a certificate begins with a SEQUENCE, PKCS#7 with an object identifier. */
static SmimectlInputKind
guess (const guint8 *start, gsize length)
{
  gsize content = length > 1 && start[1] > 0x80 ? 2u + (start[1] & 0x7fu) : 2;
  g_autofree char *text = g_strndup ((const char *) start, length);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  if (length > 1 && start[0] == 0x30)
    return content < length && start[content] == 0x02 ? SMIMECTL_INPUT_PKCS12 : SMIMECTL_INPUT_CERTIFICATES;
  return strstr (valid, "-----BEGIN ") != NULL && !has_header (valid) ? SMIMECTL_INPUT_CERTIFICATES : SMIMECTL_INPUT_MESSAGE;
}

gboolean
smimectl_input_guess (int *fd, SmimectlInputKind *kind, GError **error)
{
  guint8 start[4096];
  off_t offset = lseek (*fd, 0, SEEK_CUR);
  gssize length;

  if (offset < 0)
    *fd = spool (*fd, _ ("the input"), error);
  if (*fd < 0)
    return FALSE;

  length = pread (*fd, start, sizeof start, MAX (offset, 0));
  if (length < 0)
    {
      fail (error, _ ("the input"));
      return FALSE;
    }

  *kind = guess (start, (gsize) length);
  return TRUE;
}
