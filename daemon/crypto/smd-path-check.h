/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl.h"
#include "smd-problem.h"

G_BEGIN_DECLS

/**
 * SmdPathQuery:
 * @leaf: (unowned): the certificate in question
 * @candidates: (unowned) (element-type SmdCertificate): issuers to build with: none of them is trusted
 * @anchors: (unowned) (element-type SmdCertificate): trust anchors
 * @crls: (unowned) (nullable) (element-type SmdCrl): revocation lists to judge with; %NULL leaves revocation out of the question
 * @at: seconds since 1970 UTC
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
  gint64 at;
  int most_intermediates;
  const char *const *policies;   /* (unowned) */
  gboolean require_explicit_policy;
  gboolean inhibit_policy_mapping;
  gboolean inhibit_any_policy;
} SmdPathQuery;

/**
 * SmdPath:
 * @references: (atomic)
 * @chain: (owned) (element-type SmdCertificate): leaf first, as far as it could be built
 * @anchored: whether @chain ends in one of the anchors
 * @revocation_checked: whether revocation was part of the question: @problems then tell what was found out
 * @problems: (owned) (element-type SmdProblem): empty if the path is valid. Nothing of key usage of the leaf or addresses.
 */
typedef struct
{
  gatomicrefcount references;
  GPtrArray *chain;    /* (owned) */
  gboolean anchored;
  gboolean revocation_checked;
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
