/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"

G_BEGIN_DECLS

/**
 * SmdResponders:
 *
 * What OCSP responders say outside of verdicts: ahead of need, or too late for whoever asked. Their answers are judged as in a verdict,
 * and kept: the next one has them.
 */
typedef struct _SmdResponders SmdResponders;

/* @env, @call: live longer. The call's network deadline is for what the responders' own certificates lack. */
SmdResponders *smd_responders_new (const SmdEnv *env, const SmdCall *call);
void smd_responders_free (SmdResponders *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdResponders, smd_responders_free)

/**
 * smd_responders_ask:
 *
 * Returns: (transfer full) (nullable): what is to be asked of @url about @certificate; %NULL: nothing, as it leads to no anchor (any
 *   more): that is remembered like a failure
 */
SmdFetchRequest *smd_responders_ask (SmdResponders *self, SmdCertificate *certificate, const char *url);

/**
 * smd_responders_take:
 * @asked: whom it is about
 *
 * Judges the answer and keeps it, or remembers why it is of no use.
 */
void smd_responders_take (SmdResponders *self, const SmdOcspRequest *asked, const SmdFetchResult *result);

/* The rest: fetches the CRLs that some responders' own certificates are to be judged by. */
void smd_responders_settle (SmdResponders *self);

G_END_DECLS
