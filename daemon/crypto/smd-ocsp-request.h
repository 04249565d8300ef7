/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"
#include "smd-certificate.h"

G_BEGIN_DECLS

#define SMD_OCSP_NONCE_SIZE 32

/**
 * SmdOcspRequest:
 * @certificate: (owned): whom it asks about
 * @issuer: (owned): the next one in its chain
 * @others: (owned) (element-type SmdCertificate): what else was at hand: they may lead from the responder to an anchor
 * @nonce: in the request, made for it (RFC 8954)
 * @der: (owned): the DER OCSPRequest (RFC 6960 section 4.1), for one certificate, with a SHA-1 CertID as RFC 5019 wants it
 *
 * What an OCSP responder is asked, and all that it takes to judge its answer, whenever that comes. Immutable; reference counted (atomic).
 */
typedef struct
{
  SmdCertificate *certificate; /* (owned) */
  SmdCertificate *issuer;      /* (owned) */
  GPtrArray *others;           /* (owned) */
  guint8 nonce[SMD_OCSP_NONCE_SIZE];
  SmdBlob *der;                /* (owned) */
} SmdOcspRequest;

/**
 * smd_ocsp_request_new:
 * @others: (element-type SmdCertificate): copied
 *
 * Returns: (transfer full): on error `Failed`
 */
SmdOcspRequest *smd_ocsp_request_new (SmdCrypto *crypto, SmdCertificate *certificate, SmdCertificate *issuer, GPtrArray *others,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdOcspRequest *smd_ocsp_request_ref (SmdOcspRequest *self);
void smd_ocsp_request_unref (SmdOcspRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdOcspRequest, smd_ocsp_request_unref)

G_END_DECLS
