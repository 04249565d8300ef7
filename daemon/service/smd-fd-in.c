/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-fd-in.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smd-limits.h"
#include "smd-scratch.h"
#include "smimed-error.h"

#define ALL_SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)
#define SMALL ((gsize) 64 * 1024) /* is kept on the heap: cheaper than a memfd */
#define CHUNK ((gsize) 1024 * 1024)

typedef enum
{
  KIND_SEALED,
  KIND_FILE,
  KIND_PIPE,
  KIND_SOCKET,
  KIND_OTHER_STREAM,
} Kind;

struct _SmdFdIn
{
  int fd;             /* (owned) -1 once closed */
  Kind kind;
  goffset offset;     /* of the next byte of a file */
  gsize limit;
  const char *what;   /* (unowned) static */
  gsize expected;     /* bytes of a file, as far as they are known; never relied on */
  gsize size;         /* read until now */
  guint8 *small;      /* (owned) (nullable) everything, while it fits; then what was read last */
  gsize capacity;     /* bytes of @small, at most SMALL */
  SmdScratchPool *pool; /* (owned) (nullable) */
  SmdScratch *scratch;  /* (owned) (nullable) when it no longer fits */
  SmdSecret *secret;  /* (owned) (nullable) instead of both for a password */
  SmdBlob *blob;      /* (owned) (nullable) the result */
  SmdShare *payer;    /* (owned) (nullable) */
  gsize most;         /* that the payer may hold */
  gsize charged;
};

static gboolean
refuse (SmdFdIn *self, const char *why, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT, "“%s” is a file descriptor that can't be read: %s", self->what,
               why);
  return FALSE;
}

/* Without asking the file system: one that hangs must not stop the main thread. */
static gboolean
look_at_type (SmdFdIn *self, GError **error)
{
  struct statx status;

  if (statx (self->fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_SIZE, &status) < 0)
    return refuse (self, g_strerror (errno), error);

  if (S_ISDIR (status.stx_mode))
    return refuse (self, "it is a directory", error);

  self->expected = (gsize) status.stx_size;
  if (S_ISREG (status.stx_mode))
    self->kind = KIND_FILE;
  else if (S_ISFIFO (status.stx_mode))
    self->kind = KIND_PIPE;
  else if (S_ISSOCK (status.stx_mode))
    self->kind = KIND_SOCKET;
  else
    self->kind = S_ISBLK (status.stx_mode) ? KIND_FILE : KIND_OTHER_STREAM;
  return TRUE;
}

/* The client's pipe gets a file description of our own, so that not blocking changes nothing for the client; and the client, which
 * shares its own with us, can't make it block again: that would stop the intake for everybody. */
static gboolean
prepare_stream (SmdFdIn *self, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", self->fd);
  int own;

  /* Is read with a flag of each call's own. */
  if (self->kind == KIND_SOCKET)
    return TRUE;

  own = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (own < 0)
    return refuse (self, "it can't be opened for reading without waiting; pass a file, a pipe or a socket of your own", error);

  close (self->fd);
  self->fd = own;
  if (self->kind == KIND_PIPE)
    (void) fcntl (self->fd, F_SETPIPE_SZ, (int) CHUNK);
  return TRUE;
}

/* Copying a little costs less than mapping it: each change of mappings interrupts every thread of the process. */
static gboolean
is_to_be_mapped (SmdFdIn *self)
{
  int seals = self->kind == KIND_FILE && self->expected > SMALL ? fcntl (self->fd, F_GET_SEALS) : -1;

  return seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS;
}

static gboolean
classify (SmdFdIn *self, GError **error)
{
  int flags = fcntl (self->fd, F_GETFL);

  if (flags < 0 || (flags & O_PATH) != 0)
    return refuse (self, "it isn't opened for reading", error);
  if ((flags & O_ACCMODE) == O_WRONLY)
    return refuse (self, "it is opened for writing only", error);

  if (!look_at_type (self, error))
    return FALSE;
  if (smd_fd_in_is_stream (self))
    return prepare_stream (self, error);
  if (is_to_be_mapped (self))
    self->kind = KIND_SEALED;

  self->offset = MAX (lseek (self->fd, 0, SEEK_CUR), 0);
  return TRUE;
}

SmdFdIn *
smd_fd_in_new (int fd, gsize limit, const char *what, GError **error)
{
  g_autoptr (SmdFdIn) self = g_new0 (SmdFdIn, 1);

  self->fd = fd;
  self->limit = limit;
  self->what = what;
  return classify (self, error) ? g_steal_pointer (&self) : NULL;
}

