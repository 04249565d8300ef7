/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-options.h"
#include "smimed-validation.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_ACCOUNT (smimed_account_get_type ())
G_DECLARE_FINAL_TYPE (SmimedAccount, smimed_account, SMIMED, ACCOUNT, SmimedValue)

/**
 * SmimedAccount:
 *
 * An address that the user sends from.
 *
 * Those of [method@Client.get_accounts] follow the service, and belong to the main context that the client was made
 * in; one that a call returns tells the state of then.
 */

/**
 * SmimedAccount::changed:
 * @self: the object
 *
 * Emitted after any of its properties has changed, also one that this library does not know.
 */

/**
 * SmimedAccount:address: (getter get_address)
 *
 * The address that the account was registered with.
 */

/**
 * SmimedAccount:aliases: (getter get_aliases)
 *
 * Further addresses that it sends from.
 */

/**
 * SmimedAccount:ready: (getter is_ready)
 *
 * Whether there are a usable signing certificate and a usable encryption certificate.
 */

/**
 * SmimedAccount:missing: (getter get_missing)
 *
 * What keeps it from being ready.
 */

/**
 * SmimedAccount:signing-certificate: (getter get_signing_certificate)
 *
 * The certificate that it signs with.
 */

/**
 * SmimedAccount:encryption-certificate: (getter get_encryption_certificate)
 *
 * The certificate that it encrypts to itself with.
 */

/**
 * SmimedAccount:sign-by-default: (getter get_sign_by_default)
 *
 * Whether its messages are to be signed unless told otherwise.
 */

/**
 * SmimedAccount:encrypt-by-default: (getter get_encrypt_by_default)
 *
 * Whether its messages are to be encrypted unless told otherwise.
 */

/**
 * smimed_account_get_address: (get-property address)
 *
 * The address that the account was registered with.
 *
 * Returns: (transfer none) (nullable): an address
 */
const char *smimed_account_get_address (SmimedAccount *self);

/**
 * smimed_account_get_aliases: (get-property aliases)
 *
 * Further addresses that it sends from.
 *
 * Returns: (transfer full): addresses
 */
char **smimed_account_get_aliases (SmimedAccount *self);

/**
 * smimed_account_is_ready: (get-property ready)
 *
 * Whether there are a usable signing certificate and a usable encryption certificate.
 *
 * Returns: %TRUE if so
 */
gboolean smimed_account_is_ready (SmimedAccount *self);

/**
 * smimed_account_get_missing: (get-property missing)
 *
 * What keeps it from being ready.
 *
 * Returns: what no usable certificate is there for
 */
SmimedUsage smimed_account_get_missing (SmimedAccount *self);

/**
 * smimed_account_get_signing_certificate: (get-property signing-certificate)
 *
 * The certificate that it signs with.
 *
 * Returns: (transfer none) (nullable): a fingerprint, or %NULL
 */
const char *smimed_account_get_signing_certificate (SmimedAccount *self);

/**
 * smimed_account_get_encryption_certificate: (get-property encryption-certificate)
 *
 * The certificate that it encrypts to itself with.
 *
 * Returns: (transfer none) (nullable): a fingerprint, or %NULL
 */
const char *smimed_account_get_encryption_certificate (SmimedAccount *self);

/**
 * smimed_account_get_sign_by_default: (get-property sign-by-default)
 *
 * Whether its messages are to be signed unless told otherwise.
 *
 * Returns: %TRUE if so
 */
gboolean smimed_account_get_sign_by_default (SmimedAccount *self);

/**
 * smimed_account_get_encrypt_by_default: (get-property encrypt-by-default)
 *
 * Whether its messages are to be encrypted unless told otherwise.
 *
 * Returns: %TRUE if so
 */
gboolean smimed_account_get_encrypt_by_default (SmimedAccount *self);

/**
 * smimed_account_dup_problems:
 *
 * What is wrong with the certificates that it would use.
 *
 * Returns: (transfer container) (element-type SmimedProblem): the problems
 */
GPtrArray *smimed_account_dup_problems (SmimedAccount *self);

/**
 * smimed_account_get_sentence:
 *
 * Whether it is ready and what is missing, as a sentence for people.
 *
 * Returns: (transfer none): a translated sentence
 */
const char *smimed_account_get_sentence (SmimedAccount *self);

/**
 * smimed_account_set_certificates:
 * @signing: (nullable): the fingerprint of an own certificate; %NULL to have one chosen automatically
 * @encryption: (nullable): the same for encryption
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Fixes the certificates that the account uses.
 *
 * Errors: %SMIMED_ERROR_NOT_FOUND, %SMIMED_ERROR_NO_PRIVATE_KEY, %SMIMED_ERROR_ADDRESS_MISMATCH,
 * %SMIMED_ERROR_INVALID_ARGUMENT.
 */
void smimed_account_set_certificates (SmimedAccount *self, const char *signing, const char *encryption,
                                      SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);

/**
 * smimed_account_set_certificates_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_account_set_certificates().
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_account_set_certificates_finish (SmimedAccount *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_account_set_certificates_sync:
 * @signing: (nullable): the fingerprint of an own certificate; %NULL to have one chosen automatically
 * @encryption: (nullable): the same for encryption
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_account_set_certificates() does, and waits for it. May be called from any thread.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_account_set_certificates_sync (SmimedAccount *self, const char *signing, const char *encryption,
                                               SmimedOptions *options, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_account_store_sign_by_default:
 * @value: whether to
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Says whether the account's messages are to be signed unless told otherwise. The service remembers it.
 */
void smimed_account_store_sign_by_default (SmimedAccount *self, gboolean value, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_account_store_sign_by_default_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_account_store_sign_by_default().
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_account_store_sign_by_default_finish (SmimedAccount *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_account_store_sign_by_default_sync:
 * @value: whether to
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_account_store_sign_by_default() does, and waits for it. May be called from any thread.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_account_store_sign_by_default_sync (SmimedAccount *self, gboolean value, GCancellable *cancellable,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_account_store_encrypt_by_default:
 * @value: whether to
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Says whether the account's messages are to be encrypted unless told otherwise. The service remembers it.
 */
void smimed_account_store_encrypt_by_default (SmimedAccount *self, gboolean value, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_account_store_encrypt_by_default_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_account_store_encrypt_by_default().
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_account_store_encrypt_by_default_finish (SmimedAccount *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_account_store_encrypt_by_default_sync:
 * @value: whether to
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_account_store_encrypt_by_default() does, and waits for it. May be called from any thread.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_account_store_encrypt_by_default_sync (SmimedAccount *self, gboolean value, GCancellable *cancellable,
                                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
