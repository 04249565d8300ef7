/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-header-block.h"

G_BEGIN_DECLS

/**
 * smd_recode_field_write:
 *
 * Writes a field so that transport leaves it alone, with the same meaning: as it is if it may stay, without white space at its
 * lines' ends, or, with 8-bit characters or overlong lines, anew by GMime (RFC 2047, RFC 2231). CRLF.
 *
 * Returns: FALSE on error: `TooLarge`, `Failed`
 */
gboolean smd_recode_field_write (const SmdHeaderField *field, SmdOutput *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
