/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "smd-certificate.h"

G_BEGIN_DECLS

#define SMD_TYPE_ANCHOR_SOURCE (smd_anchor_source_get_type ())
G_DECLARE_INTERFACE (SmdAnchorSource, smd_anchor_source, SMD, ANCHOR_SOURCE, GObject)

/**
 * SmdAnchorSourceInterface:
 * @list: (transfer full) (element-type SmdCertificate): the authorities that are trusted besides the stored ones; never changed
 * @get_serial: another number whenever @list gives others
 *
 * Anchors that nobody has imported: the system's, if the policy takes them. They are listed nowhere, and what the user distrusts is none. Any thread.
 */
struct _SmdAnchorSourceInterface
{
  GTypeInterface parent;
  GPtrArray *(*list) (SmdAnchorSource *self);
  guint (*get_serial) (SmdAnchorSource *self);
};

GPtrArray *smd_anchor_source_list (SmdAnchorSource *self);
guint smd_anchor_source_get_serial (SmdAnchorSource *self);

G_END_DECLS
