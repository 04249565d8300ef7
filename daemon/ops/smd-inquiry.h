/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-gather.h"
#include "smd-path-check.h"
#include "smd-supply.h"
#include "smd-validate.h"

G_BEGIN_DECLS

/**
 * SmdInquiry:
 * @request: (unowned)
 * @gathered: (owned) (nullable): the issuers at hand
 * @answers: (owned): of SmdPathAnswer
 * @path: (owned) (nullable): the best that can be said with what is at hand
 * @crl_signers: (owned) (nullable): those of @gathered whose CRLs count
 * @crls: (owned) (nullable): what @path was judged by
 * @n_found: @crls, before those that others had forged were taken out
 *
 * The way to one verdict: with every round more is at hand.
 */
typedef struct
{
  const SmdValidateRequest *request; /* (unowned) */
  SmdGathered *gathered;             /* (owned) */
  GPtrArray *answers;                /* (owned) */
  SmdPath *path;                     /* (owned) */
  GPtrArray *crl_signers;            /* (owned) */
  GPtrArray *crls;                   /* (owned) */
  guint n_found;
} SmdInquiry;

SmdInquiry *smd_inquiry_new (const SmdValidateRequest *request);
void smd_inquiry_free (SmdInquiry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdInquiry, smd_inquiry_free)

/* Judges the path with what is at hand now. On error `Failed` */
gboolean smd_inquiry_update (SmdInquiry *self, const SmdEnv *env, const SmdCall *call, SmdSupply *supply,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_inquiry_finish:
 *
 * Judges once more, with CRLs that came with messages: they may tell of a revocation before anybody else does, and serve, within their
 * nextUpdate, where nothing better could be had. Until then they don't count, so that no place goes unasked because of them.
 * On error `Failed`
 */
gboolean smd_inquiry_finish (SmdInquiry *self, const SmdEnv *env, const SmdCall *call, SmdSupply *supply,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds what the verdict still lacks. */
void smd_inquiry_plan (SmdInquiry *self, const SmdCall *call, SmdSupply *supply, GPtrArray *wants);

G_END_DECLS
