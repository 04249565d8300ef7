/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-client.h"
#include "smimed-input.h"
#include "smimed-report.h"
#include "smimed-sealed.h"

G_BEGIN_DECLS

/* Signing, encrypting, opening and verifying messages */

/**
 * smimed_client_sign:
 * @message: a whole RFC 5322 message; with the format `detached` an entity that is canonical already
 * @from: the address that it is sent from: an account's address or alias
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Signs a message. Options: `format`, `purpose`.
 *
 * Errors: %SMIMED_ERROR_DISABLED, %SMIMED_ERROR_NO_SUCH_ACCOUNT, %SMIMED_ERROR_NO_CERTIFICATE,
 * %SMIMED_ERROR_CERTIFICATE_INVALID, %SMIMED_ERROR_ADDRESS_MISMATCH, %SMIMED_ERROR_DRAFT, %SMIMED_ERROR_LOCKED.
 */
void smimed_client_sign (SmimedClient *self, SmimedInput *message, const char *from, SmimedOptions *options,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_sign_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_sign().
 *
 * Returns: (transfer full): the signed message
 */
SmimedSealed *smimed_client_sign_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_sign_sync:
 * @message: a whole RFC 5322 message; with the format `detached` an entity that is canonical already
 * @from: the address that it is sent from: an account's address or alias
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_sign() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): the signed message
 */
SmimedSealed *smimed_client_sign_sync (SmimedClient *self, SmimedInput *message, const char *from,
                                       SmimedOptions *options, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_encrypt:
 * @message: a whole RFC 5322 message
 * @from: the address that it is sent from: an account's address or alias
 * @recipients: (array zero-terminated=1): the addresses of To and Cc
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Encrypts a message, with the option `sign` signed first. All or nothing: with one unusable address, nothing is
 * made. Options: `sign`, `signature-format`, `bcc`, `cipher`, `format`, `purpose`.
 *
 * Errors: %SMIMED_ERROR_RECIPIENTS_NOT_READY (smimed_client_evaluate() tells why), %SMIMED_ERROR_NOT_READY, and those
 * of smimed_client_sign().
 */
void smimed_client_encrypt (SmimedClient *self, SmimedInput *message, const char *from, const char *const *recipients,
                            SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);

/**
 * smimed_client_encrypt_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_encrypt().
 *
 * Returns: (transfer full): the messages to be sent
 */
SmimedSealed *smimed_client_encrypt_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_encrypt_sync:
 * @message: a whole RFC 5322 message
 * @from: the address that it is sent from: an account's address or alias
 * @recipients: (array zero-terminated=1): the addresses of To and Cc
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_encrypt() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): the messages to be sent
 */
SmimedSealed *smimed_client_encrypt_sync (SmimedClient *self, SmimedInput *message, const char *from,
                                          const char *const *recipients, SmimedOptions *options,
                                          GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_open:
 * @message: a whole RFC 5322 message, or with the option `content-type` a bare CMS object
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Peels every layer at the root of a message: decrypts, verifies, decompresses. A bad signature is a result, told in
 * the report. Options: `entity-only`, `content-type`, `sender`, `received-at`.
 *
 * Errors: %SMIMED_ERROR_DISABLED, %SMIMED_ERROR_NOT_PROTECTED (show the message as it is),
 * %SMIMED_ERROR_NO_PRIVATE_KEY, %SMIMED_ERROR_INTEGRITY_FAILURE, %SMIMED_ERROR_MALFORMED, %SMIMED_ERROR_LOCKED.
 */
void smimed_client_open (SmimedClient *self, SmimedInput *message, SmimedOptions *options, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_open_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_open().
 *
 * Returns: (transfer full): what is certain, with the content
 */
SmimedReport *smimed_client_open_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_open_sync:
 * @message: a whole RFC 5322 message, or with the option `content-type` a bare CMS object
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_open() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): what is certain, with the content
 */
SmimedReport *smimed_client_open_sync (SmimedClient *self, SmimedInput *message, SmimedOptions *options,
                                       GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_verify:
 * @content: the signed entity, header fields included, as in the message
 * @signature: the signature: DER, base64 or PEM
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Verifies a detached signature, for programs that have split the message already. Options: `sender`, `received-at`.
 *
 * Errors: %SMIMED_ERROR_DISABLED, %SMIMED_ERROR_MALFORMED.
 */
void smimed_client_verify (SmimedClient *self, SmimedInput *content, SmimedInput *signature, SmimedOptions *options,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_verify_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_verify().
 *
 * Returns: (transfer full): what is certain
 */
SmimedReport *smimed_client_verify_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_verify_sync:
 * @content: the signed entity, header fields included, as in the message
 * @signature: the signature: DER, base64 or PEM
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_verify() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): what is certain
 */
SmimedReport *smimed_client_verify_sync (SmimedClient *self, SmimedInput *content, SmimedInput *signature,
                                         SmimedOptions *options, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_inspect:
 * @message: a whole RFC 5322 message, or with the option `content-type` a bare CMS object
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Tells the outermost layer and whom it is from or for. Needs neither a key nor the network, and judges nothing.
 * Option: `content-type`.
 *
 * Errors: %SMIMED_ERROR_DISABLED, %SMIMED_ERROR_NOT_PROTECTED, %SMIMED_ERROR_MALFORMED.
 */
void smimed_client_inspect (SmimedClient *self, SmimedInput *message, SmimedOptions *options, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_inspect_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_inspect().
 *
 * Returns: (transfer full): the layer
 */
SmimedReport *smimed_client_inspect_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_inspect_sync:
 * @message: a whole RFC 5322 message, or with the option `content-type` a bare CMS object
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_inspect() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): the layer
 */
SmimedReport *smimed_client_inspect_sync (SmimedClient *self, SmimedInput *message, SmimedOptions *options,
                                          GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
