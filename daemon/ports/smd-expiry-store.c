/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-expiry-store.h"

#include "smd-expiry.h"

G_DEFINE_INTERFACE (SmdExpiryStore, smd_expiry_store, G_TYPE_OBJECT)

static void
smd_expiry_store_default_init (SmdExpiryStoreInterface *iface)
{
}

SmdExpiryRow *
smd_expiry_row_new (const char *fingerprint, const char *address, SmdRole role, gint64 not_after)
{
  SmdExpiryRow *self = g_new0 (SmdExpiryRow, 1);

  self->fingerprint = g_strdup (fingerprint);
  self->address = g_strdup (address != NULL ? address : "");
  self->role = role;
  self->not_after = not_after;
  self->told = SMD_EXPIRY_UNTOLD;
  self->shown = SMD_EXPIRY_UNTOLD;
  return self;
}

SmdExpiryRow *
smd_expiry_row_copy (const SmdExpiryRow *self)
{
  SmdExpiryRow *copy = smd_expiry_row_new (self->fingerprint, self->address, self->role, self->not_after);

  copy->told = self->told;
  copy->shown = self->shown;
  return copy;
}

void
smd_expiry_row_free (SmdExpiryRow *self)
{
  g_free (self->fingerprint);
  g_free (self->address);
  g_free (self);
}

GPtrArray *
smd_expiry_store_list (SmdExpiryStore *self, SmdRole role, gint64 from, gint64 until, GError **error)
{
  return SMD_EXPIRY_STORE_GET_IFACE (self)->list (self, role, from, until, error);
}

gboolean
smd_expiry_store_note (SmdExpiryStore *self, GPtrArray *rows, GError **error)
{
  return SMD_EXPIRY_STORE_GET_IFACE (self)->note (self, rows, error);
}
