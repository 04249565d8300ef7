/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-database-private.h"

typedef struct
{
  const char *hash; /* (unowned) */
  gint64 taken_at;
} Delivery;

static gboolean
find_work (SmdDatabase *self, gpointer data, GError **error)
{
  Delivery *delivery = data;

  return smd_database_get_number (self, &delivery->taken_at, error, "SELECT taken_at FROM deliveries WHERE hash = ?", "s", delivery->hash);
}

static gboolean
find_delivery (SmdDeliveryStore *store, const char *hash, gint64 *taken_at, GError **error)
{
  Delivery delivery = { hash, 0 };

  if (!smd_database_read (SMD_DATABASE (store), find_work, &delivery, error))
    return FALSE;

  *taken_at = delivery.taken_at;
  return TRUE;
}

static gboolean
note_work (SmdDatabase *self, gpointer data, GError **error)
{
  const Delivery *delivery = data;

  return smd_database_run (self, NULL, error, "INSERT OR IGNORE INTO deliveries (hash, taken_at) VALUES (?, ?)", "si", delivery->hash,
                           delivery->taken_at);
}

static gboolean
note_delivery (SmdDeliveryStore *store, const char *hash, gint64 taken_at, GError **error)
{
  Delivery delivery = { hash, taken_at };

  return smd_database_write (SMD_DATABASE (store), SMD_COMMIT_DURABLE, note_work, &delivery, error);
}

void
smd_database_deliveries_init_interface (SmdDeliveryStoreInterface *iface)
{
  iface->find = find_delivery;
  iface->note = note_delivery;
}
