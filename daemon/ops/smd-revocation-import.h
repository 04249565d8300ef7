/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"

G_BEGIN_DECLS

/**
 * smd_revocation_import:
 * @file: a CRL in DER or PEM (RFC 5280 section 5)
 * @fetched: (nullable): where it comes from; %NULL: by hand
 *
 * Imports a CRL whose signer is among the stored certificates: an authority that may sign CRLs, or another signer (of an indirect CRL) whose own
 * path is valid; no distrusted one, and none that isn't issued by the anchor whom it names. Of several authorities of one name only those count that
 * lead to an anchor, if any does. Whether the CRL counts for a certificate is judged with that certificate.
 *
 * Returns: (transfer full): what counts from now on; on error `Malformed`, `NotFound` (its issuer isn't known), `CertificateInvalid` (its issuer
 *   may not sign CRLs, its signature is bad, or it isn't valid yet), `TooLarge`, `LimitExceeded`, `Cancelled`, `Failed`
 */
SmdRevocationEntry *smd_revocation_import (const SmdEnv *env, const SmdCall *call, SmdBlob *file, const SmdFetchResult *fetched,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
