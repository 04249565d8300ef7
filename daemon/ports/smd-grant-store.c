/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-grant-store.h"

G_DEFINE_INTERFACE (SmdGrantStore, smd_grant_store, G_TYPE_OBJECT)

static void
smd_grant_store_default_init (SmdGrantStoreInterface *iface)
{
}

const char *
smd_right_to_word (SmdRight right)
{
  static const char *const words[SMD_N_RIGHTS] = { "manage", "use", "decrypt", "export" };

  g_return_val_if_fail (right < SMD_N_RIGHTS, NULL);
  return words[right];
}

gboolean
smd_grant_store_lookup (SmdGrantStore *self, const char *application, SmdRight right, SmdGrant *grant, GCancellable *cancellable,
                        GError **error)
{
  return SMD_GRANT_STORE_GET_IFACE (self)->lookup (self, application, right, grant, cancellable, error);
}

gboolean
smd_grant_store_save (SmdGrantStore *self, const char *application, SmdRight right, gboolean granted, GCancellable *cancellable,
                      GError **error)
{
  return SMD_GRANT_STORE_GET_IFACE (self)->save (self, application, right, granted, cancellable, error);
}

gboolean
smd_grant_store_claim (SmdGrantStore *self, GCancellable *cancellable, GError **error)
{
  return SMD_GRANT_STORE_GET_IFACE (self)->claim (self, cancellable, error);
}

void
smd_grant_store_release (SmdGrantStore *self)
{
  SMD_GRANT_STORE_GET_IFACE (self)->release (self);
}
