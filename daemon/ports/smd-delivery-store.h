/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SMD_TYPE_DELIVERY_STORE (smd_delivery_store_get_type ())
G_DECLARE_INTERFACE (SmdDeliveryStore, smd_delivery_store, SMD, DELIVERY_STORE, GObject)

/**
 * SmdDeliveryStoreInterface:
 * @find: @taken_at: (out): when a file with this content was imported, seconds since 1970 UTC; 0: never
 * @note: remembers it for good
 *
 * Which deliveries were imported, by their content: what the user has deleted since doesn't come again. Any thread; blocks only for the disk.
 */
struct _SmdDeliveryStoreInterface
{
  GTypeInterface parent;
  gboolean (*find) (SmdDeliveryStore *self, const char *hash, gint64 *taken_at, GError **error);
  gboolean (*note) (SmdDeliveryStore *self, const char *hash, gint64 taken_at, GError **error);
};

gboolean smd_delivery_store_find (SmdDeliveryStore *self, const char *hash, gint64 *taken_at, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_delivery_store_note (SmdDeliveryStore *self, const char *hash, gint64 taken_at, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
