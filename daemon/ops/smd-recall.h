/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-account-state.h"
#include "smd-evaluated-set.h"

G_BEGIN_DECLS

#define SMD_RECALL_SECONDS 300 /* that a verdict is remembered at most */

/**
 * smd_recall_verdicts:
 * @serial: smd_cert_store_get_serial() when the evaluation began
 *
 * Gives those who still need a certificate the verdict of an earlier call, if it is good and everything that it rests on is the same: the
 * store and its CRLs, what the directories say (and not only the same words), the policy; and if nothing in it has ended meanwhile.
 */
void smd_recall_verdicts (SmdEvaluatedSet *set, const SmdEnv *env, const SmdCall *call, guint serial);

/* The same for the state of the account with @address. Returns: (transfer full) (nullable): the state, if it still holds */
SmdAccountState *smd_recall_account (const char *address, const SmdEnv *env, const SmdCall *call, guint serial);
/* Remembers @state if all that is used of it is good, and trying again couldn't make it better. */
void smd_remember_account (const char *address, SmdAccountState *state, const SmdEnv *env, const SmdCall *call, guint serial);

/* Remembers the good ones, without those that trying again could make better. */
void smd_remember_verdicts (SmdEvaluatedSet *set, const SmdEnv *env, const SmdCall *call, guint serial);

G_END_DECLS
