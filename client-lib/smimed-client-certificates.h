/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-client.h"
#include "smimed-input.h"
#include "smimed-output.h"
#include "smimed-problem.h"
#include "smimed-query.h"

G_BEGIN_DECLS

/* Certificates and keys in and out */

/**
 * smimed_client_import_pkcs12:
 * @file: a PKCS#12 file
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Imports all keys and certificates of a file, or none. Options: a password, see smimed_options_set_password();
 * `origin`.
 *
 * Errors: %SMIMED_ERROR_WRONG_PASSWORD, %SMIMED_ERROR_LEGACY_ALGORITHM, %SMIMED_ERROR_MALFORMED,
 * %SMIMED_ERROR_NO_PRIVATE_KEY, %SMIMED_ERROR_LOCKED, %SMIMED_ERROR_PROMPT_DISMISSED.
 */
void smimed_client_import_pkcs12 (SmimedClient *self, SmimedInput *file, SmimedOptions *options,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_import_pkcs12_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_import_pkcs12().
 *
 * Returns: (transfer container) (element-type SmimedCertificate): the own certificates, then the others
 */
GPtrArray *smimed_client_import_pkcs12_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_import_pkcs12_sync:
 * @file: a PKCS#12 file
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_import_pkcs12() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer container) (element-type SmimedCertificate): the own certificates, then the others
 */
