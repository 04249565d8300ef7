/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-message.h"
#include "smd-output.h"

G_BEGIN_DECLS

/**
 * smd_outer_fields_write:
 * @outer: (nullable): the original message; %NULL writes nothing
 *
 * Writes the fields that stay outside of what is protected: all but Content-*, MIME-Version and Bcc (a Bcc field would
 * reveal to each recipient who else got the message); then a MIME-Version field. CRLF.
 *
 * Returns: FALSE on error: `TooLarge`, `Failed`
 */
gboolean smd_outer_fields_write (SmdMessage *outer, SmdOutput *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
