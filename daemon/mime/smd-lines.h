/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-output.h"

G_BEGIN_DECLS

/* What a text has that transport may not leave as it is (RFC 8551 section 3.1.3, RFC 5322 section 2.1.1). */
typedef enum
{
  SMD_LINES_SAFE = 0,
  SMD_LINES_8BIT = 1 << 0,     /* octets above 127 */
  SMD_LINES_NUL = 1 << 1,
  SMD_LINES_LONG = 1 << 2,     /* a line of more than 998 octets, without its line end */
  SMD_LINES_FROM = 1 << 3,     /* "From " at the start of a line: mbox stores would escape it */
  SMD_LINES_TRAILING = 1 << 4, /* a space or a tab at the end of a line */
  SMD_LINES_BARE_CR = 1 << 5,  /* a CR without LF */
  SMD_LINES_BARE_LF = 1 << 6,  /* an LF without CR: not canonical, but transport mends it */
} SmdLineFlags;

#define SMD_LINES_UNSAFE ((SmdLineFlags) (SMD_LINES_BARE_LF - 1))

/* All that is remarkable about @text. Several GB/s. */
SmdLineFlags smd_lines_scan (SmdSpan text);

/* Whether each LF has a CR before it (RFC 8551 section 3.1.1) */
gboolean smd_lines_are_canonical (SmdSpan text);

/**
 * smd_lines_write_canonical:
 *
 * Writes @text with CRLF for each bare LF. A CR that stands alone stays.
 *
 * Returns: FALSE on error: `TooLarge`, `Failed`
 */
gboolean smd_lines_write_canonical (SmdSpan text, SmdOutput *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_lines_canonicalize:
 * @parent: the blob that @text lies in
 *
 * Returns: (transfer full): @text with CRLF line ends; nothing is copied if it has them already. On error `TooLarge`, `Failed`
 */
SmdBlob *smd_lines_canonicalize (SmdBlob *parent, SmdSpan text, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
