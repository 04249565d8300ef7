/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-cert-record.h"
#include "smd-identity.h"

G_BEGIN_DECLS

#define SMD_TYPE_KEY_STORE (smd_key_store_get_type ())
G_DECLARE_INTERFACE (SmdKeyStore, smd_key_store, SMD, KEY_STORE, GObject)

/**
 * SmdKeyStoreInterface:
 *
 * The user's private keys. All methods may be called from any worker thread and may block (on the keyring, on the user's answer to a prompt);
 * @cancellable ends that at once. With @interactive FALSE nothing ever prompts: `InteractionRequired`. Other errors: `Locked`, `PromptDismissed`,
 * `Cancelled`, `Failed` (no Secret Service, disk full).
 *
 * @add: stores all of @identities (key, certificate, chain) and, as intermediates, their chains and @certificates; all or nothing, also across a kill.
 *   Idempotent: an identity that is there already is left as it is; a certificate for a key that waits for one joins it.
 * @lookup: the private key whose public key has this fingerprint (smd_private_key_get_fingerprint()); `NoPrivateKey` if there is none
 * @remove: forgets the key of this certificate and its own row for good; `NotFound`
 * @discard: forgets a key that waits for its certificate for good; `NotFound` if none with this fingerprint waits
 * @sync: makes the certificate store's own rows equal to what the Secret Service holds: after the database was lost, or a crash.
 *   Cheap if nothing is to be done. @changed: whether anything was.
 *
 * Of what a failed call was to bring about nothing is there, and nothing has gone; what it leaves in a keyring that can't be read just then isn't
 * seen by anybody, and goes with the next @sync.
 *
 * Signal `opened`, on the default main context: a @sync has something to do, and may be able to now.
 */
struct _SmdKeyStoreInterface
{
  GTypeInterface parent;
  gboolean (*add) (SmdKeyStore *self, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin, gboolean interactive,
                   GCancellable *cancellable, GError **error);
  SmdPrivateKey *(*lookup) (SmdKeyStore *self, const char *key_fingerprint, gboolean interactive, GCancellable *cancellable,
                            GError **error);
  gboolean (*remove) (SmdKeyStore *self, const char *fingerprint, gboolean interactive, GCancellable *cancellable, GError **error);
  gboolean (*discard) (SmdKeyStore *self, const char *key_fingerprint, gboolean interactive, GCancellable *cancellable, GError **error);
  gboolean (*sync) (SmdKeyStore *self, gboolean interactive, gboolean *changed, GCancellable *cancellable, GError **error);
};

gboolean smd_key_store_add (SmdKeyStore *self, GPtrArray *identities, GPtrArray *certificates, SmdOrigin origin,
                            gboolean interactive, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdPrivateKey *smd_key_store_lookup (SmdKeyStore *self, const char *key_fingerprint, gboolean interactive,
                                     GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_key_store_remove (SmdKeyStore *self, const char *fingerprint, gboolean interactive, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_key_store_discard (SmdKeyStore *self, const char *key_fingerprint, gboolean interactive, GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_key_store_sync (SmdKeyStore *self, gboolean interactive, gboolean *changed, GCancellable *cancellable,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
