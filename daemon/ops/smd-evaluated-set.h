/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-verdict.h"

G_BEGIN_DECLS

/**
 * SmdEvaluated:
 * @address: (unowned): as given, or as the directory names a group's member
 * @verdict: (owned) (nullable): as far as it has come: see smd_evaluated_get_verdict()
 * @normal: (unowned) (nullable): its normal form, %NULL if it isn't an address
 * @answers: (unowned) (nullable) (array length=answer_count): what the directories say; %NULL if they weren't asked
 * @group: (unowned) (nullable): the one of @answers that says that this is a group
 * @too_deep: it is inside of too many groups, or of too large ones: its members weren't looked for
 * @retry: trying again later may help
 * @begins: when the first of those certificates begins that aren't valid yet; 0: there is none
 * @recalled: @verdict is an earlier one that still holds
 *
 * One address while it is being evaluated.
 */
typedef struct
{
  const char *address;       /* (unowned) */
  SmdVerdict *verdict;       /* (owned) (nullable) */
  const char *normal;        /* (unowned) */
  SmdDirectoryAnswer **answers; /* (unowned) */
  guint answer_count;
  SmdDirectoryAnswer *group; /* (unowned) */
  gboolean too_deep;
  gboolean retry;
  gint64 begins; /* seconds since 1970 UTC */
  gboolean recalled;
} SmdEvaluated;

/**
 * SmdEvaluatedSet:
 * @list: (owned) (element-type SmdEvaluated): those that were given, in order, then members of groups
 * @lookups: (owned) (element-type GPtrArray): what the directories have said, of which everybody has a part
 * @given: so many of @list were given
 *
 * Addresses that are evaluated together, each once.
 */
typedef struct
{
  GPtrArray *list;        /* (owned) */
  GHashTable *by_address; /* (owned) normal form, or what isn't an address -> SmdEvaluated (unowned) */
  GPtrArray *lookups;     /* (owned) */
  guint given;
} SmdEvaluatedSet;

/* @addresses: must outlive the set; duplicates are folded */
SmdEvaluatedSet *smd_evaluated_set_new (const char *const *addresses);
void smd_evaluated_set_free (SmdEvaluatedSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdEvaluatedSet, smd_evaluated_set_free)

/* Returns: (transfer none): the verdict, begun if there was none: most are recalled, and need none before */
SmdVerdict *smd_evaluated_get_verdict (SmdEvaluated *self);

/* Whether it still needs a certificate */
gboolean smd_evaluated_is_open (const SmdEvaluated *self);

/**
 * smd_evaluated_set_look_up:
 *
 * Asks the directories about all that are open, side by side; groups' members join the set and are asked about, too, to a limit of number and
 * depth.
 *
 * Returns: FALSE on error: `Cancelled`
 */
gboolean smd_evaluated_set_look_up (SmdEvaluatedSet *self, const SmdEnv *env, const SmdCall *call, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type SmdVerdict): everybody in the group, each once; who isn't known gets a verdict that says so */
GPtrArray *smd_evaluated_set_list_members (SmdEvaluatedSet *self, const SmdEvaluated *group);

G_END_DECLS
