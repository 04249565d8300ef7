/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-anchor-source.h"

G_BEGIN_DECLS

#define SMD_TYPE_SYSTEM_ANCHORS (smd_system_anchors_get_type ())
G_DECLARE_FINAL_TYPE (SmdSystemAnchors, smd_system_anchors, SMD, SYSTEM_ANCHORS, GObject)

/**
 * smd_system_anchors_new:
 * @bundles: (nullable): files of certificates, absolute paths; the first that is there counts. %NULL: the system's: the bundle that p11-kit
 *   extracts for the purpose of e-mail protection, or else the one of Debian's ca-certificates, which tells no purposes
 *
 * #SmdAnchorSource over a file: read when it is first needed, and again when it has changed. Gives nothing before
 * smd_system_anchors_set_enabled().
 *
 * Returns: (transfer full)
 */
SmdSystemAnchors *smd_system_anchors_new (SmdCrypto *crypto, const char *const *bundles);

/* The policy's `use-system-anchors`. Any thread. */
void smd_system_anchors_set_enabled (SmdSystemAnchors *self, gboolean enabled);

G_END_DECLS
