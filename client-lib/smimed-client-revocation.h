/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-client.h"
#include "smimed-input.h"
#include "smimed-revocation-entry.h"

G_BEGIN_DECLS

/* The revocation information that is at hand */

/**
 * smimed_client_refresh_revocation:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Fetches every CRL that is due. One that can not be fetched is a result with the state
 * %SMIMED_REVOCATION_STATE_FAILED. Option: `force`.
 *
 * Errors: %SMIMED_ERROR_DEADLINE_EXCEEDED, %SMIMED_ERROR_NOT_SUPPORTED.
 */
void smimed_client_refresh_revocation (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_refresh_revocation_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_refresh_revocation().
 *
 * Returns: (transfer container) (element-type SmimedRevocationEntry): what was fetched
 */
GPtrArray *smimed_client_refresh_revocation_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_refresh_revocation_sync:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_refresh_revocation() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer container) (element-type SmimedRevocationEntry): what was fetched
 */
GPtrArray *smimed_client_refresh_revocation_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_list_revocation:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Tells what revocation information is at hand. Fetches nothing.
 */
void smimed_client_list_revocation (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_list_revocation_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_list_revocation().
 *
 * Returns: (transfer container) (element-type SmimedRevocationEntry): all that is at hand
 */
GPtrArray *smimed_client_list_revocation_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_list_revocation_sync:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_list_revocation() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer container) (element-type SmimedRevocationEntry): all that is at hand
 */
GPtrArray *smimed_client_list_revocation_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_import_crl:
 * @crl: a CRL, DER or PEM
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Imports a CRL whose issuer is known and whose signature is good.
 *
 * Errors: %SMIMED_ERROR_MALFORMED, %SMIMED_ERROR_CERTIFICATE_INVALID, %SMIMED_ERROR_TOO_LARGE.
 */
void smimed_client_import_crl (SmimedClient *self, SmimedInput *crl, SmimedOptions *options, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_import_crl_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_import_crl().
 *
 * Returns: (transfer full): what was imported
 */
SmimedRevocationEntry *smimed_client_import_crl_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_import_crl_sync:
 * @crl: a CRL, DER or PEM
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_import_crl() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): what was imported
 */
SmimedRevocationEntry *smimed_client_import_crl_sync (SmimedClient *self, SmimedInput *crl, SmimedOptions *options,
                                                      GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_flush_revocation:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Forgets all revocation information.
 */
void smimed_client_flush_revocation (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_flush_revocation_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_flush_revocation().
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_client_flush_revocation_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_flush_revocation_sync:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_flush_revocation() does, and waits for it. May be called from any thread.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_client_flush_revocation_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
