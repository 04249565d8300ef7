/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smimed-enums.h"

G_BEGIN_DECLS

#define SMIMED_TYPE_OPTIONS (smimed_options_get_type ())
G_DECLARE_FINAL_TYPE (SmimedOptions, smimed_options, SMIMED, OPTIONS, GObject)

/**
 * SmimedOptions:
 *
 * The options of a call. Each is a property; those that were never set are not sent, so that the service's default counts. A method
 * that doesn't know an option fails with %SMIMED_ERROR_INVALID_ARGUMENT. One object can serve many calls, one after the other or at once.
 *
 * In C: `g_object_new (SMIMED_TYPE_OPTIONS, "sign", TRUE, "deadline", 5000, NULL)`.
 */

/**
 * SmimedOptions:deadline:
 *
 * Milliseconds for the whole call; after them it fails with %SMIMED_ERROR_DEADLINE_EXCEEDED. 0 is a deadline, too.
 * Unset: none.
 */

/**
 * SmimedOptions:interactive:
 *
 * Whether the service may ask the user for a password or to unlock the keyring; if not, the call fails with
 * %SMIMED_ERROR_INTERACTION_REQUIRED where it would have to. Unset: it may.
 */

/**
 * SmimedOptions:network:
 *
 * Whether the call may use the network.
 */

/**
 * SmimedOptions:aliases:
 *
 * Further addresses that the account sends from. For smimed_client_register_account().
 */

/**
 * SmimedOptions:format:
 *
 * What the output looks like: for smimed_client_sign() clear (the default), opaque or detached; for
 * smimed_client_encrypt() mime (the default) or raw.
 */

/**
 * SmimedOptions:purpose:
 *
 * What the message is made for. For smimed_client_sign() and smimed_client_encrypt().
 */

/**
 * SmimedOptions:signature-format:
 *
 * What the signature inside looks like: clear (the default) or opaque. For smimed_client_encrypt().
 */

/**
 * SmimedOptions:sign:
 *
 * Whether the message is signed before it is encrypted. For smimed_client_encrypt().
 */

/**
 * SmimedOptions:bcc:
 *
 * Blind recipients: each gets a copy of its own. For smimed_client_encrypt().
 */

/**
 * SmimedOptions:cipher:
 *
 * `auto`, or a cipher of [property@Client:features]. For smimed_client_encrypt().
 */

/**
 * SmimedOptions:entity-only:
 *
 * Whether the inner entity alone is given out, byte for byte what was signed. For smimed_client_open().
 */

/**
 * SmimedOptions:content-type:
 *
 * The media type of a bare CMS object, `application/pkcs7-mime` or `application/pkcs7-signature`, where the input is
 * not a message. For smimed_client_open() and smimed_client_inspect().
 */

/**
 * SmimedOptions:depth:
 *
 * How many layers are peeled at most, for programs that show what is inside themselves. For smimed_client_open().
 */

/**
 * SmimedOptions:as-is:
 *
 * Whether the content is no MIME entity, and its bytes are hashed as they are, whatever its line ends. For smimed_client_verify().
 */

/**
 * SmimedOptions:sender:
 *
 * The address that signers are compared with, instead of the From or Sender field. For smimed_client_open() and
 * smimed_client_verify().
 */

/**
 * SmimedOptions:received-at:
 *
 * When the message came, in seconds since 1970: signers are also judged as of then. For smimed_client_open() and
 * smimed_client_verify().
 */

/**
 * SmimedOptions:origin:
 *
 * `user` or `managed`. For smimed_client_import_pkcs12().
 */

/**
 * SmimedOptions:key-type:
 *
 * `rsa-3072`, `rsa-2048`, `rsa-4096`, `p-256` or `p-384`. For smimed_client_create_request().
 */

/**
 * SmimedOptions:at:
 *
 * Judge as of then, in seconds since 1970. For validations.
 */

/**
 * SmimedOptions:address:
 *
 * The certificate must name this address. For validations.
 */

/**
 * SmimedOptions:policies:
 *
 * The acceptable policies, as OIDs in dots. For validations.
 */

/**
 * SmimedOptions:require-explicit-policy:
 *
 * RFC 5280, section 6.1.1 (f). For validations.
 */

/**
 * SmimedOptions:inhibit-policy-mapping:
 *
 * RFC 5280, section 6.1.1 (e). For validations.
 */

/**
 * SmimedOptions:inhibit-any-policy:
 *
 * RFC 5280, section 6.1.1 (g). For validations.
 */

/**
 * SmimedOptions:revocation:
 *
 * How strictly revocation is checked, instead of the policy. For validations.
 */

/**
 * SmimedOptions:delete-key:
 *
 * Whether a private key may be deleted with its certificate: mail that was encrypted to it can't be read any more.
 * For smimed_certificate_remove().
 */

/**
 * SmimedOptions:force:
 *
 * Whether everything is fetched, not only what is due. For smimed_client_refresh_revocation().
 */

/**
 * SmimedProgressFunc:
 * @fraction: from 0 to 1; -1 if it isn't known
 * @bytes_done: how many bytes of the message have been read
 * @stage: what the service is doing; a word for logs
 * @user_data: (closure): what was given with the function
 *
 * Is told how far a call has come.
 */
typedef void (*SmimedProgressFunc) (double fraction, guint64 bytes_done, const char *stage, gpointer user_data);

/**
 * smimed_options_new:
 *
 * Options, none of which is set.
 *
 * Returns: (transfer full): new options
 */
SmimedOptions *smimed_options_new (void);

/**
 * smimed_options_set_extra:
 * @extra: (nullable): an `a{sv}`; a floating one is consumed
 *
 * Sets options by their keys on the bus, for those that a newer service has and this library doesn't know. They go before
 * the properties.
 */
void smimed_options_set_extra (SmimedOptions *self, GVariant *extra);

/**
 * smimed_options_set_progress:
 * @progress: (nullable) (scope notified) (closure user_data) (destroy destroy): is called in the main context of the call
 * @user_data: for @progress
 * @destroy: frees @user_data
 *
 * Asks to be told how far calls with these options have come. A call that is over within a tenth of a second may tell nothing.
 */
void smimed_options_set_progress (SmimedOptions *self, SmimedProgressFunc progress, gpointer user_data,
                                  GDestroyNotify destroy);

/**
 * smimed_options_set_password:
 * @password: (nullable): the password
 * @error: return location for an error
 *
 * Sets the password of a PKCS#12 file. It is kept in a file in memory, and travels as a file descriptor, never over the bus. Without
 * one the service asks the user. For smimed_client_import_pkcs12() and smimed_client_export_pkcs12().
 *
 * Returns: %FALSE on error: no memory, no descriptor left
 */
gboolean smimed_options_set_password (SmimedOptions *self, GBytes *password, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smimed_options_set_password_fd:
 * @fd: a file descriptor to read the password from, once; one newline at its end is dropped. The caller keeps it. -1: none
 * @error: return location for an error
 *
 * Like smimed_options_set_password(), for a password that this process need not see.
 *
 * Returns: %FALSE on error: not a descriptor, no descriptor left
 */
gboolean smimed_options_set_password_fd (SmimedOptions *self, int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
