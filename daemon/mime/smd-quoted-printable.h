/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-output.h"

G_BEGIN_DECLS

/**
 * smd_quoted_printable_write:
 * @content: CRLF is a line break, CR or LF alone is data
 *
 * Encodes so that nothing on the way has a reason to touch it (RFC 2045 section 6.7, RFC 3676 section 4.4): also "From " at a line's
 * start, white space at a line's end, and what looks like a boundary.
 *
 * Returns: FALSE on error: `TooLarge`, `Failed`
 */
gboolean smd_quoted_printable_write (SmdSpan content, SmdOutput *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
