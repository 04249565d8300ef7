/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-span.h"

G_BEGIN_DECLS

/**
 * SmdMultipart:
 * @parts: (owned) (element-type SmdSpan): the parts, each with its header block
 * @closed: the close delimiter was seen
 *
 * The parts of a multipart body (RFC 2046 section 5.1.1), as spans over it.
 */
typedef struct
{
  GArray *parts; /* (owned) */
  gboolean closed;
} SmdMultipart;

/**
 * smd_multipart_split:
 * @most: stop after this many parts
 *
 * A delimiter is a whole line: two hyphens, @boundary, for the last one two hyphens more, then nothing but white space. So a
 * boundary that is the beginning of another doesn't match the other's lines. The line end in front of a delimiter belongs to the
 * delimiter. Preamble and epilogue are left out. Without a close delimiter, the last part reaches to the end of @body.
 *
 * Returns: (transfer full): the parts, possibly none
 */
SmdMultipart *smd_multipart_split (SmdSpan body, const char *boundary, guint most);
void smd_multipart_free (SmdMultipart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdMultipart, smd_multipart_free)

static inline SmdSpan
smd_multipart_get (const SmdMultipart *self, guint index)
{
  return g_array_index (self->parts, SmdSpan, index);
}

G_END_DECLS
