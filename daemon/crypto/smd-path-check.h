/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl.h"
#include "smd-problem.h"

G_BEGIN_DECLS

/**
 * SmdPathAnswer:
 * @certificate: (unowned)
 * @revoked_at: seconds since 1970 UTC; 0 = it isn't revoked
 * @reason: RFC 5280 CRLReason, -1 if none is named
 *
 * What is known of a certificate's revocation without a CRL (OCSP). It does for the certificate, but a CRL that revokes counts all the same.
 */
typedef struct
{
  SmdCertificate *certificate; /* (unowned) */
  gint64 revoked_at;
  int reason;
} SmdPathAnswer;

/**
 * SmdPathQuery:
 * @leaf: (unowned): the certificate in question
 * @candidates: (unowned) (element-type SmdCertificate): issuers to build with: none of them is trusted
 * @anchors: (unowned) (element-type SmdCertificate): trust anchors
 * @crls: (unowned) (nullable) (element-type SmdCrl): revocation lists to judge with; %NULL leaves revocation out of the question
 * @answers: (unowned) (nullable) (element-type SmdPathAnswer): only with @crls
 * @at: seconds since 1970 UTC
 * @known_at: when @crls and @answers are judged to be fresh, if that is later than @at: who is revoked after @at wasn't then (a
 *   CRL forgets certificates after they expire: it says nothing of those that expired before it was made); 0 = @at
 * @most_intermediates: how many authorities there may be between leaf and anchor, 0 for as many as smimed allows, -1 for none
 * @policies: (unowned) (nullable): acceptable policy OIDs, %NULL-terminated
 *
 * A question to RFC 5280 section 6.
 */
typedef struct
{
  SmdCertificate *leaf;          /* (unowned) */
  GPtrArray *candidates;         /* (unowned) */
  GPtrArray *anchors;            /* (unowned) */
  GPtrArray *crls;               /* (unowned) */
  GPtrArray *answers;            /* (unowned) */
  gint64 at;
  gint64 known_at;
  int most_intermediates;
  const char *const *policies;   /* (unowned) */
  gboolean require_explicit_policy;
  gboolean inhibit_policy_mapping;
  gboolean inhibit_any_policy;
} SmdPathQuery;

/**
 * SmdPathEvidence:
 *
 * A CRL that was judged by, for the certificate at @depth.
 */
typedef struct
{
  guint depth;
  gint64 this_update; /* seconds since 1970 UTC */
  gint64 next_update; /* 0 = it names none */
} SmdPathEvidence;

/**
 * SmdPath:
 * @references: (atomic)
 * @chain: (owned) (element-type SmdCertificate): leaf first, as far as it could be built
 * @anchored: whether @chain ends in one of the anchors
 * @revocation_checked: whether revocation was part of the question: @problems then tell what was found out
 * @evidence: (owned) (element-type SmdPathEvidence): CRLs that were found to fit and speak of the path's certificates
 * @problems: (owned) (element-type SmdProblem): empty if the path is valid. Nothing of key usage of the leaf or addresses.
 */
typedef struct
{
  gatomicrefcount references;
  GPtrArray *chain;    /* (owned) */
  gboolean anchored;
  gboolean revocation_checked;
  GArray *evidence;    /* (owned) */
  GPtrArray *problems; /* (owned) */
} SmdPath;

/**
 * smd_path_check:
 *
 * Validates a certification path (RFC 5280 section 6) and takes note of every defect. The answer to a question that was asked
 * before is remembered: it depends on nothing but @query, and on the time only at the edges of the periods of certificates and CRLs.
 * If the first path that can be built has defects, others are tried, and the best one is told.
 *
 * Returns: (transfer full): an immutable answer, shared between threads; on error `Failed`
 */
SmdPath *smd_path_check (SmdCrypto *crypto, const SmdPathQuery *query, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdPath *smd_path_ref (SmdPath *self);
void smd_path_unref (SmdPath *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdPath, smd_path_unref)

G_END_DECLS
