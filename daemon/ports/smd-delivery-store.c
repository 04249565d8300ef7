/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-delivery-store.h"

G_DEFINE_INTERFACE (SmdDeliveryStore, smd_delivery_store, G_TYPE_OBJECT)

static void
smd_delivery_store_default_init (SmdDeliveryStoreInterface *iface)
{
}

gboolean
smd_delivery_store_find (SmdDeliveryStore *self, const char *hash, gint64 *taken_at, GError **error)
{
  return SMD_DELIVERY_STORE_GET_IFACE (self)->find (self, hash, taken_at, error);
}

gboolean
smd_delivery_store_note (SmdDeliveryStore *self, const char *hash, gint64 taken_at, GError **error)
{
  return SMD_DELIVERY_STORE_GET_IFACE (self)->note (self, hash, taken_at, error);
}
