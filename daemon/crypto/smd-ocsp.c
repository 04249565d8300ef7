/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ocsp.h"

#include "smd-ocsp-response.h"
#include "smimed-error.h"

gboolean
smd_ocsp_response_read (SmdCrypto *crypto, SmdSpan response, const SmdOcspRequest *request, GPtrArray *candidates, gint64 at,
                        SmdOcspAnswer *answer, SmdCertificate **delegate, GError **error)
{
  const SmdOcspQuestion question = {
    .serial = X509_get0_serialNumber (smd_certificate_get_x509 (request->certificate)),
    .issuer = request->issuer,
    .candidates = candidates,
    .nonce = smd_span (request->nonce, sizeof request->nonce),
    .at = at,
  };
  g_autoptr (SmdCertificate) signer = NULL;

  if (!smd_ocsp_response_answer (crypto, response, &question, answer, &signer, error))
    return FALSE;
  if (delegate != NULL)
    *delegate = g_steal_pointer (&signer);
  if (delegate != NULL || signer == NULL || smd_certificate_has_ocsp_no_check (signer))
    return TRUE;

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID,
                       "The OCSP responder's certificate lacks id-pkix-ocsp-nocheck: whether it is revoked itself isn't known");
  return FALSE;
}
