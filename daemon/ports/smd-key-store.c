/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-key-store.h"

G_DEFINE_INTERFACE (SmdKeyStore, smd_key_store, G_TYPE_OBJECT)

static void
smd_key_store_default_init (SmdKeyStoreInterface *iface)
{
  g_signal_new ("opened", SMD_TYPE_KEY_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

gboolean
smd_key_store_add (SmdKeyStore *self, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin, gboolean interactive,
                   GCancellable *cancellable, GError **error)
{
  return SMD_KEY_STORE_GET_IFACE (self)->add (self, identities, certificates, origin, interactive, cancellable, error);
}

SmdPrivateKey *
smd_key_store_lookup (SmdKeyStore *self, const char *key_fingerprint, gboolean interactive, GCancellable *cancellable,
                      GError **error)
{
  return SMD_KEY_STORE_GET_IFACE (self)->lookup (self, key_fingerprint, interactive, cancellable, error);
}

gboolean
smd_key_store_remove (SmdKeyStore *self, const char *fingerprint, gboolean interactive, GCancellable *cancellable,
                      GError **error)
{
  return SMD_KEY_STORE_GET_IFACE (self)->remove (self, fingerprint, interactive, cancellable, error);
}

gboolean
smd_key_store_discard (SmdKeyStore *self, const char *key_fingerprint, gboolean interactive, GCancellable *cancellable,
                       GError **error)
{
  return SMD_KEY_STORE_GET_IFACE (self)->discard (self, key_fingerprint, interactive, cancellable, error);
}

gboolean
smd_key_store_sync (SmdKeyStore *self, gboolean interactive, gboolean *changed, GCancellable *cancellable, GError **error)
{
  return SMD_KEY_STORE_GET_IFACE (self)->sync (self, interactive, changed, cancellable, error);
}
