/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-client.h"

G_BEGIN_DECLS

/* The switch and the accounts */

/**
 * smimed_client_enable:
 * @enabled: whether S/MIME shall be on
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Switches S/MIME on or off, for all accounts and all programs. The property `enabled` changes when the service has
 * done it.
 *
 * Errors: %SMIMED_ERROR_POLICY_FORBIDS (an administrator has locked it).
 */
void smimed_client_enable (SmimedClient *self, gboolean enabled, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_enable_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_enable().
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_client_enable_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_enable_sync:
 * @enabled: whether S/MIME shall be on
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_enable() does, and waits for it. May be called from any thread.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_client_enable_sync (SmimedClient *self, gboolean enabled, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_register_account:
 * @address: the account's address, as in the From field of what it sends
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Makes an account known: once for each identity that a mail program sends as, at each start. Option: `aliases`.
 *
 * Errors: %SMIMED_ERROR_INVALID_ARGUMENT (not an address), %SMIMED_ERROR_FAILED.
 */
void smimed_client_register_account (SmimedClient *self, const char *address, SmimedOptions *options,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_register_account_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_register_account().
 *
 * Returns: (transfer full): the account, as it is now
 */
SmimedAccount *smimed_client_register_account_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_register_account_sync:
 * @address: the account's address, as in the From field of what it sends
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_register_account() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): the account, as it is now
 */
SmimedAccount *smimed_client_register_account_sync (SmimedClient *self, const char *address, SmimedOptions *options,
                                                    GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_unregister_account:
 * @account: an account
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Forgets an account. Its certificates and keys stay.
 *
 * Errors: %SMIMED_ERROR_NO_SUCH_ACCOUNT.
 */
void smimed_client_unregister_account (SmimedClient *self, SmimedAccount *account, SmimedOptions *options,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_unregister_account_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_unregister_account().
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_client_unregister_account_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_unregister_account_sync:
 * @account: an account
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_unregister_account() does, and waits for it. May be called from any thread.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_client_unregister_account_sync (SmimedClient *self, SmimedAccount *account, SmimedOptions *options,
                                                GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
