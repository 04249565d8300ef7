/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"

G_BEGIN_DECLS

/**
 * SmdScratchPool:
 *
 * A few large pieces of private memory for incoming messages, used again by the next one: getting fresh pages from the kernel and giving
 * them back costs more than hashing what they hold. Never handed to a client; given back to the kernel SMD_SCRATCH_KEPT seconds
 * after the last use (a timer on the main context, only while there is something to give back). Thread-safe.
 */
typedef struct _SmdScratchPool SmdScratchPool;

#define SMD_SCRATCH_KEPT 3

SmdScratchPool *smd_scratch_pool_new (void);
SmdScratchPool *smd_scratch_pool_ref (SmdScratchPool *self);
void smd_scratch_pool_unref (SmdScratchPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdScratchPool, smd_scratch_pool_unref)

/* One piece of it, growing while it is written by one thread */
typedef struct _SmdScratch SmdScratch;

/**
 * smd_scratch_new:
 * @pool: (nullable): %NULL takes fresh memory, and gives it back at once
 * @limit: in bytes
 *
 * Returns: (transfer full): an empty piece; on error `Failed`
 */
SmdScratch *smd_scratch_new (SmdScratchPool *pool, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Back to the pool */
void smd_scratch_free (SmdScratch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdScratch, smd_scratch_free)

/* @span: within the limit. Returns: FALSE on error: `Failed` */
gboolean smd_scratch_write (SmdScratch *self, SmdSpan span, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_scratch_write_file:
 * @fd: a regular file
 * @offset: where to read from, in bytes
 * @most: how many bytes at most
 *
 * Copies once, inside the kernel.
 *
 * Returns: the number of bytes, 0 at the end of @fd; -1 on error: `Failed`
 */
gssize smd_scratch_write_file (SmdScratch *self, int fd, goffset offset, gsize most, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_scratch_to_blob:
 * @self: (transfer full)
 *
 * Returns: (transfer full): what was written, as a blob whose bytes its only user may overwrite: smd_blob_get_writable()
 */
SmdBlob *smd_scratch_to_blob (SmdScratch *self);

G_END_DECLS
