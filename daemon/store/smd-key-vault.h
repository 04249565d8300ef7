/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database.h"
#include "smd-identity.h"
#include "smd-secret-items.h"

G_BEGIN_DECLS

/**
 * SmdKeyVault:
 *
 * The Secret Service's items and the database's books of them, kept equal. One call at a time, but for smd_key_vault_load(), which any
 * thread may call at any time. Errors as #SmdSecretItems and #SmdDatabase give them.
 */
typedef struct _SmdKeyVault SmdKeyVault;

/**
 * SmdKeyManner:
 * @interactive: whether the keyring may ask the user
 * @cancellable: (unowned) (nullable): ends the call early
 */
typedef struct
{
  gboolean interactive;
  GCancellable *cancellable; /* (unowned) */
} SmdKeyManner;

SmdKeyVault *smd_key_vault_new (SmdCrypto *crypto, SmdDatabase *database);
void smd_key_vault_free (SmdKeyVault *self);
/* Returns: (transfer none) */
SmdSecretItems *smd_key_vault_get_keyring (SmdKeyVault *self);

/**
 * smd_key_vault_load:
 * @fingerprint: of the public key
 * @item: (out): the id of the item that it came from
 *
 * Returns: (transfer full): the key; `NoPrivateKey`
 */
SmdPrivateKey *smd_key_vault_load (SmdKeyVault *self, const char *fingerprint, char **item, const SmdKeyManner *manner,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As smd_key_store_add() */
gboolean smd_key_vault_add (SmdKeyVault *self, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin,
                            const SmdKeyManner *manner, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As smd_key_store_remove() */
gboolean smd_key_vault_remove (SmdKeyVault *self, const char *fingerprint, const SmdKeyManner *manner,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As smd_key_store_discard() */
gboolean smd_key_vault_discard (SmdKeyVault *self, const char *key_fingerprint, const SmdKeyManner *manner,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As smd_key_store_sync(); @changed: (inout) */
gboolean smd_key_vault_sync (SmdKeyVault *self, gboolean *changed, const SmdKeyManner *manner,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
