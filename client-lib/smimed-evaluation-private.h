/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimed-evaluation.h"

G_BEGIN_DECLS

/* @verdicts: `aa{sv}`. Returns: (transfer full) */
SmimedEvaluation *smimed_evaluation_new (gboolean ready, GVariant *verdicts);

G_END_DECLS
