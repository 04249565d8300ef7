/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-span.h"

G_BEGIN_DECLS

/* Whether @file begins as a serialized certificate store (.sst; [MS-OSHARED]'s CERT_STORE_SAVE_AS_STORE): version 0, "CERT" */
gboolean smd_sst_begins (SmdSpan file);

/**
 * smd_sst_next:
 * @rest: (inout): at first the file behind its header, see smd_sst_skip_header()
 * @der: (out): the next certificate
 *
 * Walks over the properties, CRLs and trust lists in between.
 *
 * Returns: FALSE at the end; then @rest is empty if the store ended as it should, else at what can't be read
 */
gboolean smd_sst_next (SmdSpan *rest, SmdSpan *der);
SmdSpan smd_sst_skip_header (SmdSpan file);

G_END_DECLS
