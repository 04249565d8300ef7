/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-scratch.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "smd-huge-pages.h"
#include "smimed-error.h"

/* No more memory than this is kept for later. */
#define MOST_KEPT 4
#define LARGEST_KEPT ((gsize) 64 * 1024 * 1024)
#define STEP ((gsize) 4 * 1024 * 1024)

struct _SmdScratchPool
{
  gatomicrefcount references;
  GMutex mutex;
  GQueue kept; /* (owned) of SmdScratch, the one used last first */
  gboolean timed;
};

struct _SmdScratch
{
  SmdScratchPool *pool; /* (owned) (nullable) where to go back to; none while it is kept */
  int fd;               /* (owned) memfd that nobody else has */
  guint8 *data;         /* (owned) a mapping of @reserved bytes; the first @capacity are backed by the file */
  gsize reserved;
  gsize capacity;
  gsize size;
  gsize filled; /* so many bytes from its beginning on have pages that are there */
  gboolean small_pages; /* there are no others */
  gint64 used; /* monotonic time when it came back */
};

static void
destroy (SmdScratch *self)
{
  if (self->data != NULL)
    munmap (self->data, self->reserved);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

SmdScratchPool *
smd_scratch_pool_new (void)
{
  SmdScratchPool *self = g_new0 (SmdScratchPool, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  g_queue_init (&self->kept);
  return self;
}

SmdScratchPool *
smd_scratch_pool_ref (SmdScratchPool *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_scratch_pool_unref (SmdScratchPool *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_queue_clear_full (&self->kept, (GDestroyNotify) destroy);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Gives back what has not been used for a while. Returns: whether to come again */
static gboolean
trim (gpointer data)
{
  SmdScratchPool *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gint64 old = g_get_monotonic_time () - SMD_SCRATCH_KEPT * G_USEC_PER_SEC;
  SmdScratch *last;

  while ((last = g_queue_peek_tail (&self->kept)) != NULL && last->used <= old)
    destroy (g_queue_pop_tail (&self->kept));

  self->timed = self->kept.length > 0;
  return self->timed;
}

static void
keep (SmdScratchPool *self, SmdScratch *scratch)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  scratch->used = g_get_monotonic_time ();
  g_queue_push_head (&self->kept, scratch);
  if (self->kept.length > MOST_KEPT)
    destroy (g_queue_pop_tail (&self->kept));
  if (!self->timed)
    g_timeout_add_seconds_full (G_PRIORITY_LOW, SMD_SCRATCH_KEPT, trim, smd_scratch_pool_ref (self),
                                (GDestroyNotify) smd_scratch_pool_unref);
  self->timed = TRUE;
}

static SmdScratch *
take_kept (SmdScratchPool *self, gsize limit)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  for (GList *link = self->kept.head; link != NULL; link = link->next)
    if (((SmdScratch *) link->data)->reserved >= limit)
      {
        SmdScratch *found = link->data;

        g_queue_delete_link (&self->kept, link);
        return found;
      }

  return NULL;
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "Can't %s memory for the message: %s", what, g_strerror (errno));
  return FALSE;
}

static SmdScratch *
make (gsize limit, GError **error)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  SmdScratch *self = g_new0 (SmdScratch, 1);

  self->reserved = (limit / page + 1) * page;
  self->fd = memfd_create ("smimed-input", MFD_CLOEXEC);
  if (self->fd >= 0)
    self->data = smd_huge_pages_map (self->fd, self->reserved);
  if (self->data != NULL)
    return self;

  fail (error, "get");
  destroy (self);
  return NULL;
}

SmdScratch *
smd_scratch_new (SmdScratchPool *pool, gsize limit, GError **error)
{
  SmdScratch *self = pool != NULL ? take_kept (pool, limit) : NULL;

  if (self == NULL)
    self = make (limit, error);
  if (self == NULL)
    return NULL;

  self->pool = pool != NULL ? smd_scratch_pool_ref (pool) : NULL;
  self->size = 0;
  return self;
}

void
smd_scratch_free (SmdScratch *self)
{
  g_autoptr (SmdScratchPool) pool = g_steal_pointer (&self->pool);

  self->filled = MAX (self->filled, self->size);
  if (pool != NULL && self->capacity <= LARGEST_KEPT)
    keep (pool, self);
  else
    destroy (self);
}

/* Steps are whole huge pages, so that what has been filled has no gaps. */
static void
take_huge_pages (SmdScratch *self, gsize capacity)
{
  if (self->small_pages)
    return;

  self->small_pages = !smd_huge_pages_fill (self->fd, self->data, self->capacity, capacity);
  if (!self->small_pages)
    self->filled = MAX (self->filled, capacity);
}

static gboolean
grow (SmdScratch *self, gsize needed, GError **error)
{
  gsize capacity = MIN (MAX (needed, self->capacity + STEP), self->reserved);

  if (needed <= self->capacity)
    return TRUE;
  if (needed > self->reserved || ftruncate (self->fd, (off_t) capacity) < 0)
    return fail (error, "get");

  take_huge_pages (self, capacity);
  self->capacity = capacity;
  return TRUE;
}

gboolean
smd_scratch_write (SmdScratch *self, SmdSpan span, GError **error)
{
  if (!grow (self, self->size + span.size, error))
    return FALSE;
  if (!smd_span_write (span, self->fd, self->size))
    return fail (error, "fill");

  self->size += span.size;
  return TRUE;
}

/* Into pages that are there: through the mapping, half the time of sendfile(). Fresh pages: the other way, without clearing them first. */
static gssize
copy_from_file (SmdScratch *self, int fd, off_t offset, gsize most)
{
  if (self->size < self->filled)
    return pread (fd, self->data + self->size, MIN (most, self->filled - self->size), offset);

  return lseek (self->fd, (off_t) self->size, SEEK_SET) >= 0 ? sendfile (self->fd, fd, &offset, most) : -1;
}

gssize
smd_scratch_write_file (SmdScratch *self, int fd, goffset offset, gsize most, GError **error)
{
  gssize copied;

  if (!grow (self, self->size + most, error))
    return -1;

  do
    copied = copy_from_file (self, fd, (off_t) offset, most);
  while (copied < 0 && errno == EINTR);
  if (copied < 0)
    fail (error, "copy the file to");
  else
    self->size += (gsize) copied;
  return copied;
}

SmdBlob *
smd_scratch_to_blob (SmdScratch *self)
{
  return smd_blob_new_writable (self->data, self->size, (GDestroyNotify) smd_scratch_free, self);
}
