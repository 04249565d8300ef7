/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-report.h"

G_BEGIN_DECLS

/**
 * SmdSignedContent:
 * @cms: (unowned): a SignedData with signers
 * @content: the detached content; data %NULL for encapsulated content
 * @sender: (unowned) (nullable): the address that a signer must prove
 * @date: the Date field, seconds since 1970 UTC; G_MININT64 = unknown
 * @received_at: likewise
 */
typedef struct
{
  SmdCms *cms; /* (unowned) */
  SmdSpan content;
  SmdLines lines;
  const char *sender; /* (unowned) */
  gint64 date;
  gint64 received_at;
} SmdSignedContent;

/**
 * smd_signers_judge:
 * @layer: gets one report for each signer
 *
 * Verifies every signature and judges every signer's chain and address. What verified signatures of the sender say about his
 * abilities is remembered.
 *
 * Returns: FALSE on error: `Malformed`, `Cancelled`, `Failed`
 */
gboolean smd_signers_judge (const SmdEnv *env, const SmdCall *call, const SmdSignedContent *content, SmdLayer *layer,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
