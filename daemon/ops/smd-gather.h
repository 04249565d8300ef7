/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"

G_BEGIN_DECLS

/**
 * SmdGathered:
 * @candidates: (owned) (element-type SmdCertificate): possible issuers; none of them trusted
 * @anchors: (owned) (element-type SmdCertificate): trust anchors among the possible issuers
 * @distrusted: (owned) (element-type utf8): a set of fingerprints
 *
 * What the judgement of one certificate needs from the world.
 */
typedef struct
{
  GPtrArray *candidates;  /* (owned) */
  GPtrArray *anchors;     /* (owned) */
  GHashTable *distrusted; /* (owned) */
} SmdGathered;

void smd_gathered_free (SmdGathered *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdGathered, smd_gathered_free)

/**
 * smd_gather:
 * @borne: (nullable) (element-type SmdCertificate): certificates that came with the message: never anchors
 * @fetched: (nullable) (element-type SmdCertificate): likewise from the network
 *
 * Follows the issuers' names, and those of others who sign CRLs in their place, from @leaf upwards through @borne, @fetched and the store, by
 * breadth, each certificate once.
 *
 * Returns: (transfer full): what was found; on error `Failed`
 */
SmdGathered *smd_gather (const SmdEnv *env, SmdCertificate *leaf, GPtrArray *borne, GPtrArray *fetched,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
