/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The short name of each value is its word on the bus: smimed-value.c reads and writes them by it. */

/**
 * SmimedProtection:
 * @SMIMED_PROTECTION_NONE: the sender isn't proven, and the message wasn't encrypted
 * @SMIMED_PROTECTION_VERIFIED: the sender is proven
 * @SMIMED_PROTECTION_CONFIDENTIAL: the message was encrypted, the sender isn't proven
 * @SMIMED_PROTECTION_VERIFIED_CONFIDENTIAL: both
 *
 * The summary that RFC 9787 recommends to show.
 */
typedef enum
{
  SMIMED_PROTECTION_NONE,
  SMIMED_PROTECTION_VERIFIED,
  SMIMED_PROTECTION_CONFIDENTIAL,
  SMIMED_PROTECTION_VERIFIED_CONFIDENTIAL,
} SmimedProtection;

/**
 * SmimedSignature:
 * @SMIMED_SIGNATURE_BAD: what was signed is not what is here, or the signature isn't one
 * @SMIMED_SIGNATURE_GOOD: it fits what was signed
 * @SMIMED_SIGNATURE_UNSUPPORTED: its algorithm isn't known
 *
 * What the mathematics say about a signature; who signed is another question, see [enum@Chain].
 */
typedef enum
{
  SMIMED_SIGNATURE_BAD,
  SMIMED_SIGNATURE_GOOD,
  SMIMED_SIGNATURE_UNSUPPORTED,
} SmimedSignature;

/**
 * SmimedChain:
 * @SMIMED_CHAIN_UNJUDGED: nobody looked
 * @SMIMED_CHAIN_INVALID: the certificate doesn't count; the problems tell why
 * @SMIMED_CHAIN_VALID: it leads to a trusted authority, and nothing speaks against it
 *
 * Whether a certificate counts.
 */
typedef enum
{
  SMIMED_CHAIN_UNJUDGED,
  SMIMED_CHAIN_INVALID,
  SMIMED_CHAIN_VALID,
} SmimedChain;

/**
 * SmimedLayerType:
 * @SMIMED_LAYER_UNKNOWN: a kind of layer that this library doesn't know
 * @SMIMED_LAYER_SIGNED: signed
 * @SMIMED_LAYER_ENCRYPTED: encrypted
 * @SMIMED_LAYER_COMPRESSED: compressed
 *
 * What a layer of a message does.
 */
typedef enum
{
  SMIMED_LAYER_UNKNOWN,
  SMIMED_LAYER_SIGNED,
  SMIMED_LAYER_ENCRYPTED,
  SMIMED_LAYER_COMPRESSED,
} SmimedLayerType;

/**
 * SmimedFormat:
 * @SMIMED_FORMAT_CLEAR: signed, and readable without S/MIME (multipart/signed)
 * @SMIMED_FORMAT_OPAQUE: signed, in one application/pkcs7-mime part
 * @SMIMED_FORMAT_DETACHED: the DER of the signature alone
 * @SMIMED_FORMAT_MIME: encrypted, as a message
 * @SMIMED_FORMAT_RAW: encrypted, the DER alone
 *
 * What a signed or an encrypted message looks like.
 */
typedef enum
{
  SMIMED_FORMAT_CLEAR,
  SMIMED_FORMAT_OPAQUE,
  SMIMED_FORMAT_DETACHED,
  SMIMED_FORMAT_MIME,
  SMIMED_FORMAT_RAW,
} SmimedFormat;

/**
 * SmimedPurpose:
 * @SMIMED_PURPOSE_SEND: the message is going to be sent
 * @SMIMED_PURPOSE_DRAFT: it is a draft, which is never protected: the call fails with %SMIMED_ERROR_DRAFT
 *
 * What a message is signed or encrypted for.
 */
typedef enum
{
  SMIMED_PURPOSE_SEND,
  SMIMED_PURPOSE_DRAFT,
} SmimedPurpose;

/**
 * SmimedNetwork:
 * @SMIMED_NETWORK_ALLOW: what is missing is fetched
 * @SMIMED_NETWORK_CACHE_ONLY: the call makes do with what is at hand
 *
 * Whether a call may use the network.
 */
typedef enum
{
  SMIMED_NETWORK_ALLOW,
  SMIMED_NETWORK_CACHE_ONLY,
} SmimedNetwork;

/**
 * SmimedRevocationMode:
 * @SMIMED_REVOCATION_HARD_FAIL: without fresh revocation information a certificate isn't valid
 * @SMIMED_REVOCATION_SOFT_FAIL: missing information is told, and doesn't decide
 * @SMIMED_REVOCATION_OFF: revocation isn't checked
 *
 * How strictly revocation is checked.
 */
typedef enum
{
  SMIMED_REVOCATION_HARD_FAIL,
  SMIMED_REVOCATION_SOFT_FAIL,
  SMIMED_REVOCATION_OFF,
} SmimedRevocationMode;

/**
 * SmimedSource:
 * @SMIMED_SOURCE_NONE: there is none
 * @SMIMED_SOURCE_LOCAL: it was imported or learned from a message
 * @SMIMED_SOURCE_DIRECTORY: a directory told it
 * @SMIMED_SOURCE_CRL: a list of revoked certificates
 * @SMIMED_SOURCE_OCSP: an OCSP responder's answer
 *
 * Where a recipient's certificate, or what is known about revocation, comes from.
 */
