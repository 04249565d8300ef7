/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-evaluated-set.h"

G_BEGIN_DECLS

#define SMD_CANDIDATES_MOST 64 /* tried for one address from the store, or from one directory, before giving up */

/**
 * SmdCandidate:
 * @certificate: (owned)
 * @answer: (owned) (nullable): of the directory that it comes from
 *
 * A certificate that might serve: made out to the address, and for encryption.
 */
typedef struct
{
  SmdCertificate *certificate; /* (owned) */
  SmdDirectoryAnswer *answer;  /* (owned) */
} SmdCandidate;

/* Returns: (transfer full) (element-type SmdCandidate): for an address that still needs a certificate; the directories in their order, of each
 * the newest first, but those that aren't in time last; of more than are tried first those that smd_crowd_sort() puts there; none for whoever
 * needs none; on error `Failed` */
GPtrArray *smd_candidates_find (const SmdEnv *env, const SmdCall *call, const SmdEvaluated *evaluated, SmdSource source,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* There was no candidate: tells why, of what was there. Returns: FALSE on error: `Failed` */
gboolean smd_candidates_explain_absence (const SmdEnv *env, const SmdCall *call, SmdEvaluated *evaluated,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tells which directories could not be asked, unless what is used comes from one before them. */
void smd_candidates_explain_failures (SmdEvaluated *evaluated);

G_END_DECLS
