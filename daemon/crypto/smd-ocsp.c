/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ocsp.h"

#include <openssl/ocsp.h>

#include "smd-ocsp-response.h"
#include "smd-openssl-error.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_REQUEST, OCSP_REQUEST_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_CERTID, OCSP_CERTID_free)

static gboolean
fill_request (OCSP_REQUEST *request, SmdCrypto *crypto, SmdCertificate *certificate, SmdCertificate *issuer, SmdSpan nonce)
{
  X509 *x509 = smd_certificate_get_x509 (issuer);
  g_autoptr (OCSP_CERTID) id = OCSP_cert_id_new (smd_crypto_get_digest (crypto, "SHA1"), X509_get_subject_name (x509),
                                                 X509_get0_pubkey_bitstr (x509),
                                                 X509_get0_serialNumber (smd_certificate_get_x509 (certificate)));

  if (id == NULL || OCSP_request_add0_id (request, id) == NULL)
    return FALSE;

  g_steal_pointer (&id);
  return nonce.size == 0 || OCSP_request_add1_nonce (request, (unsigned char *) nonce.data, (int) nonce.size) == 1;
}

SmdBlob *
smd_ocsp_request_new (SmdCrypto *crypto, SmdCertificate *certificate, SmdCertificate *issuer, SmdSpan nonce, GError **error)
{
  g_autoptr (OCSP_REQUEST) request = OCSP_REQUEST_new ();
  guint8 *der = NULL;
  int size = fill_request (request, crypto, certificate, issuer, nonce) ? i2d_OCSP_REQUEST (request, &der) : -1;
  SmdBlob *blob = size > 0 ? smd_blob_new_copy (smd_span (der, (gsize) size)) : NULL;

  OPENSSL_free (der);
  if (blob == NULL)
    smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't make an OCSP request for %s", smd_certificate_get_subject (certificate));
  return blob;
}

gboolean
smd_ocsp_response_read (SmdCrypto *crypto, SmdSpan response, SmdCertificate *certificate, SmdCertificate *issuer,
                        GPtrArray *candidates, SmdSpan nonce, gint64 at, SmdOcspAnswer *answer,
                        SmdCertificate **delegate, GError **error)
{
  const SmdOcspQuestion question = {
    .serial = X509_get0_serialNumber (smd_certificate_get_x509 (certificate)),
    .issuer = issuer,
    .candidates = candidates,
    .nonce = nonce,
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
