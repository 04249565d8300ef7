/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-inquiry.h"

G_BEGIN_DECLS

/**
 * smd_explain:
 *
 * Adds to the problems of @validation which places were asked and what came of it, and whether trying again may help; and fills its list
 * of what is known of each certificate's revocation.
 */
void smd_explain (SmdValidation *validation, const SmdInquiry *inquiry, const SmdPolicy *policy, SmdSupply *supply);

/**
 * smd_keep_fruit:
 *
 * Keeps the authorities of a path to an anchor for which something was fetched, so that what comes late, or is fetched ahead next time, can
 * be verified; and notes which CRLs and OCSP answers were asked for.
 */
void smd_keep_fruit (const SmdEnv *env, const SmdInquiry *inquiry, const SmdPolicy *policy, SmdSupply *supply);

G_END_DECLS
