/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmimedProblemCode:
 * @SMIMED_PROBLEM_EXPIRED: the certificate has expired
 * @SMIMED_PROBLEM_NOT_YET_VALID: the certificate is not valid yet
 * @SMIMED_PROBLEM_REVOKED: the certificate was revoked by its issuer
 * @SMIMED_PROBLEM_REVOCATION_UNAVAILABLE: nobody could say whether the certificate has been revoked
 * @SMIMED_PROBLEM_REVOCATION_STALE: the list of revoked certificates is out of date
 * @SMIMED_PROBLEM_UNTRUSTED_ROOT: the certificate was issued by an authority that you don't trust
 * @SMIMED_PROBLEM_ISSUER_UNAVAILABLE: the certificate of its issuer is missing
 * @SMIMED_PROBLEM_DISTRUSTED: you have marked this certificate as not to be trusted
 * @SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE: the certificate is a forgery: its issuer's signature is wrong
 * @SMIMED_PROBLEM_NOT_A_CA: the certificate may not issue other certificates
 * @SMIMED_PROBLEM_PATH_LENGTH: the chain of issuers is longer than its authority permits
 * @SMIMED_PROBLEM_NAME_CONSTRAINTS: the issuer may not issue certificates for this name
 * @SMIMED_PROBLEM_POLICY: the certificate does not follow the required policy
 * @SMIMED_PROBLEM_KEY_USAGE: the certificate's key is not meant for this use
 * @SMIMED_PROBLEM_EXTENDED_KEY_USAGE: the certificate is not meant for e-mail
 * @SMIMED_PROBLEM_UNKNOWN_CRITICAL_EXTENSION: the certificate has a condition that this program doesn't know
 * @SMIMED_PROBLEM_WEAK_ALGORITHM: it rests on an algorithm that is no longer safe
 * @SMIMED_PROBLEM_WEAK_KEY: the certificate's key is too short to be safe
 * @SMIMED_PROBLEM_MALFORMED: it is damaged or was made wrongly
 * @SMIMED_PROBLEM_ADDRESS_MISMATCH: the certificate belongs to another e-mail address
 * @SMIMED_PROBLEM_NO_CERTIFICATE: there is no certificate
 * @SMIMED_PROBLEM_NO_PRIVATE_KEY: the private key is missing
 * @SMIMED_PROBLEM_SIGNATURE_MISMATCH: the message was changed after it was signed
 * @SMIMED_PROBLEM_MISSING_SIGNED_ATTRIBUTES: the signature lacks what protects it from forgery
 * @SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM: it uses an algorithm that this program doesn't know
 * @SMIMED_PROBLEM_EXPIRING_SOON: the certificate expires soon
 * @SMIMED_PROBLEM_DIRECTORY_UNREACHABLE: the directory could not be reached
 * @SMIMED_PROBLEM_NO_INTEGRITY: the encryption does not show whether the message was changed on its way
 * @SMIMED_PROBLEM_SIGNING_TIME_SKEW: the message was signed at another time than its date says
 * @SMIMED_PROBLEM_ERRANT_LAYER: a part of the message is signed or encrypted for itself; that says nothing about the rest
 *
 * What can be wrong with a certificate, a chain or a signature: the closed list of `code` words on the bus.
 */
typedef enum
{
  SMIMED_PROBLEM_EXPIRED,
  SMIMED_PROBLEM_NOT_YET_VALID,
  SMIMED_PROBLEM_REVOKED,
  SMIMED_PROBLEM_REVOCATION_UNAVAILABLE,
  SMIMED_PROBLEM_REVOCATION_STALE,
  SMIMED_PROBLEM_UNTRUSTED_ROOT,
  SMIMED_PROBLEM_ISSUER_UNAVAILABLE,
  SMIMED_PROBLEM_DISTRUSTED,
  SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE,
  SMIMED_PROBLEM_NOT_A_CA,
  SMIMED_PROBLEM_PATH_LENGTH,
  SMIMED_PROBLEM_NAME_CONSTRAINTS,
  SMIMED_PROBLEM_POLICY,
  SMIMED_PROBLEM_KEY_USAGE,
  SMIMED_PROBLEM_EXTENDED_KEY_USAGE,
  SMIMED_PROBLEM_UNKNOWN_CRITICAL_EXTENSION,
  SMIMED_PROBLEM_WEAK_ALGORITHM,
  SMIMED_PROBLEM_WEAK_KEY,
  SMIMED_PROBLEM_MALFORMED,
  SMIMED_PROBLEM_ADDRESS_MISMATCH,
  SMIMED_PROBLEM_NO_CERTIFICATE,
  SMIMED_PROBLEM_NO_PRIVATE_KEY,
  SMIMED_PROBLEM_SIGNATURE_MISMATCH,
  SMIMED_PROBLEM_MISSING_SIGNED_ATTRIBUTES,
  SMIMED_PROBLEM_UNSUPPORTED_ALGORITHM,
  SMIMED_PROBLEM_EXPIRING_SOON,
  SMIMED_PROBLEM_DIRECTORY_UNREACHABLE,
  SMIMED_PROBLEM_NO_INTEGRITY,
  SMIMED_PROBLEM_SIGNING_TIME_SKEW,
  SMIMED_PROBLEM_ERRANT_LAYER,
} SmimedProblemCode;

/**
 * SMIMED_N_PROBLEMS:
 *
 * How many codes there are.
 */
#define SMIMED_N_PROBLEMS ((guint) SMIMED_PROBLEM_ERRANT_LAYER + 1)

/**
 * smimed_problem_code_to_word:
 * @code: a problem
 *
 * The word of a problem.
 *
 * Returns: (transfer none): the word that stands for @code on the bus
 */
const char *smimed_problem_code_to_word (SmimedProblemCode code);

/**
 * smimed_problem_code_from_word:
 * @word: a word received from the bus
 * @code: (out): the problem
 *
 * Looks a word up.
 *
 * Returns: FALSE if @word is not in the list; a client then treats the result as a failure
 */
gboolean smimed_problem_code_from_word (const char *word, SmimedProblemCode *code);

G_END_DECLS
