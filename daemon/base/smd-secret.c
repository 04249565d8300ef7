/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-secret.h"

#include <sys/mman.h>
#include <unistd.h>

struct _SmdSecret
{
  gatomicrefcount references;
  gsize size;
  gsize mapped;
  guint8 *data; /* (owned) pages of its own */
};

SmdSecret *
smd_secret_new (gsize size)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  SmdSecret *self = g_new0 (SmdSecret, 1);

  g_atomic_ref_count_init (&self->references);
  self->size = size;
  self->mapped = (size / page + 1) * page;
  self->data = mmap (NULL, self->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (self->data == MAP_FAILED)
    g_error ("No memory for a secret of %" G_GSIZE_FORMAT " bytes", size);

  /* Best effort: over RLIMIT_MEMLOCK the secret still works, it may only reach swap. */
  (void) mlock (self->data, self->mapped);
  (void) madvise (self->data, self->mapped, MADV_DONTDUMP);
  (void) madvise (self->data, self->mapped, MADV_WIPEONFORK);
  return self;
}

SmdSecret *
smd_secret_new_copy (SmdSpan span)
{
  SmdSecret *self = smd_secret_new (span.size);

  if (span.size > 0)
    memcpy (self->data, span.data, span.size);
  return self;
}

SmdSecret *
smd_secret_ref (SmdSecret *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_secret_unref (SmdSecret *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  explicit_bzero (self->data, self->mapped);
  munmap (self->data, self->mapped);
  g_free (self);
}

guint8 *
smd_secret_get_data (SmdSecret *self)
{
  return self->data;
}

SmdSpan
smd_secret_get_span (SmdSecret *self)
{
  return smd_span (self->data, self->size);
}

void
smd_secret_truncate (SmdSecret *self, gsize size)
{
  g_return_if_fail (size <= self->size);
  explicit_bzero (self->data + size, self->size - size);
  self->size = size;
}
