/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-ocsp-request.h"

#include <openssl/ocsp.h>

#include "smd-openssl-error.h"
#include "smd-openssl.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_REQUEST, OCSP_REQUEST_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OCSP_CERTID, OCSP_CERTID_free)

static gboolean
fill (OCSP_REQUEST *der, SmdCrypto *crypto, SmdOcspRequest *self)
{
  X509 *issuer = smd_certificate_get_x509 (self->issuer);
  g_autoptr (OCSP_CERTID) id = OCSP_cert_id_new (smd_crypto_get_digest (crypto, "SHA1"), X509_get_subject_name (issuer),
                                                 X509_get0_pubkey_bitstr (issuer),
                                                 X509_get0_serialNumber (smd_certificate_get_x509 (self->certificate)));

  if (id == NULL || OCSP_request_add0_id (der, id) == NULL)
    return FALSE;

  g_steal_pointer (&id);
  return OCSP_request_add1_nonce (der, self->nonce, sizeof self->nonce) == 1;
}

static gboolean
encode (SmdOcspRequest *self, SmdCrypto *crypto, GError **error)
{
  g_autoptr (OCSP_REQUEST) request = OCSP_REQUEST_new ();
  guint8 *der = NULL;
  int size = fill (request, crypto, self) ? i2d_OCSP_REQUEST (request, &der) : -1;

  self->der = size > 0 ? smd_blob_new_copy (smd_span (der, (gsize) size)) : NULL;
  OPENSSL_free (der);
  if (self->der == NULL)
    smd_openssl_fail (error, SMIMED_ERROR_FAILED, "Can't make an OCSP request for %s", smd_certificate_get_subject (self->certificate));
  return self->der != NULL;
}

SmdOcspRequest *
smd_ocsp_request_new (SmdCrypto *crypto, SmdCertificate *certificate, SmdCertificate *issuer, GPtrArray *others, GError **error)
{
  g_autoptr (SmdOcspRequest) self = g_atomic_rc_box_new0 (SmdOcspRequest);

  self->certificate = smd_certificate_ref (certificate);
  self->issuer = smd_certificate_ref (issuer);
  self->others = smd_certificates_new ();
  for (guint i = 0; i < others->len; i++)
    g_ptr_array_add (self->others, smd_certificate_ref (others->pdata[i]));
  smd_crypto_random (crypto, self->nonce, sizeof self->nonce);
  return encode (self, crypto, error) ? g_steal_pointer (&self) : NULL;
}

SmdOcspRequest *
smd_ocsp_request_ref (SmdOcspRequest *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SmdOcspRequest *self = data;

  smd_certificate_unref (self->certificate);
  smd_certificate_unref (self->issuer);
  g_ptr_array_unref (self->others);
  g_clear_pointer (&self->der, smd_blob_unref);
}

void
smd_ocsp_request_unref (SmdOcspRequest *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
