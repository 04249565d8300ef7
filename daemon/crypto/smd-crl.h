/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-blob.h"
#include "smd-certificate.h"

G_BEGIN_DECLS

/**
 * SmdCrl:
 *
 * A certificate revocation list (RFC 5280 section 5) as an index on disk, mapped: its header and extensions, which key its signature was
 * verified with when it was imported, and its entries by serial number. Immutable, shared between threads, reference counted;
 * costs no memory in proportion to its entries.
 */
typedef struct _SmdCrl SmdCrl;

/* Returns: (transfer full): @file as DER: itself, or what is in its PEM. On error `Malformed`, `TooLarge` */
SmdBlob *smd_crl_file_to_der (SmdBlob *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Who a CRL says has made it, before anything of it was verified: its issuer's name, within @der. On error `Malformed` */
gboolean smd_crl_read_issuer (SmdBlob *der, SmdSpan *issuer, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Likewise when, in seconds since 1970 UTC. Returns: FALSE: it can't be read */
gboolean smd_crl_read_this_update (SmdBlob *der, gint64 *this_update);

/**
 * smd_crl_import:
 * @file: one CRL in DER, or PEM
 * @issuers: (element-type SmdCertificate): where the signer is looked for
 * @previous: (nullable): the CRL in whose place this one comes: if their issuers have one name, the key that made it may have made this
 *   one, too: the certificate that it was verified with may have come with a message, and is known no more. Whether that key counts is
 *   judged with each path
 * @path: the index file to write; written under another name, synced and renamed, so that it is whole or not there
 *
 * Verifies the signature over the TBS bytes as they are, walks the entries in place and writes the index.
 *
 * Returns: (transfer full): the index; on error `Malformed` (also: a delta CRL without cRLNumber), `NotFound` (no certificate
 *   of the signer), `CertificateInvalid` (no key of theirs made the signature), `TooLarge`, `Cancelled`, `Failed` (disk full)
 */
SmdCrl *smd_crl_import (SmdCrypto *crypto, SmdBlob *file, GPtrArray *issuers, SmdCrl *previous, const char *path,
                        GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Opens what smd_crl_import() wrote. On error `Malformed` (not an index, or damaged: import again), `NotFound` */
SmdCrl *smd_crl_open (SmdCrypto *crypto, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdCrl *smd_crl_ref (SmdCrl *self);
void smd_crl_unref (SmdCrl *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCrl, smd_crl_unref)
/* Returns: (transfer full) (element-type SmdCrl): an empty list that owns references */
GPtrArray *smd_crls_new (void);

/* Whether @certificate's key made the signature */
gboolean smd_crl_is_made_by (SmdCrl *self, SmdCertificate *certificate);
/* RFC 4514, and the name in DER */
const char *smd_crl_get_issuer (SmdCrl *self);
SmdSpan smd_crl_get_issuer_der (SmdCrl *self);
/* Seconds since 1970 UTC; next update 0 if the CRL names none, or has no number and names one in more than ten years */
gint64 smd_crl_get_this_update (SmdCrl *self);
gint64 smd_crl_get_next_update (SmdCrl *self);
/* The cRLNumber in lower-case hex, "" if there is none */
const char *smd_crl_get_number (SmdCrl *self);
/* Returns: <0, 0 or >0: of two cRLNumbers in hex, of any length */
int smd_crl_number_compare (const char *a, const char *b);
/* Whether @self was made after @other; of two of the same second the one with the higher number was */
gboolean smd_crl_is_newer (SmdCrl *self, SmdCrl *other);
gboolean smd_crl_is_delta (SmdCrl *self);
/* Returns: (transfer none) (nullable): the number in hex of the complete CRL that a delta CRL builds on, or a later one; %NULL: it is complete */
const char *smd_crl_get_base (SmdCrl *self);
/* Whether both are delta CRLs, and @self tells also of changes that @other takes for known: it begins at an earlier complete CRL */
gboolean smd_crl_is_based_before (SmdCrl *self, SmdCrl *other);
/* Returns: (transfer none) (nullable) (element-type SmdCrlPoint): where its delta CRLs are (freshestCRL, RFC 5280 section 5.2.6); %NULL: it
 * doesn't say */
GPtrArray *smd_crl_get_freshest_points (SmdCrl *self);
/* Returns: (transfer full): the same for CRLs of which a newer one takes the place of an older one: one issuer and key, one issuing
 * distribution point (RFC 5280 section 5.2.5), both complete or both delta CRLs; that of delta CRLs is the complete ones' and then this: */
#define SMD_CRL_DELTA_SCOPE "/delta"
char *smd_crl_make_scope (SmdCrl *self);
/* Whether @self speaks of all that @other speaks of: it has the same issuer, and the same issuing distribution point or none */
gboolean smd_crl_covers (SmdCrl *self, SmdCrl *other);
/* Returns: the same for names that RFC 5280 section 7.1 holds equal, whatever their encoding; 0 if @name isn't one */
guint32 smd_crl_hash_issuer (SmdCrypto *crypto, SmdSpan name);
guint64 smd_crl_get_n_entries (SmdCrl *self);

G_END_DECLS
