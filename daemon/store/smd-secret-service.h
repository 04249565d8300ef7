/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-database.h"
#include "smd-key-store.h"

G_BEGIN_DECLS

#define SMD_TYPE_SECRET_SERVICE (smd_secret_service_get_type ())
G_DECLARE_FINAL_TYPE (SmdSecretService, smd_secret_service, SMD, SECRET_SERVICE, GObject)

/**
 * SmdSecretService:
 *
 * #SmdKeyStore over the desktop's Secret Service: one item per identity, which holds key, certificate and chain as PEM, so that the database
 * can be made again from it. Nothing is connected before the first call that needs a key.
 *
 * An item's only attribute is a random id: attributes can be read while the keyring is locked. So, in some services, can labels: they
 * say "S/MIME key for <address>", because without the address nobody could tell which entry to keep, and it tells nothing that isn't
 * in each mail that the user sends and in the certificate, which lies beside in the database.
 *
 * A key without certificate is kept in an item of its own and waits. When its certificate comes, by smd_key_store_add() or by
 * smd_cert_store_add(), in whatever role, that becomes an own certificate at once and the key can be used; a new item that holds both
 * replaces the old one then (key store) or with the next smd_key_store_sync() (certificate store).
 */

/**
 * smd_secret_service_new:
 * @crypto: kept
 * @database: kept; where the own rows and the books of what the Secret Service holds are
 *
 * Returns: (transfer full): the key store; connects to nothing
 */
SmdSecretService *smd_secret_service_new (SmdCrypto *crypto, SmdDatabase *database);

/**
 * smd_secret_service_start_watching:
 *
 * Call once, where the default main context runs: from then on unlocked keys are kept in memory, until their item or collection
 * is locked, the service goes, or they haven't been used for a while. Without it each look-up asks the Secret Service. What a call leaves undone is
 * waited for (signal `opened`). Still connects to nothing.
 */
void smd_secret_service_start_watching (SmdSecretService *self);

/* How long a key is kept unused, the policy's `key-cache-seconds`; 0: not at all. Any thread. */
void smd_secret_service_set_cache_seconds (SmdSecretService *self, guint seconds);

G_END_DECLS
