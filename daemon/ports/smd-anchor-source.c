/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-anchor-source.h"

G_DEFINE_INTERFACE (SmdAnchorSource, smd_anchor_source, G_TYPE_OBJECT)

static void
smd_anchor_source_default_init (SmdAnchorSourceInterface *iface)
{
}

GPtrArray *
smd_anchor_source_list (SmdAnchorSource *self)
{
  return SMD_ANCHOR_SOURCE_GET_IFACE (self)->list (self);
}

guint
smd_anchor_source_get_serial (SmdAnchorSource *self)
{
  return SMD_ANCHOR_SOURCE_GET_IFACE (self)->get_serial (self);
}
