/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-ocsp.h"
#include "smd-openssl.h"

G_BEGIN_DECLS

/**
 * SmdOcspQuestion:
 * @serial: (unowned) (nullable): of the certificate; %NULL: whatever the response speaks of first
 * @issuer: (unowned)
 * @candidates: (unowned) (nullable) (element-type SmdCertificate)
 *
 * See smd_ocsp_response_read().
 */
typedef struct
{
  const ASN1_INTEGER *serial; /* (unowned) */
  SmdCertificate *issuer;     /* (unowned) */
  GPtrArray *candidates;      /* (unowned) */
  SmdSpan nonce;
  gint64 at;
} SmdOcspQuestion;

/**
 * smd_ocsp_response_answer:
 * @delegate: (out) (nullable) (transfer full): the signer, if it isn't the issuer
 *
 * @answer is filled in also where only the dates are refused.
 */
gboolean smd_ocsp_response_answer (SmdCrypto *crypto, SmdSpan response, const SmdOcspQuestion *question, SmdOcspAnswer *answer,
                                   SmdCertificate **delegate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
