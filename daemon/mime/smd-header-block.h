/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-output.h"

G_BEGIN_DECLS

/**
 * SmdHeaderField:
 * @raw: the field as it came: name, colon, value with its folding, and the line end (unless the bytes end before it)
 * @name: without white space; empty for lines that are no field
 * @value: what stands behind the colon, without the last line end
 *
 * Spans over the message.
 */
typedef struct
{
  SmdSpan raw;
  SmdSpan name;
  SmdSpan value;
} SmdHeaderField;

/* Whether the field is called @name, or its name starts with @prefix; case doesn't count */
gboolean smd_header_field_is (const SmdHeaderField *self, const char *name);
gboolean smd_header_field_has_prefix (const SmdHeaderField *self, const char *prefix);

/**
 * smd_header_field_dup_value:
 *
 * Returns: (transfer full) (nullable): the value, unfolded (RFC 5322 section 2.2.3); %NULL if it contains a NUL octet
 */
char *smd_header_field_dup_value (const SmdHeaderField *self);

/* Writes the raw field with @line_end for each of its line ends. */
gboolean smd_header_field_write (const SmdHeaderField *self, SmdOutput *output, const char *line_end,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * SmdHeaderBlock:
 * @fields: (owned) (element-type SmdHeaderField): in their order
 * @head: from the first field to the empty line, which is included
 * @body: what follows the empty line
 *
 * The header block of a message or an entity (RFC 5322 section 2.1), LF or CRLF.
 */
typedef struct
{
  GArray *fields; /* (owned) */
  SmdSpan head;
  SmdSpan body;
} SmdHeaderBlock;

/**
 * smd_header_block_parse:
 *
 * Splits @text at its first empty line. An mbox "From " line in front is skipped (but "From :" is a field). White space between name and colon is
 * accepted (RFC 5322 section 4.5); a later line that is neither field nor continuation is kept as a field without name, for
 * nobody to find. The block may be empty, but what starts with neither a field nor an empty line has none.
 *
 * Returns: (transfer full): the block; on error `Malformed`, `LimitExceeded` (SMD_LIMIT_HEADER)
 */
SmdHeaderBlock *smd_header_block_parse (SmdSpan text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_header_block_free (SmdHeaderBlock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdHeaderBlock, smd_header_block_free)

const SmdHeaderField *smd_header_block_get (const SmdHeaderBlock *self, guint index);

/**
 * smd_header_block_find:
 * @first: (out) (optional): the first field of that name, %NULL if there is none
 *
 * Returns: how many fields are called @name
 */
guint smd_header_block_find (const SmdHeaderBlock *self, const char *name, const SmdHeaderField **first);

G_END_DECLS
