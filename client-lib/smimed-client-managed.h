/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-client.h"
#include "smimed-managed-file.h"

G_BEGIN_DECLS

/* What an administrator delivers */

/**
 * smimed_client_list_managed:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Tells what has become of the PKCS#12 files that an administrator has delivered. Prompts nobody.
 */
void smimed_client_list_managed (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_list_managed_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_list_managed().
 *
 * Returns: (transfer container) (element-type SmimedManagedFile): the files
 */
GPtrArray *smimed_client_list_managed_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_list_managed_sync:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_list_managed() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer container) (element-type SmimedManagedFile): the files
 */
GPtrArray *smimed_client_list_managed_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