GPtrArray *smimed_client_import_pkcs12_sync (SmimedClient *self, SmimedInput *file, SmimedOptions *options,
                                             GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_import_certificates:
 * @file: certificates as PEM, DER or PKCS#7
 * @role: a correspondent, an intermediate or an anchor
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Imports certificates without keys.
 *
 * Errors: %SMIMED_ERROR_INVALID_ARGUMENT (another role), %SMIMED_ERROR_MALFORMED.
 */
void smimed_client_import_certificates (SmimedClient *self, SmimedInput *file, SmimedRole role, SmimedOptions *options,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_import_certificates_finish:
 * @result: what the callback was given
 * @refused: (out) (optional) (transfer container) (element-type SmimedProblem): why others were not
 * @error: return location for an error
 *
 * Ends smimed_client_import_certificates().
 *
 * Returns: (transfer container) (element-type SmimedCertificate): those that were imported, or were there already
 */
GPtrArray *smimed_client_import_certificates_finish (SmimedClient *self, GAsyncResult *result, GPtrArray **refused,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_import_certificates_sync:
 * @file: certificates as PEM, DER or PKCS#7
 * @role: a correspondent, an intermediate or an anchor
 * @options: (nullable): options
 * @refused: (out) (optional) (transfer container) (element-type SmimedProblem): why others were not
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_import_certificates() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer container) (element-type SmimedCertificate): those that were imported, or were there already
 */
GPtrArray *smimed_client_import_certificates_sync (SmimedClient *self, SmimedInput *file, SmimedRole role,
                                                   SmimedOptions *options, GPtrArray **refused,
                                                   GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_import_from_message:
 * @message: a whole signed RFC 5322 message
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Remembers the sender's encryption certificate of a message whose sender is proven.
 *
 * Errors: %SMIMED_ERROR_NOT_PROTECTED, %SMIMED_ERROR_CERTIFICATE_INVALID (the sender is not proven),
 * %SMIMED_ERROR_ADDRESS_MISMATCH, %SMIMED_ERROR_POLICY_FORBIDS.
 */
void smimed_client_import_from_message (SmimedClient *self, SmimedInput *message, SmimedOptions *options,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_import_from_message_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_import_from_message().
 *
 * Returns: (transfer container) (element-type SmimedCertificate): the certificates
 */
GPtrArray *smimed_client_import_from_message_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_import_from_message_sync:
 * @message: a whole signed RFC 5322 message
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_import_from_message() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer container) (element-type SmimedCertificate): the certificates
 */
GPtrArray *smimed_client_import_from_message_sync (SmimedClient *self, SmimedInput *message, SmimedOptions *options,
                                                   GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_find:
 * @query: (nullable): what to look for; %NULL: everything
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Finds certificates, correspondents' included.
 */
void smimed_client_find (SmimedClient *self, SmimedQuery *query, SmimedOptions *options, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_find_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_find().
 *
 * Returns: (transfer container) (element-type SmimedCertificate): the certificates
 */
GPtrArray *smimed_client_find_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_find_sync:
 * @query: (nullable): what to look for; %NULL: everything
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_find() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer container) (element-type SmimedCertificate): the certificates
 */
GPtrArray *smimed_client_find_sync (SmimedClient *self, SmimedQuery *query, SmimedOptions *options,
                                    GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_export_pkcs12:
 * @fingerprints: (array zero-terminated=1): of own certificates
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Exports keys with their certificates and chains to a PKCS#12 file. Options: a password, see
 * smimed_options_set_password().
 *
 * Errors: %SMIMED_ERROR_WEAK_PASSWORD, %SMIMED_ERROR_NOT_FOUND, %SMIMED_ERROR_NO_PRIVATE_KEY, %SMIMED_ERROR_LOCKED.
 */
void smimed_client_export_pkcs12 (SmimedClient *self, const char *const *fingerprints, SmimedOptions *options,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_export_pkcs12_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_export_pkcs12().
 *
 * Returns: (transfer full): the file
 */
SmimedOutput *smimed_client_export_pkcs12_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_export_pkcs12_sync:
 * @fingerprints: (array zero-terminated=1): of own certificates
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_export_pkcs12() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): the file
 */
SmimedOutput *smimed_client_export_pkcs12_sync (SmimedClient *self, const char *const *fingerprints,
                                                SmimedOptions *options, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_load_certificate:
 * @fingerprint: the lower-case hexadecimal SHA-256 of its DER
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Reads a certificate that a report tells the fingerprint of.
 *
 * Errors: %SMIMED_ERROR_NOT_FOUND.
 */
void smimed_client_load_certificate (SmimedClient *self, const char *fingerprint, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_load_certificate_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_load_certificate().
 *
 * Returns: (transfer full): the certificate
 */
SmimedCertificate *smimed_client_load_certificate_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_load_certificate_sync:
 * @fingerprint: the lower-case hexadecimal SHA-256 of its DER
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_load_certificate() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): the certificate
 */
SmimedCertificate *smimed_client_load_certificate_sync (SmimedClient *self, const char *fingerprint,
                                                        GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_validate:
 * @chain: (element-type GBytes): DER: first the certificate, then candidate issuers in any order
 * @usage: what it is wanted for
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Judges a certificate. Options: `at`, `address`, `policies`, `require-explicit-policy`, `inhibit-policy-mapping`,
 * `inhibit-any-policy`, `revocation`.
 *
 * Errors: %SMIMED_ERROR_MALFORMED (the first certificate can not be read).
 */
void smimed_client_validate (SmimedClient *self, GPtrArray *chain, SmimedUsage usage, SmimedOptions *options,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_validate_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_validate().
 *
 * Returns: (transfer full): the verdict
 */
SmimedValidation *smimed_client_validate_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_validate_sync:
 * @chain: (element-type GBytes): DER: first the certificate, then candidate issuers in any order
 * @usage: what it is wanted for
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_validate() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): the verdict
 */
SmimedValidation *smimed_client_validate_sync (SmimedClient *self, GPtrArray *chain, SmimedUsage usage,
                                               SmimedOptions *options, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_generate_password:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Makes a strong password, to be shown to the user and given to smimed_client_export_pkcs12(). It is not kept.
 */
void smimed_client_generate_password (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_client_generate_password_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_client_generate_password().
 *
 * Returns: (transfer full): a password, without a line end
 */
SmimedOutput *smimed_client_generate_password_finish (SmimedClient *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_client_generate_password_sync:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_client_generate_password() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): a password, without a line end
 */
SmimedOutput *smimed_client_generate_password_sync (SmimedClient *self, SmimedOptions *options,
                                                    GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
