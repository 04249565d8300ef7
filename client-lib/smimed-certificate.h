/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-options.h"
#include "smimed-validation.h"
#include "smimed-value.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_CERTIFICATE (smimed_certificate_get_type ())
G_DECLARE_FINAL_TYPE (SmimedCertificate, smimed_certificate, SMIMED, CERTIFICATE, SmimedValue)

/**
 * SmimedCertificate:
 *
 * A certificate.
 *
 * Those of [method@Client.get_certificates] follow the service, and belong to the main context that the client was
 * made in; one that a call returns tells the state of then.
 */

/**
 * SmimedCertificate::changed:
 * @self: the object
 *
 * Emitted after any of its properties has changed, also one that this library does not know.
 */

/**
 * SmimedCertificate:fingerprint: (getter get_fingerprint)
 *
 * The SHA-256 of its DER.
 */

/**
 * SmimedCertificate:subject: (getter get_subject)
 *
 * Whom it was issued for.
 */

/**
 * SmimedCertificate:issuer: (getter get_issuer)
 *
 * Who issued it.
 */

/**
 * SmimedCertificate:serial-number: (getter get_serial_number)
 *
 * Its serial number.
 */

/**
 * SmimedCertificate:addresses: (getter get_addresses)
 *
 * The mail addresses that it names.
 */

/**
 * SmimedCertificate:not-before: (getter get_not_before)
 *
 * The beginning of its validity.
 */

/**
 * SmimedCertificate:not-after: (getter get_not_after)
 *
 * The end of its validity.
 */

/**
 * SmimedCertificate:key-algorithm: (getter get_key_algorithm)
 *
 * The public key's algorithm.
 */

/**
 * SmimedCertificate:key-bits: (getter get_key_bits)
 *
 * The public key's size.
 */

/**
 * SmimedCertificate:key-usage: (getter get_key_usage)
 *
 * What the key may do.
 */

/**
 * SmimedCertificate:extended-key-usage: (getter get_extended_key_usage)
 *
 * What it is meant for.
 */

/**
 * SmimedCertificate:usages: (getter get_usages)
 *
 * What it may be used for in mail.
 */

/**
 * SmimedCertificate:own: (getter is_own)
 *
 * Whether the user has its private key.
 */

/**
 * SmimedCertificate:role: (getter get_role)
 *
 * What it is here for.
 */

/**
 * SmimedCertificate:origin: (getter get_origin)
 *
 * Where it comes from.
 */

/**
 * SmimedCertificate:trust: (getter get_trust)
 *
 * The user's own word on it.
 */

/**
 * SmimedCertificate:encoded: (getter get_encoded)
 *
 * The certificate itself.
 */

/**
 * smimed_certificate_get_fingerprint: (get-property fingerprint)
 *
 * The SHA-256 of its DER.
 *
 * Returns: (transfer none) (nullable): lower-case hexadecimal
 */
const char *smimed_certificate_get_fingerprint (SmimedCertificate *self);

/**
 * smimed_certificate_get_subject: (get-property subject)
 *
 * Whom it was issued for.
 *
 * Returns: (transfer none) (nullable): a name as in RFC 4514
 */
const char *smimed_certificate_get_subject (SmimedCertificate *self);

/**
 * smimed_certificate_get_issuer: (get-property issuer)
 *
 * Who issued it.
 *
 * Returns: (transfer none) (nullable): a name as in RFC 4514
 */
const char *smimed_certificate_get_issuer (SmimedCertificate *self);

/**
 * smimed_certificate_get_serial_number: (get-property serial-number)
 *
 * Its serial number.
 *
 * Returns: (transfer none) (nullable): lower-case hexadecimal
 */
const char *smimed_certificate_get_serial_number (SmimedCertificate *self);

/**
 * smimed_certificate_get_addresses: (get-property addresses)
 *
 * The mail addresses that it names.
 *
 * Returns: (transfer full): addresses
 */
char **smimed_certificate_get_addresses (SmimedCertificate *self);

/**
 * smimed_certificate_get_not_before: (get-property not-before)
 *
 * The beginning of its validity.
 *
 * Returns: seconds since 1970 in UTC
 */
gint64 smimed_certificate_get_not_before (SmimedCertificate *self);

/**
 * smimed_certificate_get_not_after: (get-property not-after)
 *
 * The end of its validity.
 *
 * Returns: seconds since 1970 in UTC
 */
gint64 smimed_certificate_get_not_after (SmimedCertificate *self);

/**
 * smimed_certificate_get_key_algorithm: (get-property key-algorithm)
 *
 * The public key's algorithm.
 *
 * Returns: (transfer none) (nullable): such as `rsa` or `p-256`
 */
const char *smimed_certificate_get_key_algorithm (SmimedCertificate *self);

/**
 * smimed_certificate_get_key_bits: (get-property key-bits)
 *
 * The public key's size.
 *
 * Returns: bits
 */
