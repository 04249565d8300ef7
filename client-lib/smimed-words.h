/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * smimed_problem_describe:
 * @code: a `code` word received from the bus
 *
 * What the problem means, as a sentence for people, in their language. A word that this version doesn't know is a failure
 * too, and described as one.
 *
 * Returns: (transfer none): a translated sentence
 */
const char *smimed_problem_describe (const char *code);

/**
 * smimed_protection_describe:
 * @protection: a `protection` word of a report
 *
 * Returns: (transfer none): a translated sentence
 */
const char *smimed_protection_describe (const char *protection);

G_END_DECLS
