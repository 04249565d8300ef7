/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-blob.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smimed-error.h"

struct _SmdBlob
{
  gatomicrefcount references;
  SmdSpan span;
  GBytes *bytes;    /* (owned) (nullable) heap */
  SmdBlob *parent;  /* (owned) (nullable) what this is a slice of */
  void *mapping;    /* (owned) (nullable) the whole sealed memfd */
  gsize mapped;
  int fd;           /* (owned) the sealed memfd, -1 */
  guint8 *writable; /* (unowned) (nullable) of @owner, as much as @span */
  gpointer owner;   /* (owned) (nullable) freed by @free_owner */
  GDestroyNotify free_owner;
};

static SmdBlob *
blob_new (SmdSpan span)
{
  SmdBlob *self = g_new0 (SmdBlob, 1);

  g_atomic_ref_count_init (&self->references);
  self->span = span;
  self->fd = -1;
  return self;
}

SmdBlob *
smd_blob_new_copy (SmdSpan span)
{
  g_autoptr (GBytes) bytes = g_bytes_new (span.data, span.size);

  return smd_blob_new_bytes (bytes);
}

SmdBlob *
smd_blob_new_bytes (GBytes *bytes)
{
  SmdBlob *self = blob_new (smd_span_bytes (bytes));

  self->bytes = g_bytes_ref (bytes);
  return self;
}

SmdBlob *
smd_blob_new_slice (SmdBlob *parent, SmdSpan span)
{
  SmdBlob *self = blob_new (span);

  self->parent = smd_blob_ref (parent);
  return self;
}

SmdBlob *
smd_blob_new_from_sealed_fd (int fd, gsize offset, GError **error)
{
  struct stat status;
  SmdBlob *self;
  gsize size;

  if (fstat (fd, &status) < 0)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "Can't look at a memfd: %s", g_strerror (errno));
      return NULL;
    }

  size = (gsize) status.st_size;
  self = blob_new (SMD_SPAN_EMPTY);
  self->fd = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  self->mapped = size;
  if (self->fd >= 0 && size > 0)
    self->mapping = mmap (NULL, size, PROT_READ, MAP_PRIVATE, self->fd, 0);
  if (self->fd < 0 || self->mapping == MAP_FAILED)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "Can't map a memfd of %" G_GSIZE_FORMAT " bytes: %s", size,
                   g_strerror (errno));
      self->mapping = NULL;
      smd_blob_unref (self);
      return NULL;
    }

  self->span = smd_span_skip (smd_span (self->mapping, size), offset);
  return self;
}

SmdBlob *
smd_blob_ref (SmdBlob *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_blob_unref (SmdBlob *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  if (self->mapping != NULL)
    munmap (self->mapping, self->mapped);
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->parent, smd_blob_unref);
  if (self->owner != NULL)
    self->free_owner (self->owner);
  g_free (self);
}

SmdSpan
smd_blob_get_span (SmdBlob *self)
{
  return self->span;
}

SmdBlob *
smd_blob_new_writable (guint8 *data, gsize size, GDestroyNotify free_owner, gpointer owner)
{
  SmdBlob *self = blob_new (smd_span (data, size));

  self->writable = data;
  self->owner = owner;
  self->free_owner = free_owner;
  return self;
}

SmdBlob *
smd_blob_new_part (SmdBlob *parent, SmdSpan span)
{
  SmdBlob *self = smd_blob_new_slice (parent, span);

  self->writable = smd_blob_get_writable (parent, span);
  return self;
}

guint8 *
smd_blob_get_writable (SmdBlob *self, SmdSpan span)
{
  return self->writable != NULL ? self->writable + (span.data - self->span.data) : NULL;
}

void
smd_blob_forget_pages (SmdBlob *self, SmdSpan piece)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  guintptr begin = ((guintptr) piece.data + page - 1) / page * page;
  guintptr end = ((guintptr) piece.data + piece.size) / page * page;

  while (self->parent != NULL)
    self = self->parent;
  /* Never of the heap, whose pages would come back empty. */
  if (self->mapping != NULL && begin < end)
    madvise ((guint8 *) self->mapping + (begin - (guintptr) self->mapping), end - begin, MADV_DONTNEED);
}

/* Small results are written, not mapped: changing a mapping interrupts every thread of the process. */
static int
copy_to_fd (SmdSpan span, GError **error)
{
  int fd = memfd_create ("smimed-output", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd >= 0 && smd_span_write (span, fd, 0) && fcntl (fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) == 0)
    return fd;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "Can't get memory for the output: %s", g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Each receiver gets a file description of its own: an offset is shared by all duplicates of one. */
static int
reopen (int fd, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  int copy = open (path, O_RDONLY | O_CLOEXEC);

  if (copy < 0)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "Can't hand over the output: %s", g_strerror (errno));
  return copy;
}

int
smd_blob_dup_fd (SmdBlob *self, GError **error)
{
  gboolean whole = self->fd >= 0 && self->span.size == self->mapped;

  if (self->parent != NULL && self->parent->span.data == self->span.data && self->parent->span.size == self->span.size)
    return smd_blob_dup_fd (self->parent, error);
  return whole ? reopen (self->fd, error) : copy_to_fd (self->span, error);
}
