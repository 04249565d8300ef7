/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"
#include "smd-progress.h"
#include "smd-scratch.h"
#include "smd-secret.h"
#include "smd-share.h"

G_BEGIN_DECLS

/**
 * SmdFdIn:
 *
 * Bytes that come in by file descriptor, from its offset when the call came to its end. A memfd that is sealed against writing, growing and
 * shrinking is mapped where it is; everything else is read, once, into memory that the client can't change. What a client may keep
 * waiting for (pipes, sockets, terminals) is a stream and read by #SmdIntake; the rest by a worker.
 */
typedef struct _SmdFdIn SmdFdIn;

typedef enum
{
  SMD_FD_IN_MORE,  /* nothing there now, more may come */
  SMD_FD_IN_END,
  SMD_FD_IN_ERROR,
} SmdFdInState;

/**
 * smd_fd_in_new:
 * @fd: (transfer full): closed on error, too
 * @limit: in bytes
 * @what: static, for messages: “message”, “password-fd”
 *
 * Returns: (transfer full): on error `InvalidArgument` (a directory, write-only, O_PATH)
 */
SmdFdIn *smd_fd_in_new (int fd, gsize limit, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_fd_in_new_password:
 *
 * Like smd_fd_in_new(); the bytes go into locked memory, at most SMD_LIMIT_PASSWORD of them.
 */
SmdFdIn *smd_fd_in_new_password (int fd, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Large input goes into memory of @pool. */
void smd_fd_in_share (SmdFdIn *self, SmdScratchPool *pool);
/* What is read counts as the caller's, of whose calls no more than @most bytes are held; before reading. */
void smd_fd_in_charge (SmdFdIn *self, SmdShare *payer, gsize most);
void smd_fd_in_free (SmdFdIn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdFdIn, smd_fd_in_free)

gboolean smd_fd_in_is_stream (SmdFdIn *self);
/* To poll; only for streams */
int smd_fd_in_get_fd (SmdFdIn *self);

/**
 * smd_fd_in_pump:
 *
 * Reads what a stream has now, without waiting; at most a megabyte or so.
 */
SmdFdInState smd_fd_in_pump (SmdFdIn *self, SmdProgress *progress, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_fd_in_finish:
 *
 * In a worker: reads what isn't a stream, and closes the fd.
 *
 * Returns: FALSE on error: `TooLarge`, `LimitExceeded`, `InvalidArgument` (can't be read), `Cancelled`, `Failed`
 */
gboolean smd_fd_in_finish (SmdFdIn *self, SmdProgress *progress, GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none): after smd_fd_in_finish() */
SmdBlob *smd_fd_in_get_blob (SmdFdIn *self);
/* Returns: (transfer none): after smd_fd_in_finish(), without one trailing newline */
SmdSecret *smd_fd_in_get_secret (SmdFdIn *self);

G_END_DECLS
