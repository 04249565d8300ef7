/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-algorithm.h"
#include "smd-cms-writer.h"
#include "smd-der-writer.h"
#include "smd-openssl.h"

G_BEGIN_DECLS

/* Content octets of the content types that we write (RFC 5652, RFC 5083) */
extern const SmdSpan smd_cms_writer_oid_data;
extern const SmdSpan smd_cms_writer_oid_signed;
extern const SmdSpan smd_cms_writer_oid_enveloped;
extern const SmdSpan smd_cms_writer_oid_auth_enveloped;

/* How much is dealt with between two calls of smd_progress_go_on(), in bytes */
#define SMD_CMS_WRITER_PIECE ((gsize) 1024 * 1024)

/* ContentInfo up to its content, a SEQUENCE whose octets, @size of them, are the caller's (RFC 5652 section 3) */
void smd_cms_writer_begin (SmdDerWriter *writer, SmdSpan type, gsize size);

/* IssuerAndSerialNumber with @tag instead of SEQUENCE, if it is implicitly tagged */
void smd_cms_writer_add_issuer_and_serial (SmdDerWriter *writer, guint8 tag, SmdCertificate *certificate);

/* The digest that goes with a certificate's key; %NULL if the key can't sign */
const SmdDigestAlgorithm *smd_cms_writer_get_digest (SmdCertificate *certificate);

/**
 * smd_cms_writer_add_attributes:
 * @hash: of the content
 *
 * Writes SignedAttributes as a SET OF in DER: what is signed (RFC 5652 section 5.4).
 */
void smd_cms_writer_add_attributes (SmdDerWriter *writer, SmdCrypto *crypto, const SmdSignParameters *parameters,
                                    SmdSpan hash);

/**
 * smd_cms_writer_add_signer:
 * @hash: of the content, by smd_cms_writer_get_digest()
 *
 * Signs and writes one SignerInfo.
 *
 * Returns: FALSE on error: `NotSupported`, `Failed`
 */
gboolean smd_cms_writer_add_signer (SmdDerWriter *writer, SmdCrypto *crypto, const SmdSignParameters *parameters,
                                    SmdSpan hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_cms_writer_add_recipient:
 * @cek: the content-encryption key
 * @version: (inout): of the EnvelopedData: becomes 2 with a recipient whose version isn't 0
 *
 * Writes one RecipientInfo (RFC 5652 section 6.2).
 *
 * Returns: FALSE on error: `NotSupported` (the key can't encrypt), `Failed`
 */
gboolean smd_cms_writer_add_recipient (SmdDerWriter *writer, SmdCrypto *crypto, SmdCertificate *recipient,
                                       const SmdContentAlgorithm *content, SmdSpan cek, guint8 *version,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first two fields of RSASSA-PSS-params and RSAES-OAEP-params (RFC 4055): @digest, and MGF1 with the same */
void smd_cms_writer_add_digest_and_mask (SmdDerWriter *writer, const SmdDigestAlgorithm *digest);

G_END_DECLS
