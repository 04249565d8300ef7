/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl-point.h"
#include "smd-crypto.h"
#include "smd-usage.h"

G_BEGIN_DECLS

/**
 * SmdCertificate:
 *
 * An X.509 certificate (RFC 5280), read completely when it is made, then immutable and shared between threads.
 * All returned strings and spans live as long as the certificate.
 */
typedef struct _SmdCertificate SmdCertificate;

/**
 * smd_certificate_new:
 * @der: one certificate in DER, nothing behind it
 *
 * Gives the certificate from the cache if the same bytes were read before.
 *
 * Returns: (transfer full): a certificate; on error `Malformed`
 */
SmdCertificate *smd_certificate_new (SmdCrypto *crypto, SmdSpan der, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdCertificate *smd_certificate_ref (SmdCertificate *self);
void smd_certificate_unref (SmdCertificate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCertificate, smd_certificate_unref)

/**
 * smd_certificate_keep_form:
 * @form: (transfer full): what the certificate looks like to others
 *
 * Any thread.
 *
 * Returns: (transfer none): the form that is kept: @form, or what somebody else has kept before
 */
gpointer smd_certificate_keep_form (SmdCertificate *self, gpointer form, GDestroyNotify free_form);
/* Returns: (transfer none) (nullable) */
gpointer smd_certificate_get_form (SmdCertificate *self);

/* Returns: (transfer full) (element-type SmdCertificate): an empty list that owns references */
GPtrArray *smd_certificates_new (void);
/* Adds a reference unless the same certificate is in the list already. Returns: whether it was added */
gboolean smd_certificates_add (GPtrArray *certificates, SmdCertificate *certificate);

/**
 * smd_certificates_read_file:
 * @file: PEM (one or many, other PEM objects are skipped), DER, PKCS#7/CMS certs-only (DER or PEM), or Microsoft's serialized
 *   certificate store (SST)
 * @refused: (inout) (nullable) (element-type SmdProblem): gets one `malformed` for each certificate that could not be read
 *
 * Returns: (transfer full) (element-type SmdCertificate): the certificates; on error `Malformed`
 */
GPtrArray *smd_certificates_read_file (SmdCrypto *crypto, SmdSpan file, GPtrArray *refused,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

SmdSpan smd_certificate_get_der (SmdCertificate *self);
/* SHA-256 of the DER, lower-case hex */
const char *smd_certificate_get_fingerprint (SmdCertificate *self);
/* RFC 4514 */
const char *smd_certificate_get_subject (SmdCertificate *self);
const char *smd_certificate_get_issuer (SmdCertificate *self);
/* The names in DER */
SmdSpan smd_certificate_get_subject_der (SmdCertificate *self);
SmdSpan smd_certificate_get_issuer_der (SmdCertificate *self);
/* Whether @name (DER) is the subject, however the two are encoded (RFC 5280 section 7.1) */
gboolean smd_certificate_is_named (SmdCertificate *self, SmdSpan name);
/* The same for the issuer that @child names; cheaper, for both names have been read already */
gboolean smd_certificate_is_issuer_name_of (SmdCertificate *self, SmdCertificate *child);
/* The content octets of the serial number, and the same in lower-case hex (minus sign in front if negative, no leading zero bytes) */
SmdSpan smd_certificate_get_serial (SmdCertificate *self);
const char *smd_certificate_get_serial_hex (SmdCertificate *self);
/* The subjectKeyIdentifier extension, empty if there is none */
SmdSpan smd_certificate_get_key_id (SmdCertificate *self);
/* RFC 5280 section 4.2.1.2 method (1): SHA-1 of the public key's bits */
SmdSpan smd_certificate_get_computed_key_id (SmdCertificate *self);
/* SHA-256 of the subjectPublicKeyInfo, lower-case hex: the same for a certificate and its private key */
const char *smd_certificate_get_key_fingerprint (SmdCertificate *self);
/* rfc822Name and SmtpUTF8Mailbox of the subject alternative names, then emailAddress of the subject; as in the
 * certificate, duplicates folded; %NULL-terminated. Addresses with a NUL or a control character are left out. */
const char *const *smd_certificate_get_addresses (SmdCertificate *self);
/* The common name of the subject, %NULL if there is none */
const char *smd_certificate_get_common_name (SmdCertificate *self);
/* Seconds since 1970 UTC */
gint64 smd_certificate_get_not_before (SmdCertificate *self);
gint64 smd_certificate_get_not_after (SmdCertificate *self);
SmdKeyType smd_certificate_get_key_type (SmdCertificate *self);
/* `rsa`, `rsa-pss`, `p-256`, `p-384`, `p-521`, `ed25519`, `x25519`, ...; `unknown` */
const char *smd_certificate_get_key_algorithm (SmdCertificate *self);
guint smd_certificate_get_key_bits (SmdCertificate *self);
/* #SmdKeyUsage flags; all set where the extension is absent */
guint smd_certificate_get_key_usage (SmdCertificate *self);
gboolean smd_certificate_has_key_usage (SmdCertificate *self);
/* RFC 5280 names (`digitalSignature`, ...); empty where the extension is absent */
const char *const *smd_certificate_get_key_usage_words (SmdCertificate *self);
/* `emailProtection`, `clientAuth`, `anyExtendedKeyUsage`, ... or the dotted OID; empty where the extension is absent */
const char *const *smd_certificate_get_extended_key_usage (SmdCertificate *self);
/* Whether key type, key usage and extended key usage permit @usage for mail (RFC 8550 section 4.4); says nothing of
 * dates, chain or trust. %SMD_USAGE_ANY: either of the two. */
gboolean smd_certificate_permits (SmdCertificate *self, SmdUsage usage);
/* basicConstraints cA (a version 1 certificate is none) */
gboolean smd_certificate_is_ca (SmdCertificate *self);
/* Subject equals issuer, and the signature verifies with its own key */
gboolean smd_certificate_is_self_signed (SmdCertificate *self);

/* Whether the key of @issuer made the signature; names, dates and the right to issue are another question */
gboolean smd_certificate_is_signed_by (SmdCertificate *self, SmdCertificate *issuer);

/* Where things are found, as the certificate says it and in its order: printable ASCII, any scheme, duplicates folded, at most 16;
 * %NULL-terminated. CRLs (RFC 5280 section 4.2.1.13), delta CRLs (4.2.1.15), the issuer's certificate and its OCSP responder (4.2.2.1). */
const char *const *smd_certificate_get_crl_urls (SmdCertificate *self);
const char *const *smd_certificate_get_freshest_crl_urls (SmdCertificate *self);
const char *const *smd_certificate_get_issuer_urls (SmdCertificate *self);
const char *const *smd_certificate_get_ocsp_urls (SmdCertificate *self);
/* Returns: (transfer none) (element-type SmdCrlPoint): each distribution point by itself, and those of delta CRLs */
GPtrArray *smd_certificate_get_crl_points (SmdCertificate *self);
GPtrArray *smd_certificate_get_freshest_crl_points (SmdCertificate *self);
/* Returns: (transfer none) (element-type GBytes): the DER names of those who sign the CRLs in the issuer's place (cRLIssuer) */
GPtrArray *smd_certificate_get_crl_issuer_names (SmdCertificate *self);
/* Whether there is any distribution point, also one that names nothing that could be fetched */
gboolean smd_certificate_has_crl_distribution_points (SmdCertificate *self);
/* id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1): an OCSP signer whose own revocation need not be checked */
gboolean smd_certificate_has_ocsp_no_check (SmdCertificate *self);

G_END_DECLS
