/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-validate.h"

G_BEGIN_DECLS

/* Whether trying again later can't change the verdict: it is valid, or something is wrong for good */
gboolean smd_validation_is_final (const SmdValidation *self);

/**
 * smd_first_sight:
 * @identity: of a good signature (SmdSigner)
 * @now: what is said of its signer today
 *
 * Old mail doesn't turn red silently when certificates expire: what was said of a signature when it was first seen is kept. A verdict that
 * only lacks information isn't kept; the next one may be.
 *
 * Returns: whether the signer's chain was valid then; %SMD_CHAIN_UNKNOWN if nothing is kept
 */
SmdChainState smd_first_sight (const SmdEnv *env, const char *identity, const SmdValidation *now);

G_END_DECLS
