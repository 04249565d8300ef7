/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-header-block.h"

G_BEGIN_DECLS

/**
 * smd_envelope_read_addresses:
 *
 * Reads an address list (RFC 5322 section 3.4), groups included, by GMime.
 *
 * Returns: (transfer full): the addr-specs in the field @name, %NULL-terminated; none if there is more than one such field, or if readers
 * may differ about what the fields are (a CR without LF, NUL) or about whom it names (addresses behind what can't be read)
 */
char **smd_envelope_read_addresses (const SmdHeaderBlock *header, const char *name);

/* The Date field: seconds since 1970 UTC; G_MININT64 if absent, given twice or unreadable */
gint64 smd_envelope_read_date (const SmdHeaderBlock *header);

G_END_DECLS
