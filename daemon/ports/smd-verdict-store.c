/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-verdict-store.h"

G_DEFINE_INTERFACE (SmdVerdictStore, smd_verdict_store, G_TYPE_OBJECT)

static void
smd_verdict_store_default_init (SmdVerdictStoreInterface *iface)
{
}

gboolean
smd_verdict_store_find (SmdVerdictStore *self, const char *identity, gboolean *valid, GError **error)
{
  return SMD_VERDICT_STORE_GET_IFACE (self)->find (self, identity, valid, error);
}

gboolean
smd_verdict_store_keep (SmdVerdictStore *self, const char *identity, gboolean valid, gint64 at, GError **error)
{
  return SMD_VERDICT_STORE_GET_IFACE (self)->keep (self, identity, valid, at, error);
}
