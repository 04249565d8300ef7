/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-verdict.h"

G_BEGIN_DECLS

/**
 * smd_learn_capabilities:
 * @verdicts: (element-type SmdVerdict): usable ones
 *
 * Remembers the capabilities that correspondents have published in the directory in signatures of their own (RFC 2798 section 2.8). Only a signature
 * whose certificate is valid and made out to the same address counts.
 *
 * Returns: FALSE on error: `Cancelled`, `Failed`
 */
gboolean smd_learn_capabilities (const SmdEnv *env, const SmdCall *call, GPtrArray *verdicts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_learn_certificates:
 * @verdicts: (element-type SmdVerdict): those that were encrypted to
 *
 * Remembers the certificates that came from a directory and were used, with their issuers: the next message is encrypted without it, too. What
 * can't be stored is only logged: the message is encrypted.
 */
void smd_learn_certificates (const SmdEnv *env, GPtrArray *verdicts);

G_END_DECLS