SmdFdIn *
smd_fd_in_new_password (int fd, const char *what, GError **error)
{
  SmdFdIn *self = smd_fd_in_new (fd, SMD_LIMIT_PASSWORD + 1, what, error);

  if (self != NULL)
    self->secret = smd_secret_new (SMD_LIMIT_PASSWORD + 2);
  return self;
}

void
smd_fd_in_share (SmdFdIn *self, SmdScratchPool *pool)
{
  self->pool = smd_scratch_pool_ref (pool);
}

void
smd_fd_in_charge (SmdFdIn *self, SmdShare *payer, gsize most)
{
  self->payer = smd_share_ref (payer);
  self->most = most;
}

void
smd_fd_in_free (SmdFdIn *self)
{
  if (self->payer != NULL)
    smd_share_give_back (self->payer, self->charged);
  g_clear_pointer (&self->payer, smd_share_unref);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->small);
  g_clear_pointer (&self->scratch, smd_scratch_free);
  g_clear_pointer (&self->pool, smd_scratch_pool_unref);
  g_clear_pointer (&self->secret, smd_secret_unref);
  g_clear_pointer (&self->blob, smd_blob_unref);
  g_free (self);
}

gboolean
smd_fd_in_is_stream (SmdFdIn *self)
{
  return self->kind == KIND_PIPE || self->kind == KIND_SOCKET || self->kind == KIND_OTHER_STREAM;
}

int
smd_fd_in_get_fd (SmdFdIn *self)
{
  return self->fd;
}

static gboolean
too_large (SmdFdIn *self, GError **error)
{
  if (self->secret != NULL)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE, "“%s” has more than %d bytes", self->what, SMD_LIMIT_PASSWORD);
  else
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE,
                 "“%s” has more than %" G_GSIZE_FORMAT " bytes, the most that is accepted (of a message: the setting max-message-size)",
                 self->what, self->limit);
  return FALSE;
}

static gboolean
charge (SmdFdIn *self, gsize bytes, GError **error)
{
  if (self->payer == NULL)
    return TRUE;
  if (!smd_share_take (self->payer, bytes, self->most, error))
    return FALSE;

  self->charged += bytes;
  return TRUE;
}

static gboolean
spill (SmdFdIn *self, GError **error)
{
  self->scratch = smd_scratch_new (self->pool, self->limit + CHUNK, error);
  return self->scratch != NULL && smd_scratch_write (self->scratch, smd_span (self->small, self->size), error);
}

/* One byte more than is expected, so as to notice the end. */
static void
enlarge (SmdFdIn *self)
{
  gsize left = self->kind == KIND_FILE && (gsize) self->offset < self->expected ? self->expected - (gsize) self->offset : SMALL;

  self->capacity = self->small == NULL ? MIN (left + 1, SMALL) : SMALL;
  self->small = g_realloc (self->small, self->capacity);
}

/* Returns: (nullable): where to read @room bytes to */
static guint8 *
make_room (SmdFdIn *self, gsize *room, GError **error)
{
  if (self->secret != NULL)
    {
      *room = MIN (*room, SMD_LIMIT_PASSWORD + 2 - self->size);
      return smd_secret_get_data (self->secret) + self->size;
    }

  if (self->scratch == NULL && self->size == SMALL && !spill (self, error))
    return NULL;
  if (self->small == NULL || (self->scratch == NULL && self->size == self->capacity))
    enlarge (self);
  *room = MIN (*room, self->scratch != NULL ? self->capacity : self->capacity - self->size);
  return self->scratch != NULL ? self->small : self->small + self->size;
}

static gssize
read_some (SmdFdIn *self, guint8 *place, gsize room)
{
  gssize got;

  do
    {
      if (self->kind == KIND_SOCKET)
        got = recv (self->fd, place, room, MSG_DONTWAIT);
      else if (self->kind == KIND_FILE || self->kind == KIND_SEALED)
        got = pread (self->fd, place, room, self->offset);
      else
        got = read (self->fd, place, room);
    }
  while (got < 0 && errno == EINTR);

  return got;
}

/* Returns: the number of bytes, 0 at the end, -1 with errno; -2 with @error */
static gssize
take_some (SmdFdIn *self, gsize room, GError **error)
{
  guint8 *place;
  gssize got;

  if (self->scratch != NULL && self->kind == KIND_FILE)
    {
      got = smd_scratch_write_file (self->scratch, self->fd, self->offset, room, error);
      return got < 0 ? -2 : got;
    }

  place = make_room (self, &room, error);
  if (place == NULL)
    return -2;

  got = room > 0 ? read_some (self, place, room) : 0;
  if (got > 0 && self->scratch != NULL && !smd_scratch_write (self->scratch, smd_span (place, got), error))
    return -2;
  return got;
}

