/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-span.h"

G_BEGIN_DECLS

/**
 * SmdMappedWriter:
 *
 * A file of which a part is made in memory that is mapped from it, so that it may be large. It takes its place whole or not at all:
 * until then it lies beside, as `path.tmp`. Two writers of one path at a time are not foreseen.
 */
typedef struct _SmdMappedWriter SmdMappedWriter;

/**
 * smd_mapped_writer_new:
 * @size: of the mapped part, in bytes, not 0; the room is reserved
 *
 * Returns: (transfer full): on error `Failed` (disk full, no permission)
 */
SmdMappedWriter *smd_mapped_writer_new (const char *path, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none): the mapped part; until smd_mapped_writer_finish() */
guint8 *smd_mapped_writer_get_data (SmdMappedWriter *self);

/**
 * smd_mapped_writer_finish:
 * @head: is put over the beginning of the mapped part
 * @tail: (array length=n_tail): what follows the mapped part
 *
 * Writes the rest, syncs and renames. On error `Failed`, and what was at the path is still there.
 */
gboolean smd_mapped_writer_finish (SmdMappedWriter *self, SmdSpan head, const SmdSpan *tail, guint n_tail,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes what hasn't been finished. */
void smd_mapped_writer_free (SmdMappedWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdMappedWriter, smd_mapped_writer_free)

G_END_DECLS
