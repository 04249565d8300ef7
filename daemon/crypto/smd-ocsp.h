/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-ocsp-request.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_OCSP_GOOD,
  SMD_OCSP_REVOKED,
  SMD_OCSP_UNKNOWN,
} SmdOcspStatus;

/**
 * SmdOcspAnswer:
 * @status: what the responder says of the certificate
 * @this_update: seconds since 1970 UTC
 * @next_update: 0 if it names none
 * @revoked_at: 0 unless revoked
 * @reason: RFC 5280 CRLReason, -1 if it names none
 */
typedef struct
{
  SmdOcspStatus status;
  gint64 this_update;
  gint64 next_update;
  gint64 revoked_at;
  int reason;
} SmdOcspAnswer;

/**
 * smd_ocsp_response_read:
 * @request: what was asked; a response that has a nonce must have this one's
 * @candidates: (nullable) (element-type SmdCertificate): where the responder's certificate is looked for besides the response and the issuer
 * @at: seconds since 1970 UTC: dates are judged as of then
 * @delegate: (out) (optional) (nullable) (transfer full): the signer, if it isn't the issuer itself: the caller has to judge its path, and its
 *   revocation unless it has id-pkix-ocsp-nocheck
 *
 * Reads and verifies a response: the signer is the issuer itself, or was delegated by it directly (id-kp-OCSPSigning, in its dates at @at).
 * Without @delegate, one without id-pkix-ocsp-nocheck is refused, as it needs a revocation check of its own (RFC 6960 section 4.2.2.2).
 *
 * Returns: FALSE on error: `Malformed`, `CertificateInvalid` (not signed by somebody who may), `NotFound` (says nothing of the certificate),
 *   `Failed` (the responder's own error status; stale or future dates)
 */
gboolean smd_ocsp_response_read (SmdCrypto *crypto, SmdSpan response, const SmdOcspRequest *request, GPtrArray *candidates, gint64 at,
                                 SmdOcspAnswer *answer, SmdCertificate **delegate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
