/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "smimed-error.h"

#define FIRST_SIZE ((gsize) 64 * 1024)
#define LARGEST_STEP ((gsize) 8 * 1024 * 1024)

struct _SmdOutput
{
  SmdSink sink;
  int fd;         /* (owned) memfd */
  guint8 *data;   /* (owned) a mapping of @reserved bytes; only the first @capacity of them are backed by the file */
  gsize reserved; /* bytes of address space */
  gsize capacity; /* bytes of file */
  gsize size;     /* bytes written */
  gsize limit;
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
  self->data = mmap (NULL, self->reserved, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, self->fd, 0);
  if (self->data == MAP_FAILED)
    {
      self->data = NULL;
      fail (error, "map");
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
smd_output_free (SmdOutput *self)
{
  if (self->data != NULL)
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
grow (SmdOutput *self, gsize needed, GError **error)
{
  gsize step = CLAMP (self->capacity, FIRST_SIZE, LARGEST_STEP);
  gsize capacity = MIN (MAX (needed, self->capacity + step), self->reserved);

  if (ftruncate (self->fd, (off_t) capacity) < 0)
    return fail (error, "get");

  self->capacity = capacity;
  return TRUE;
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

gboolean
smd_output_write (SmdOutput *self, SmdSpan span, GError **error)
{
  guint8 *place = smd_output_reserve (self, span.size, error);

  if (place == NULL)
    return FALSE;

  if (span.size > 0)
    memcpy (place, span.data, span.size);
  self->size += span.size;
  return TRUE;
}

SmdSpan
smd_output_get_span (SmdOutput *self)
{
  return smd_span (self->data, self->size);
}

SmdBlob *
smd_output_seal (SmdOutput *self, GError **error)
{
  g_autoptr (SmdOutput) output = self;

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