/* A small file that has given all of its bytes, and not the one more that it was asked for, needs no further call. */
static gboolean
has_ended (const SmdFdIn *self)
{
  return self->kind == KIND_FILE && self->scratch == NULL && self->size < self->capacity && (gsize) self->offset == self->expected;
}

/* One more byte than the limit is asked for, so as to notice that there is one. */
static SmdFdInState
read_once (SmdFdIn *self, GError **error)
{
  gssize got = take_some (self, MIN (CHUNK, self->limit + 1 - self->size), error);

  if (got == -2)
    return SMD_FD_IN_ERROR;
  if (got == 0)
    return SMD_FD_IN_END;
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return SMD_FD_IN_MORE;
  if (got < 0)
    {
      refuse (self, g_strerror (errno), error);
      return SMD_FD_IN_ERROR;
    }

  self->size += got;
  self->offset += got;
  if (self->size > self->limit ? !too_large (self, error) : !charge (self, got, error))
    return SMD_FD_IN_ERROR;
  return has_ended (self) ? SMD_FD_IN_END : SMD_FD_IN_MORE;
}

SmdFdInState
smd_fd_in_pump (SmdFdIn *self, SmdProgress *progress, GError **error)
{
  gsize before = self->size;
  SmdFdInState state = read_once (self, error);

  if (progress != NULL)
    g_atomic_pointer_set (&progress->done, progress->done + (self->size - before));
  return state;
}

static gboolean
read_file (SmdFdIn *self, SmdProgress *progress, GCancellable *cancellable, GError **error)
{
  SmdFdInState state = SMD_FD_IN_MORE;

  /* A hole of a terabyte takes as long to read as a terabyte. */
  if (self->expected > self->limit && self->expected - self->limit > (gsize) self->offset)
    return too_large (self, error);

  while (state == SMD_FD_IN_MORE)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      state = smd_fd_in_pump (self, progress, error);
    }

  return state == SMD_FD_IN_END;
}

/* What is empty is still something: its address is never %NULL. */
static SmdBlob *
blob_from_heap (guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_realloc (data, MAX (size, 1)), size);

  return smd_blob_new_bytes (bytes);
}

static gboolean
map_sealed (SmdFdIn *self, GError **error)
{
  self->blob = smd_blob_new_from_sealed_fd (self->fd, self->offset, error);
  if (self->blob != NULL && smd_blob_get_span (self->blob).size == 0)
    {
      smd_blob_unref (self->blob);
      self->blob = blob_from_heap (NULL, 0);
    }

  if (self->blob == NULL)
    return FALSE;
  if (smd_blob_get_span (self->blob).size > self->limit)
    return too_large (self, error);
  return charge (self, smd_blob_get_span (self->blob).size, error);
}

static gboolean
seal_password (SmdFdIn *self, GError **error)
{
  const guint8 *data = smd_secret_get_data (self->secret);

  if (self->size > 0 && data[self->size - 1] == '\n')
    self->size--;
  if (self->size > SMD_LIMIT_PASSWORD)
    return too_large (self, error);

  smd_secret_truncate (self->secret, self->size);
  return TRUE;
}

static gboolean
seal_blob (SmdFdIn *self, GError **error)
{
  if (self->scratch != NULL)
    self->blob = smd_scratch_to_blob (g_steal_pointer (&self->scratch));
  else
    self->blob = blob_from_heap (g_steal_pointer (&self->small), self->size);

  return self->blob != NULL;
}

gboolean
smd_fd_in_finish (SmdFdIn *self, SmdProgress *progress, GCancellable *cancellable, GError **error)
{
  gboolean good;

  if (self->kind == KIND_SEALED && self->secret == NULL)
    good = map_sealed (self, error);
  else
    good = smd_fd_in_is_stream (self) || read_file (self, progress, cancellable, error);

  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  if (!good || self->blob != NULL)
    return good;

  return self->secret != NULL ? seal_password (self, error) : seal_blob (self, error);
}

SmdBlob *
smd_fd_in_get_blob (SmdFdIn *self)
{
  return self->blob;
}

SmdSecret *
smd_fd_in_get_secret (SmdFdIn *self)
{
  return self->secret;
}
