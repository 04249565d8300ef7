/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-secret.h"

G_BEGIN_DECLS

#define SMD_TYPE_SECRET_ITEMS (smd_secret_items_get_type ())
G_DECLARE_FINAL_TYPE (SmdSecretItems, smd_secret_items, SMD, SECRET_ITEMS, GObject)

/**
 * SmdSecretItems:
 *
 * smimed's items in the Secret Service, each a text under a random id. Nothing is connected before the first call. All but
 * smd_secret_items_watch() block (on the service, on the user's answer to its prompt) and belong into worker threads; @cancellable ends
 * that at once.
 *
 * Items are looked for in all collections and made in the default one. Only what every Secret Service has is used: an item may be locked
 * while its collection is not, a locked collection may hide its items, and attributes may be read by anybody at any time: they are
 * the schema's name and the random id.
 *
 * Errors of all calls: `InteractionRequired` (locked, and @interactive is FALSE), `PromptDismissed`, `Locked` (still, after the
 * prompt), `Cancelled`, `Failed` (no service, or it refuses).
 *
 * Signal `locked`: on the main context, when a watched item can't be read any more.
 */

SmdSecretItems *smd_secret_items_new (void);

/**
 * smd_secret_items_unlock:
 * @create: make a default collection if there is none
 * @present: (out) (optional): whether there is one
 *
 * Unlocks the default collection.
 */
gboolean smd_secret_items_unlock (SmdSecretItems *self, gboolean create, gboolean interactive, gboolean *present,
                                  GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_secret_items_store:
 * @label: for people who look into their keyring; may be readable while it is locked
 * @text: UTF-8
 *
 * Makes an item in the default collection, which must be unlocked.
 */
gboolean smd_secret_items_store (SmdSecretItems *self, const char *id, const char *label, SmdSecret *text, GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the item's text; `NotFound` if there is no such item */
SmdSecret *smd_secret_items_load (SmdSecretItems *self, const char *id, gboolean interactive, GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): id (char *) -> text (#SmdSecret) of all items, after unlocking those that are locked */
GHashTable *smd_secret_items_load_all (SmdSecretItems *self, gboolean interactive, GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Deletes the item, if it is there. */
gboolean smd_secret_items_delete (SmdSecretItems *self, const char *id, gboolean interactive, GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Emits `locked` on the main context when the item, its collection or the service goes; at once if it has gone already. Any thread. */
void smd_secret_items_watch (SmdSecretItems *self, const char *id);

/**
 * smd_secret_items_find_password:
 * @file: a file's name, without its folder
 *
 * The password that somebody has stored for a delivered file of this name, or else for all (docs/managed.md). Prompts nobody.
 *
 * Returns: (transfer full): `NotFound`, `Locked` (it is, or may be, in a locked keyring)
 */
SmdSecret *smd_secret_items_find_password (SmdSecretItems *self, const char *file, GCancellable *cancellable,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
