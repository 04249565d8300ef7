/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "smd-crl-index-format.h"
#include "smd-crl-index.h"
#include "smimed-error.h"

struct _SmdCrlIndexWriter
{
  char *path;      /* (owned) */
  char *temporary; /* (owned) (nullable) while the file is there */
  int fd;          /* (owned) -1 */
  void *mapping;   /* (owned) (nullable) */
  gsize size;      /* of header and records */
};

static gboolean
failed (SmdCrlIndexWriter *self, const char *what, int number, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "Can't %s %s: %s; make room and fetch the CRL again", what, self->path,
               g_strerror (number));
  return FALSE;
}

/* Room first: writing to a mapping for which the disk has none ends the process. */
static gboolean
make_room (SmdCrlIndexWriter *self, GError **error)
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

SmdCrlIndexWriter *
smd_crl_index_writer_new (const char *path, guint64 n_records, GError **error)
{
  g_autoptr (SmdCrlIndexWriter) self = g_new0 (SmdCrlIndexWriter, 1);

  self->path = g_strdup (path);
  self->size = sizeof (SmdCrlHeader) + (gsize) n_records * sizeof (SmdCrlRecord);
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

SmdCrlRecord *
smd_crl_index_writer_get_records (SmdCrlIndexWriter *self)
{
  return (SmdCrlRecord *) ((guint8 *) self->mapping + sizeof (SmdCrlHeader));
}

static gboolean
write_at (SmdCrlIndexWriter *self, SmdSpan span, gsize offset, GError **error)
{
  while (span.size > 0)
    {
      gssize written = pwrite (self->fd, span.data, span.size, (off_t) offset);

      if (written < 0 && errno != EINTR)
        return failed (self, "write", errno, error);
      if (written <= 0)
        continue;
      span = smd_span_skip (span, (gsize) written);
      offset += (gsize) written;
    }

  return TRUE;
}

static gboolean
write_parts (SmdCrlIndexWriter *self, const SmdSpan parts[SMD_CRL_N_PARTS], GError **error)
{
  gsize offset = self->size;

  for (guint i = 0; i < SMD_CRL_N_PARTS; offset += parts[i++].size)
    if (!write_at (self, parts[i], offset, error))
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
smd_crl_index_writer_finish (SmdCrlIndexWriter *self, SmdCrypto *crypto, SmdCrlHeader *header,
                             const SmdSpan parts[SMD_CRL_N_PARTS], GError **error)
{
  memcpy (header->magic, SMD_CRL_INDEX_MAGIC, sizeof header->magic);
  header->byte_order = SMD_CRL_INDEX_BYTE_ORDER;
  header->record_size = sizeof (SmdCrlRecord);
  for (guint i = 0; i < SMD_CRL_N_PARTS; i++)
    header->part_sizes[i] = parts[i].size;
  if (!smd_crl_index_checksum (crypto, header, parts, header->checksum))
    return failed (self, "compute the checksum of", ENOMEM, error);

  munmap (self->mapping, self->size);
  self->mapping = NULL;
  if (!write_parts (self, parts, error) || !write_at (self, smd_span (header, sizeof *header), 0, error))
    return FALSE;
  if (fsync (self->fd) < 0)
    return failed (self, "write", errno, error);
  if (g_rename (self->temporary, self->path) < 0)
    return failed (self, "put in place", errno, error);

  g_clear_pointer (&self->temporary, g_free);
  sync_folder (self->path);
  return TRUE;
}

void
smd_crl_index_writer_free (SmdCrlIndexWriter *self)
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
