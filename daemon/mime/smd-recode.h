/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-part.h"

G_BEGIN_DECLS

/* Whether a field belongs to the entity that is written */
typedef gboolean (*SmdRecodeFilter) (const SmdHeaderField *field);

/**
 * smd_recode_write:
 * @filter: (nullable): which fields of @part are written; those of the parts in it are all kept
 * @limit: in bytes, of each decoded leaf
 *
 * Writes @part canonically and so that transport leaves it alone (RFC 8551 section 3.1.3): leaves that are not safe get a new
 * Content-Transfer-Encoding, quoted-printable for text, else base64, and decode to the same content. The structure stays; text before the
 * first and behind the last boundary goes. What is signed or encrypted already is left as it is, safe or not, for any
 * change would break it (RFC 8551 section 3.1.2), and so is a leaf whose encoding is damaged or unknown.
 *
 * Returns: FALSE on error: `TooLarge`, `Failed`
 */
gboolean smd_recode_write (SmdPart *part, SmdRecodeFilter filter, gsize limit, SmdOutput *output,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
