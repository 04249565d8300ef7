/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "smd-huge-pages.h"
#include "smimed-error.h"

#define FIRST_SIZE ((gsize) 64 * 1024)
#define LARGEST_STEP ((gsize) 8 * 1024 * 1024)
/* From here on write() is cheaper than touching fresh pages of the mapping: half the time for megabytes. */
#define WORTH_WRITING ((gsize) 32 * 1024)

struct _SmdOutput
{
  SmdSink sink;
  int fd;         /* (owned) memfd; -1: on the heap */
  guint8 *data;   /* (owned) a mapping of @reserved bytes; only the first @capacity of them are backed by the file. Or heap */
  gsize reserved; /* bytes of address space */
  gsize capacity; /* bytes of file */
  gsize size;     /* bytes written */
  gsize limit;
  gboolean borrowed; /* @data is somebody else's */
  gboolean small_pages; /* there are no others */
};

static gboolean
output_sink_write (SmdSink *sink, SmdSpan span, GError **error)
{
  return smd_output_write ((SmdOutput *) sink, span, error);
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "Can't %s memory for the output: %s", what, g_strerror (errno));
  return FALSE;
}

SmdOutput *
smd_output_new (const char *name, gsize limit, GError **error)
{
  g_autoptr (SmdOutput) self = g_new0 (SmdOutput, 1);
  gsize page = (gsize) sysconf (_SC_PAGESIZE);

  self->sink.write = output_sink_write;
  self->limit = limit;
  self->reserved = (limit / page + 1) * page;
  self->fd = memfd_create (name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (self->fd < 0)
    {
      fail (error, "get");
      return NULL;
    }

  /* Address space for the whole limit at once: the mapping never moves, the file grows below it. */
  self->data = smd_huge_pages_map (self->fd, self->reserved);
  if (self->data == NULL)
    {
      fail (error, "map");
      return NULL;
    }

  return g_steal_pointer (&self);
}

SmdOutput *
smd_output_new_sized (const char *name, gsize size, gsize limit, GError **error)
{
  SmdOutput *self;

  if (size > SMD_OUTPUT_SMALL)
    return smd_output_new (name, limit, error);

  self = g_new0 (SmdOutput, 1);
  self->sink.write = output_sink_write;
  self->limit = MIN (size, limit);
  self->reserved = self->capacity = self->limit;
  self->fd = -1;
  self->data = g_malloc (self->capacity + 1);
  return self;
}

SmdOutput *
smd_output_new_over (guint8 *data, gsize size)
{
  SmdOutput *self = g_new0 (SmdOutput, 1);

  self->sink.write = output_sink_write;
  self->limit = self->reserved = self->capacity = size;
  self->fd = -1;
  self->data = data;
  self->borrowed = TRUE;
  return self;
}

void
smd_output_free (SmdOutput *self)
{
  if (self->borrowed)
    self->data = NULL;
  if (self->fd < 0)
    g_free (self->data);
  else if (self->data != NULL)
    munmap (self->data, self->reserved);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

SmdSink *
smd_output_get_sink (SmdOutput *self)
{
  return &self->sink;
}

gsize
smd_output_get_size (SmdOutput *self)
{
  return self->size;
}

static gboolean
set_capacity (SmdOutput *self, gsize capacity, GError **error)
{
  if (ftruncate (self->fd, (off_t) capacity) < 0)
    return fail (error, "get");

  if (!self->small_pages)
    self->small_pages = !smd_huge_pages_fill (self->fd, self->data, self->capacity, capacity);
  self->capacity = capacity;
  return TRUE;
}

static gboolean
grow (SmdOutput *self, gsize needed, GError **error)
{
  gsize step = CLAMP (self->capacity, FIRST_SIZE, LARGEST_STEP);

  return set_capacity (self, MIN (MAX (needed, self->capacity + step), self->reserved), error);
}

gboolean
smd_output_expect (SmdOutput *self, gsize size, GError **error)
{
  gsize capacity = MIN (size, self->reserved);

  return capacity <= self->capacity || set_capacity (self, capacity, error);
}

guint8 *
smd_output_reserve (SmdOutput *self, gsize size, GError **error)
{
  if (size > self->limit || self->size > self->limit - size)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE,
                   "The result is larger than %" G_GSIZE_FORMAT " bytes; raise max-message-size if that is wanted", self->limit);
      return NULL;
    }

  if (self->size + size > self->capacity && !grow (self, self->size + size, error))
    return NULL;
  return self->data + self->size;
}

void
smd_output_advance (SmdOutput *self, gsize size)
{
  g_return_if_fail (self->size + size <= self->capacity);
  self->size += size;
}

guint8 *
smd_output_get_room (SmdOutput *self, gsize size)
{
  return self->fd < 0 && size <= self->capacity - self->size ? self->data + self->size : NULL;
}

gboolean
smd_output_write (SmdOutput *self, SmdSpan span, GError **error)
{
  guint8 *place = smd_output_reserve (self, span.size, error);

  if (place == NULL)
    return FALSE;
  if (span.size >= WORTH_WRITING && self->fd >= 0)
    {
      if (!smd_span_write (span, self->fd, self->size))
        return fail (error, "fill");
    }
  else if (span.size > 0)
    memcpy (place, span.data, span.size);
  self->size += span.size;
  return TRUE;
}

SmdSpan
smd_output_get_span (SmdOutput *self)
{
  return smd_span (self->data, self->size);
}

static SmdBlob *
seal_heap (SmdOutput *self)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&self->data), self->size);

  return smd_blob_new_bytes (bytes);
}

SmdBlob *
smd_output_seal (SmdOutput *self, GError **error)
{
  g_autoptr (SmdOutput) output = self;

  if (output->fd < 0)
    return seal_heap (output);

  /* A memfd can't be sealed against writing while a writable mapping exists. */
  munmap (output->data, output->reserved);
  output->data = NULL;
  if (ftruncate (output->fd, (off_t) output->size) < 0
      || fcntl (output->fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) < 0)
    {
      fail (error, "seal");
      return NULL;
    }

  return smd_blob_new_from_sealed_fd (output->fd, 0, error);
}
