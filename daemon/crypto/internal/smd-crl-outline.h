/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cms-algorithm.h"
#include "smd-crl-entries.h"
#include "smd-openssl.h"

G_BEGIN_DECLS

/**
 * SmdCrlOutline:
 * @tbs: what is signed, with its header
 * @head: the first fields of it up to nextUpdate, with their headers
 * @issuer: Name, with its header
 * @next_update: 0 if absent
 * @entries: contents of revokedCertificates; empty if absent
 * @extensions: [0], with its header; empty if absent
 * @signature_value: the BIT STRING, with its header
 * @signature: its octets
 *
 * A CertificateList (RFC 5280 section 5.1) where it lies, the entries unread.
 */
typedef struct
{
  SmdSpan tbs;
  SmdSpan head;
  SmdSpan issuer;
  gint64 this_update;
  gint64 next_update;
  SmdSpan entries;
  SmdSpan extensions;
  SmdCmsAlgorithm algorithm;
  SmdSpan signature_value;
  SmdSpan signature;
} SmdCrlOutline;

/* Errors: `Malformed`, `LimitExceeded` */
gboolean smd_crl_outline_read (SmdCrlOutline *self, SmdSpan der, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Places of the entries that every stub has, for the answers of a look-up: revoked, and removed from the list (in a delta CRL) */
#define SMD_CRL_STUB_REVOKED 0
#define SMD_CRL_STUB_REMOVED 1

/**
 * smd_crl_outline_make_stub:
 * @entry: an entry to have in it, empty for none
 *
 * Returns: (transfer full): the CRL in DER with two entries that stand for all (and @entry)
 */
GBytes *smd_crl_outline_make_stub (const SmdCrlOutline *self, SmdSpan entry);

/* Reads UTCTime or GeneralizedTime as RFC 5280 section 5.1.2.4 has it (seconds, Z). */
gboolean smd_crl_read_time (SmdDerReader *reader, gint64 *seconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_crl_signature_verify:
 * @passed: (nullable)
 *
 * Whether @key made the signature. A digest of less than 112 bits (MD5, SHA-1) is no signature.
 */
gboolean smd_crl_signature_verify (SmdCrypto *crypto, const SmdCrlOutline *outline, EVP_PKEY *key, SmdCrlPassed passed,
                                   gpointer data);

G_END_DECLS
