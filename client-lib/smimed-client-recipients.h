/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-client.h"
#include "smimed-evaluation.h"

G_BEGIN_DECLS

/* Whether a message can be encrypted */

/**
 * smimed_client_evaluate:
 * @from: the address that it is sent from: an account's address or alias
 * @recipients: (array zero-terminated=1): all addresses of To, Cc and Bcc
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Tells for each address whether it can be encrypted to, why not and what helps. Asked while addresses are typed.
 *
 * Errors: %SMIMED_ERROR_DISABLED, %SMIMED_ERROR_NO_SUCH_ACCOUNT, %SMIMED_ERROR_INVALID_ARGUMENT (not an address).
 */
void smimed_client_evaluate (SmimedClient *self, const char *from, const char *const *recipients,
                             SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * smimed_client_evaluate_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_evaluate().
 *
 * Returns: (transfer full): the verdicts
 */
SmimedEvaluation *smimed_client_evaluate_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_evaluate_sync:
 * @from: the address that it is sent from: an account's address or alias
 * @recipients: (array zero-terminated=1): all addresses of To, Cc and Bcc
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_evaluate() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): the verdicts
 */
SmimedEvaluation *smimed_client_evaluate_sync (SmimedClient *self, const char *from, const char *const *recipients,
                                               SmimedOptions *options, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
