/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-span.h"

G_BEGIN_DECLS

/**
 * SmdBlob:
 *
 * Immutable bytes with a reference count (atomic): a sealed memfd that is mapped, a piece of another blob, or a small
 * heap copy. A blob that was made from an fd can't be changed by the client any more.
 */
typedef struct _SmdBlob SmdBlob;

/**
 * smd_blob_new_copy:
 *
 * Copies @span to the heap: for small things only.
 *
 * Returns: (transfer full): a blob
 */
SmdBlob *smd_blob_new_copy (SmdSpan span);

/**
 * smd_blob_new_bytes:
 *
 * Returns: (transfer full): a blob that keeps a reference on @bytes
 */
SmdBlob *smd_blob_new_bytes (GBytes *bytes);

/**
 * smd_blob_new_slice:
 * @parent: the blob that @span lies in
 *
 * Returns: (transfer full): a blob that keeps @parent alive; nothing is copied
 */
SmdBlob *smd_blob_new_slice (SmdBlob *parent, SmdSpan span);

/**
 * smd_blob_new_from_sealed_fd:
 * @fd: a memfd that is sealed against writing, growing and shrinking
 * @offset: in bytes, where the blob begins
 *
 * Maps @fd (whose ownership stays with the caller) from @offset to its end.
 *
 * Returns: (transfer full): a blob; on error `Failed`
 */
SmdBlob *smd_blob_new_from_sealed_fd (int fd, gsize offset, GError **error) G_GNUC_WARN_UNUSED_RESULT;

SmdBlob *smd_blob_ref (SmdBlob *self);
void smd_blob_unref (SmdBlob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdBlob, smd_blob_unref)

/**
 * smd_blob_get_span:
 *
 * Returns: the bytes; valid as long as @self
 */
SmdSpan smd_blob_get_span (SmdBlob *self);

/**
 * smd_blob_new_writable:
 * @data: lives until @free is called with @owner
 *
 * Returns: (transfer full): a blob over private memory that smd_blob_get_writable() gives out
 */
SmdBlob *smd_blob_new_writable (guint8 *data, gsize size, GDestroyNotify free, gpointer owner);

/**
 * smd_blob_new_part:
 * @parent: the blob that @span lies in
 *
 * Returns: (transfer full): like smd_blob_new_slice(), but for smd_blob_get_writable() if @parent is
 */
SmdBlob *smd_blob_new_part (SmdBlob *parent, SmdSpan span);

/**
 * smd_blob_get_writable:
 * @span: lies in @self
 *
 * For work in place on what nobody will read any more: the text that a binary object is decoded from, a ciphertext that is decrypted.
 * Never for bytes that anything was or will be judged by.
 *
 * Returns: (transfer none) (nullable): @span's bytes, if they are private memory that may be overwritten
 */
guint8 *smd_blob_get_writable (SmdBlob *self, SmdSpan span);

/**
 * smd_blob_forget_pages:
 * @piece: within @self
 *
 * Gives back the memory of the whole pages of @piece if they can be had again (a mapping); they are when they are read. For somebody
 * who walks over something large.
 */
void smd_blob_forget_pages (SmdBlob *self, SmdSpan piece);

/**
 * smd_blob_dup_fd:
 *
 * Gives the bytes as a file descriptor of the kind that clients are promised: a memfd, sealed against writing, growing
 * and shrinking, at offset 0. A blob that is such a memfd gives it without a copy.
 *
 * Returns: a file descriptor that the caller owns, -1 on error (`Failed`)
 */
int smd_blob_dup_fd (SmdBlob *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
