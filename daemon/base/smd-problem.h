/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-problem-code.h"

G_BEGIN_DECLS

/**
 * SmdProblem:
 * @code: what is wrong
 * @certificate: (owned) (nullable): fingerprint of the certificate that it is about
 * @depth: its place in the chain, 0 = the certificate itself; -1 if it isn't about a chain
 * @temporary: trying again later may help
 * @url: (owned) (nullable): what was fetched
 * @at: seconds since 1970 UTC (when it expired, was revoked, ...); 0 = doesn't apply
 * @days: days left, for `expiring-soon` only; G_MININT = doesn't apply
 * @detail: (owned) (nullable): for logs, English
 */
typedef struct
{
  SmimedProblemCode code;
  char *certificate; /* (owned) */
  int depth;
  gboolean temporary;
  char *url; /* (owned) */
  gint64 at;
  int days;
  char *detail; /* (owned) */
} SmdProblem;

/**
 * smd_problem_new:
 * @detail: (nullable): copied
 *
 * Returns: (transfer full): a problem that is about no certificate
 */
SmdProblem *smd_problem_new (SmimedProblemCode code, const char *detail);
SmdProblem *smd_problem_new_for (SmimedProblemCode code, const char *fingerprint, int depth, const char *detail);
SmdProblem *smd_problem_copy (const SmdProblem *self);
void smd_problem_free (SmdProblem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdProblem, smd_problem_free)

/**
 * smd_problems_new:
 *
 * Returns: (transfer full) (element-type SmdProblem): an empty list that owns its elements
 */
GPtrArray *smd_problems_new (void);
void smd_problems_add (GPtrArray *problems, SmimedProblemCode code, const char *detail);
gboolean smd_problems_contain (GPtrArray *problems, SmimedProblemCode code);
/* Appends copies of those of @from that say something new. */
void smd_problems_append (GPtrArray *problems, GPtrArray *from);

G_END_DECLS
