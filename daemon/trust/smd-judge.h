/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-path-check.h"
#include "smd-policy.h"

G_BEGIN_DECLS

/**
 * SmdEvidence:
 * @path: (unowned): what RFC 5280 section 6 says
 * @usage: what the leaf is wanted for
 * @address: (unowned) (nullable): whose certificate it must be
 * @distrusted: (unowned) (nullable) (element-type utf8): a set of fingerprints that the user distrusts
 * @revocation: what the policy asks
 *
 * All that a verdict rests on. What CRLs and OCSP answers say is in @path; where nobody looked for any, every certificate below the anchor
 * is one whose revocation is not known.
 */
typedef struct
{
  SmdPath *path;          /* (unowned) */
  SmdUsage usage;
  const char *address;    /* (unowned) */
  GHashTable *distrusted; /* (unowned) */
  SmdRevocationMode revocation;
} SmdEvidence;

/* Returns: whether @problem makes a certificate unusable under that policy, or is merely told */
gboolean smd_judge_is_decisive (const SmdProblem *problem, SmdRevocationMode revocation);

/**
 * smd_judge:
 * @problems: (element-type SmdProblem): gets everything found: what decides first, then what doesn't
 *
 * The one place where evidence becomes a verdict; pure, no clock.
 *
 * Returns: whether the certificate may be relied on for @usage
 */
gboolean smd_judge (const SmdEvidence *evidence, GPtrArray *problems);

G_END_DECLS