guint smimed_certificate_get_key_bits (SmimedCertificate *self);

/**
 * smimed_certificate_get_key_usage: (get-property key-usage)
 *
 * What the key may do.
 *
 * Returns: (transfer full): words for the bits of RFC 5280, such as `digital-signature`
 */
char **smimed_certificate_get_key_usage (SmimedCertificate *self);

/**
 * smimed_certificate_get_extended_key_usage: (get-property extended-key-usage)
 *
 * What it is meant for.
 *
 * Returns: (transfer full): words such as `email-protection`, or OIDs in dots
 */
char **smimed_certificate_get_extended_key_usage (SmimedCertificate *self);

/**
 * smimed_certificate_get_usages: (get-property usages)
 *
 * What it may be used for in mail.
 *
 * Returns: the usages
 */
SmimedUsage smimed_certificate_get_usages (SmimedCertificate *self);

/**
 * smimed_certificate_is_own: (get-property own)
 *
 * Whether the user has its private key.
 *
 * Returns: %TRUE if so
 */
gboolean smimed_certificate_is_own (SmimedCertificate *self);

/**
 * smimed_certificate_get_role: (get-property role)
 *
 * What it is here for.
 *
 * Returns: the role
 */
SmimedRole smimed_certificate_get_role (SmimedCertificate *self);

/**
 * smimed_certificate_get_origin: (get-property origin)
 *
 * Where it comes from.
 *
 * Returns: (transfer none) (nullable): `user`, `managed`, or a word such as `message`
 */
const char *smimed_certificate_get_origin (SmimedCertificate *self);

/**
 * smimed_certificate_get_trust: (get-property trust)
 *
 * The user's own word on it.
 *
 * Returns: the trust
 */
SmimedTrust smimed_certificate_get_trust (SmimedCertificate *self);

/**
 * smimed_certificate_get_encoded: (get-property encoded)
 *
 * The certificate itself.
 *
 * Returns: (transfer full) (nullable): its DER
 */
GBytes *smimed_certificate_get_encoded (SmimedCertificate *self);

/**
 * smimed_certificate_dup_name:
 *
 * A short name for lists: the common name, else the first address, else the whole subject.
 *
 * Returns: (transfer full): a name
 */
char *smimed_certificate_dup_name (SmimedCertificate *self);

/**
 * smimed_certificate_validate:
 * @usage: what it is wanted for
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Judges the certificate, with the issuers that the service knows.
 *
 * Errors: %SMIMED_ERROR_INVALID_ARGUMENT, %SMIMED_ERROR_NOT_FOUND (it was deleted meanwhile).
 */
void smimed_certificate_validate (SmimedCertificate *self, SmimedUsage usage, SmimedOptions *options,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_certificate_validate_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_certificate_validate().
 *
 * Returns: (transfer full): the verdict
 */
SmimedValidation *smimed_certificate_validate_finish (SmimedCertificate *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_certificate_validate_sync:
 * @usage: what it is wanted for
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_certificate_validate() does, and waits for it. May be called from any thread.
 *
 * Returns: (transfer full): the verdict
 */
SmimedValidation *smimed_certificate_validate_sync (SmimedCertificate *self, SmimedUsage usage, SmimedOptions *options,
                                                    GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_certificate_change_trust:
 * @trust: the new trust
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Overrides the trust in the certificate.
 *
 * Errors: %SMIMED_ERROR_NOT_FOUND, %SMIMED_ERROR_POLICY_FORBIDS.
 */
void smimed_certificate_change_trust (SmimedCertificate *self, SmimedTrust trust, SmimedOptions *options,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_certificate_change_trust_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_certificate_change_trust().
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_certificate_change_trust_finish (SmimedCertificate *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_certificate_change_trust_sync:
 * @trust: the new trust
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_certificate_change_trust() does, and waits for it. May be called from any thread.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_certificate_change_trust_sync (SmimedCertificate *self, SmimedTrust trust, SmimedOptions *options,
                                               GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_certificate_remove:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @callback: is called when it is done
 * @user_data: for @callback
 *
 * Deletes the certificate. An own one is deleted only with the option `delete-key`, and its key with it: mail that
 * was encrypted to it can't be read any more.
 *
 * Errors: %SMIMED_ERROR_INVALID_ARGUMENT (an own one without `delete-key`), %SMIMED_ERROR_NOT_FOUND,
 * %SMIMED_ERROR_LOCKED.
 */
void smimed_certificate_remove (SmimedCertificate *self, SmimedOptions *options, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);

/**
 * smimed_certificate_remove_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends smimed_certificate_remove().
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_certificate_remove_finish (SmimedCertificate *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_certificate_remove_sync:
 * @options: (nullable): options
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Does what smimed_certificate_remove() does, and waits for it. May be called from any thread.
 *
 * Returns: %TRUE if it was done
 */
gboolean smimed_certificate_remove_sync (SmimedCertificate *self, SmimedOptions *options, GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
