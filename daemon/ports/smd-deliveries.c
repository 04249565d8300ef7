/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-deliveries.h"

G_DEFINE_INTERFACE (SmdDeliveries, smd_deliveries, G_TYPE_OBJECT)

static void
smd_deliveries_default_init (SmdDeliveriesInterface *iface)
{
  g_signal_new ("changed", SMD_TYPE_DELIVERIES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

SmdDelivered *
smd_delivered_new (const char *path, const char *mark, GError *error)
{
  SmdDelivered *self = g_new0 (SmdDelivered, 1);

  self->path = g_strdup (path);
  self->mark = g_strdup (mark);
  self->error = error;
  return self;
}

void
smd_delivered_free (SmdDelivered *self)
{
  g_free (self->path);
  g_free (self->mark);
  g_clear_error (&self->error);
  g_free (self);
}

void
smd_deliveries_start (SmdDeliveries *self)
{
  SMD_DELIVERIES_GET_IFACE (self)->start (self);
}

void
smd_deliveries_expect (SmdDeliveries *self, gboolean password)
{
  SMD_DELIVERIES_GET_IFACE (self)->expect (self, password);
}

GPtrArray *
smd_deliveries_list (SmdDeliveries *self)
{
  return SMD_DELIVERIES_GET_IFACE (self)->list (self);
}

SmdBlob *
smd_deliveries_read (SmdDeliveries *self, const char *path, GError **error)
{
  return SMD_DELIVERIES_GET_IFACE (self)->read (self, path, error);
}

SmdSecret *
smd_deliveries_lookup_password (SmdDeliveries *self, const char *path, GCancellable *cancellable, GError **error)
{
  return SMD_DELIVERIES_GET_IFACE (self)->lookup_password (self, path, cancellable, error);
}