typedef enum
{
  SMIMED_SOURCE_NONE,
  SMIMED_SOURCE_LOCAL,
  SMIMED_SOURCE_DIRECTORY,
  SMIMED_SOURCE_CRL,
  SMIMED_SOURCE_OCSP,
} SmimedSource;

/**
 * SmimedAction:
 * @SMIMED_ACTION_NONE: nothing needs to be done
 * @SMIMED_ACTION_REMOVE: take the address away, or send without encryption
 * @SMIMED_ACTION_RETRY: try again later
 * @SMIMED_ACTION_UNLOCK: unlock the keyring
 *
 * What helps where a recipient can't be encrypted to.
 */
typedef enum
{
  SMIMED_ACTION_NONE,
  SMIMED_ACTION_REMOVE,
  SMIMED_ACTION_RETRY,
  SMIMED_ACTION_UNLOCK,
} SmimedAction;

/**
 * SmimedTrust:
 * @SMIMED_TRUST_DEFAULT: as its chain says
 * @SMIMED_TRUST_TRUSTED: it is an anchor: trusted for itself
 * @SMIMED_TRUST_DISTRUSTED: no chain through it is valid
 *
 * The user's own word on a certificate.
 */
typedef enum
{
  SMIMED_TRUST_DEFAULT,
  SMIMED_TRUST_TRUSTED,
  SMIMED_TRUST_DISTRUSTED,
} SmimedTrust;

/**
 * SmimedRole:
 * @SMIMED_ROLE_UNKNOWN: a role that this library doesn't know
 * @SMIMED_ROLE_OWN: the user has its private key
 * @SMIMED_ROLE_CORRESPONDENT: somebody else's
 * @SMIMED_ROLE_INTERMEDIATE: it issues certificates, and isn't trusted for itself
 * @SMIMED_ROLE_ANCHOR: an authority that is trusted
 *
 * What a certificate is here for.
 */
typedef enum
{
  SMIMED_ROLE_UNKNOWN,
  SMIMED_ROLE_OWN,
  SMIMED_ROLE_CORRESPONDENT,
  SMIMED_ROLE_INTERMEDIATE,
  SMIMED_ROLE_ANCHOR,
} SmimedRole;

/**
 * SmimedUsage:
 * @SMIMED_USAGE_NONE: nothing
 * @SMIMED_USAGE_SIGN: signing
 * @SMIMED_USAGE_ENCRYPT: encrypting
 * @SMIMED_USAGE_ANY: either
 *
 * What a certificate is used for.
 */
typedef enum /*< flags >*/
{
  SMIMED_USAGE_NONE = 0,
  SMIMED_USAGE_SIGN = 1 << 0,
  SMIMED_USAGE_ENCRYPT = 1 << 1,
  SMIMED_USAGE_ANY = SMIMED_USAGE_SIGN | SMIMED_USAGE_ENCRYPT,
} SmimedUsage;

/**
 * SmimedThreadingAdvice:
 * @SMIMED_THREADING_KEEP: group messages as ever
 * @SMIMED_THREADING_DISABLE: don't group messages by header fields that can be forged (Subject, References)
 *
 * Whether a mail program shall group messages into conversations.
 */
typedef enum
{
  SMIMED_THREADING_KEEP,
  SMIMED_THREADING_DISABLE,
} SmimedThreadingAdvice;

/**
 * SmimedRevocationKind:
 * @SMIMED_REVOCATION_KIND_UNKNOWN: a kind that this library doesn't know
 * @SMIMED_REVOCATION_KIND_CRL: a list of revoked certificates
 * @SMIMED_REVOCATION_KIND_DELTA_CRL: what changed since a list
 * @SMIMED_REVOCATION_KIND_OCSP: an OCSP responder's answer
 *
 * A kind of revocation information.
 */
typedef enum
{
  SMIMED_REVOCATION_KIND_UNKNOWN,
  SMIMED_REVOCATION_KIND_CRL,
  SMIMED_REVOCATION_KIND_DELTA_CRL,
  SMIMED_REVOCATION_KIND_OCSP,
} SmimedRevocationKind;

/**
 * SmimedRevocationState:
 * @SMIMED_REVOCATION_STATE_FAILED: it couldn't be fetched
 * @SMIMED_REVOCATION_STATE_FRESH: it counts
 * @SMIMED_REVOCATION_STATE_STALE: it is out of date
 *
 * How fresh revocation information is.
 */
typedef enum
{
  SMIMED_REVOCATION_STATE_FAILED,
  SMIMED_REVOCATION_STATE_FRESH,
  SMIMED_REVOCATION_STATE_STALE,
} SmimedRevocationState;

/**
 * SmimedSeverity:
 * @SMIMED_SEVERITY_INFORMATION: worth knowing
 * @SMIMED_SEVERITY_WARNING: something should be done, or will pass
 * @SMIMED_SEVERITY_ERROR: it must not be relied upon
 *
 * How a client should show a problem.
 */
typedef enum
{
  SMIMED_SEVERITY_INFORMATION,
  SMIMED_SEVERITY_WARNING,
  SMIMED_SEVERITY_ERROR,
} SmimedSeverity;

G_END_DECLS
