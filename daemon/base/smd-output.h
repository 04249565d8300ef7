/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"
#include "smd-sink.h"

G_BEGIN_DECLS

/**
 * SmdOutput:
 *
 * A growing memfd, written through a mapping. Nobody but the writer sees it before it is sealed; dropped unsealed, its
 * pages go back to the kernel. Not for use by two threads at once.
 */
typedef struct _SmdOutput SmdOutput;

/**
 * smd_output_new:
 * @name: shown in /proc, for debugging
 * @limit: in bytes; writing more fails with `TooLarge`
 *
 * Returns: (transfer full): an empty output; on error `Failed`
 */
SmdOutput *smd_output_new (const char *name, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Up to this size, in bytes, an output may live on the heap: a memfd costs some 60 microseconds. */
#define SMD_OUTPUT_SMALL ((gsize) 128 * 1024)

/**
 * smd_output_new_sized:
 * @size: in bytes: what will be written is never more than this
 *
 * Like smd_output_new(), but on the heap if @size is small. For what stays in the daemon, or is handed over only when it is large.
 *
 * Returns: (transfer full): an empty output; on error `Failed`
 */
SmdOutput *smd_output_new_sized (const char *name, gsize size, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_output_new_over:
 * @data: (unowned): where the bytes go; must outlive the output
 * @size: in bytes
 *
 * Returns: (transfer full): an output that is not sealed but freed when it has been filled
 */
SmdOutput *smd_output_new_over (guint8 *data, gsize size);

void smd_output_free (SmdOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdOutput, smd_output_free)

/**
 * smd_output_get_sink:
 *
 * Returns: (transfer none): @self as a sink
 */
SmdSink *smd_output_get_sink (SmdOutput *self);

/**
 * smd_output_get_size:
 *
 * Returns: bytes written until now
 */
gsize smd_output_get_size (SmdOutput *self);

/* Returns: FALSE on error: `TooLarge`, `Failed` */
gboolean smd_output_write (SmdOutput *self, SmdSpan span, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_output_reserve:
 * @size: in bytes
 *
 * Makes room for at least @size more bytes at the end, to be written in place and then taken over with
 * smd_output_advance(). The address stays the same until the output is sealed.
 *
 * Returns: (transfer none): where to write; %NULL on error: `TooLarge`, `Failed`
 */
guint8 *smd_output_reserve (SmdOutput *self, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_output_advance (SmdOutput *self, gsize size);

/**
 * smd_output_expect:
 * @size: in bytes: about so much will be written in all
 *
 * Makes room for it at once, which costs less than in steps.
 *
 * Returns: FALSE on error: `Failed`
 */
gboolean smd_output_expect (SmdOutput *self, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_output_get_room:
 * @size: in bytes
 *
 * For who can do without: where the next @size bytes may be written in place, if that is the cheapest way. Of fresh pages it isn't.
 *
 * Returns: (transfer none) (nullable): like smd_output_reserve()
 */
guint8 *smd_output_get_room (SmdOutput *self, gsize size);

/**
 * smd_output_get_span:
 *
 * Returns: what has been written until now; valid until @self is sealed or freed
 */
SmdSpan smd_output_get_span (SmdOutput *self);

/**
 * smd_output_seal:
 * @self: (transfer full): freed in every case
 *
 * Returns: (transfer full): the bytes, sealed; on error `Failed`
 */
SmdBlob *smd_output_seal (SmdOutput *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
