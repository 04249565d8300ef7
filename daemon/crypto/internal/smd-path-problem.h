/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl-object.h"
#include "smd-openssl.h"
#include "smd-path-check.h"

/* The detail of a key of an unknown algorithm */
#define SMD_PATH_UNREAD_KEY \
  "The public key can't be read: its algorithm isn't known here, or its parameters are its issuer's; ask for a certificate with RSA or ECDSA"

/* Returns: (transfer none): the certificate at @depth of a path that has been built */
X509 *smd_path_get_x509 (const SmdPath *path, guint depth);

/* Adds to the problems of @path, which has been built, one of its certificate at @depth. */
void smd_path_add_problem (SmdPath *path, guint depth, SmimedProblemCode code, const char *detail);

/* Adds what OpenSSL has just found in a path, in our words. @nested: (nullable): what was wrong with the path of a CRL's signer */
void smd_path_note_problem (GPtrArray *problems, const SmdPathQuery *query, X509_STORE_CTX *context, const char *nested);

/* Whether OpenSSL's error is of a CRL, and not of the path itself */
gboolean smd_path_is_about_revocation (X509_STORE_CTX *context);

/* Whether what OpenSSL misses or finds in CRLs is settled by the answers of the question, or by when it was known */
gboolean smd_path_is_answered (const SmdPathQuery *query, X509_STORE_CTX *context);

/* Adds `revoked` for certificates of a path that has been built, where an answer says so. */
void smd_path_note_answers (SmdPath *path, const SmdPathQuery *query);

/* Likewise where a delta CRL is the newest that the issuer has said. */
void smd_path_note_deltas (SmdPath *path, const SmdPathQuery *query);

/* Returns: (transfer full): `revoked`, as a CRL's entry says */
SmdProblem *smd_path_make_revoked (SmdCertificate *certificate, guint depth, const SmdCrlRecord *record);

/* RFC 5280 section 5.3.1 */
const char *smd_path_reason_word (int reason);

/* Whether and when a CRL of the question revokes: (nullable) */
const SmdCrlRecord *smd_path_query_find_record (const SmdPathQuery *query, SmdCertificate *certificate);

/* Returns: (transfer none) (nullable): the certificate of the question that is @x509 */
SmdCertificate *smd_path_query_find (const SmdPathQuery *query, X509 *x509);
