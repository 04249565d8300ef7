/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SMIMED_ERROR:
 *
 * The error domain of smimed. One list serves the daemon and its clients: on the bus each code is the D-Bus error
 * `org.smimed.Smime1.Error.` followed by its name.
 */
#define SMIMED_ERROR (smimed_error_quark ())

/**
 * SmimedError:
 * @SMIMED_ERROR_FAILED: something unforeseen; the message tells what
 * @SMIMED_ERROR_INVALID_ARGUMENT: an argument or an option is unknown, of a wrong type or out of range
 * @SMIMED_ERROR_DISABLED: S/MIME is switched off (`Manager.Enabled`)
 * @SMIMED_ERROR_NO_SUCH_ACCOUNT: no account is registered for the address
 * @SMIMED_ERROR_NOT_READY: the account lacks a usable certificate
 * @SMIMED_ERROR_NO_CERTIFICATE: no certificate matches
 * @SMIMED_ERROR_NO_PRIVATE_KEY: none of the user's private keys fits
 * @SMIMED_ERROR_LOCKED: the keyring is locked and could not be unlocked
 * @SMIMED_ERROR_PROMPT_DISMISSED: the user closed the prompt
 * @SMIMED_ERROR_INTERACTION_REQUIRED: a prompt would be needed, and the call forbade it
 * @SMIMED_ERROR_CANCELLED: the call was cancelled
 * @SMIMED_ERROR_DEADLINE_EXCEEDED: the call's deadline passed
 * @SMIMED_ERROR_RECIPIENTS_NOT_READY: a recipient has no usable certificate
 * @SMIMED_ERROR_CERTIFICATE_INVALID: the own certificate may not be used
 * @SMIMED_ERROR_ADDRESS_MISMATCH: the From address is not the account's
 * @SMIMED_ERROR_WRONG_PASSWORD: the password does not open the file
 * @SMIMED_ERROR_WEAK_PASSWORD: the password is too weak to protect a private key
 * @SMIMED_ERROR_LEGACY_ALGORITHM: the data needs an algorithm that is not available
 * @SMIMED_ERROR_MALFORMED: the data is damaged or not what it claims to be
 * @SMIMED_ERROR_NOT_PROTECTED: no S/MIME layer at the root of the message
 * @SMIMED_ERROR_INTEGRITY_FAILURE: decryption failed; deliberately one error for every cause
 * @SMIMED_ERROR_TOO_LARGE: the input exceeds `max-message-size`
 * @SMIMED_ERROR_LIMIT_EXCEEDED: a limit (nesting, parts, calls under way) is exceeded
 * @SMIMED_ERROR_POLICY_FORBIDS: the policy forbids the call
 * @SMIMED_ERROR_DRAFT: drafts are never protected
 * @SMIMED_ERROR_NOT_FOUND: no such object
 * @SMIMED_ERROR_ACCESS_DENIED: the caller may not do this
 * @SMIMED_ERROR_NOT_SUPPORTED: this build cannot do it
 *
 * Why a call failed. smimed_error_describe() tells users.
 */
typedef enum
{
  SMIMED_ERROR_FAILED,
  SMIMED_ERROR_INVALID_ARGUMENT,
  SMIMED_ERROR_DISABLED,
  SMIMED_ERROR_NO_SUCH_ACCOUNT,
  SMIMED_ERROR_NOT_READY,
  SMIMED_ERROR_NO_CERTIFICATE,
  SMIMED_ERROR_NO_PRIVATE_KEY,
  SMIMED_ERROR_LOCKED,
  SMIMED_ERROR_PROMPT_DISMISSED,
  SMIMED_ERROR_INTERACTION_REQUIRED,
  SMIMED_ERROR_CANCELLED,
  SMIMED_ERROR_DEADLINE_EXCEEDED,
  SMIMED_ERROR_RECIPIENTS_NOT_READY,
  SMIMED_ERROR_CERTIFICATE_INVALID,
  SMIMED_ERROR_ADDRESS_MISMATCH,
  SMIMED_ERROR_WRONG_PASSWORD,
  SMIMED_ERROR_WEAK_PASSWORD,
  SMIMED_ERROR_LEGACY_ALGORITHM,
  SMIMED_ERROR_MALFORMED,
  SMIMED_ERROR_NOT_PROTECTED,
  SMIMED_ERROR_INTEGRITY_FAILURE,
  SMIMED_ERROR_TOO_LARGE,
  SMIMED_ERROR_LIMIT_EXCEEDED,
  SMIMED_ERROR_POLICY_FORBIDS,
  SMIMED_ERROR_DRAFT,
  SMIMED_ERROR_NOT_FOUND,
  SMIMED_ERROR_ACCESS_DENIED,
  SMIMED_ERROR_NOT_SUPPORTED,
} SmimedError;

/**
 * SMIMED_N_ERRORS:
 *
 * How many codes there are.
 */
#define SMIMED_N_ERRORS ((guint) SMIMED_ERROR_NOT_SUPPORTED + 1)

/**
 * smimed_error_quark:
 *
 * The error domain itself; asked for once, replies of the bus come back as its errors.
 *
 * Returns: %SMIMED_ERROR
 */
GQuark smimed_error_quark (void);

G_END_DECLS
