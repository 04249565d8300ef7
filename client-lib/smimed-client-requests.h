/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-client.h"
#include "smimed-input.h"
#include "smimed-output.h"
#include "smimed-request.h"

G_BEGIN_DECLS

/* Keys that are made here, and requests for their certificates */

/**
 * smimed_client_create_request:
 * @address: the address that a certificate is wanted for
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Makes a key, which never leaves the keyring, and a request for its certificate. Option: `key-type`.
 *
 * Errors: %SMIMED_ERROR_INVALID_ARGUMENT, %SMIMED_ERROR_LOCKED, %SMIMED_ERROR_NOT_SUPPORTED.
 */
void smimed_client_create_request (SmimedClient *self, const char *address, SmimedOptions *options,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_create_request_finish:
 * @result: what the callback was given
 * @request: (out) (optional) (transfer full): what smimed_client_complete_request() wants to be told
 * @error: return location for an error
 *
 * Ends smimed_client_create_request().
 *
 * Returns: (transfer full): a PKCS#10 request in PEM
 */
SmimedOutput *smimed_client_create_request_finish (SmimedClient *self, GAsyncResult *result, char **request,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_create_request_sync:
 * @address: the address that a certificate is wanted for
 * @options: (nullable): options
 * @request: (out) (optional) (transfer full): what smimed_client_complete_request() wants to be told
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_create_request() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): a PKCS#10 request in PEM
 */
SmimedOutput *smimed_client_create_request_sync (SmimedClient *self, const char *address, SmimedOptions *options,
                                                 char **request, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_complete_request:
 * @request: what smimed_client_create_request() told
 * @certificates: what the certification authority sent: PEM, DER or PKCS#7
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Joins a certificate with the key that waits for it.
 *
 * Errors: %SMIMED_ERROR_NOT_FOUND (no such request), %SMIMED_ERROR_NO_CERTIFICATE (none fits the key),
 * %SMIMED_ERROR_MALFORMED.
 */
void smimed_client_complete_request (SmimedClient *self, const char *request, SmimedInput *certificates,
                                     SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);

/**
 * smimed_client_complete_request_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_complete_request().
 *
 * Returns: (transfer container) (element-type SmimedCertificate): the own certificate, then its issuers
 */
GPtrArray *smimed_client_complete_request_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_complete_request_sync:
 * @request: what smimed_client_create_request() told
 * @certificates: what the certification authority sent: PEM, DER or PKCS#7
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_complete_request() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer container) (element-type SmimedCertificate): the own certificate, then its issuers
 */
GPtrArray *smimed_client_complete_request_sync (SmimedClient *self, const char *request, SmimedInput *certificates,
                                                SmimedOptions *options, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_list_requests:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Tells which keys wait for their certificates. Prompts nobody.
 */
void smimed_client_list_requests (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_list_requests_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_list_requests().
 *
 * Returns: (transfer container) (element-type SmimedRequest): the requests, oldest first
 */
GPtrArray *smimed_client_list_requests_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_list_requests_sync:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_list_requests() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer container) (element-type SmimedRequest): the requests, oldest first
 */
GPtrArray *smimed_client_list_requests_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_discard_request:
 * @request: what smimed_client_create_request() told
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Deletes a key that waits for its certificate. A certificate that comes later is of no use then.
 *
 * Errors: %SMIMED_ERROR_NOT_FOUND, %SMIMED_ERROR_LOCKED.
 */
void smimed_client_discard_request (SmimedClient *self, const char *request, SmimedOptions *options,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_discard_request_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_discard_request().
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_client_discard_request_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_discard_request_sync:
 * @request: what smimed_client_create_request() told
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_discard_request() does, and waits for it. May be called from any thread.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_client_discard_request_sync (SmimedClient *self, const char *request, SmimedOptions *options,
                                             GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
