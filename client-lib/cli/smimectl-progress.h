/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/**
 * SmimectlProgress:
 *
 * A line on the terminal that tells how far a call has come, from the signals of its Job. It appears only if the call takes long,
 * and is wiped away at the end.
 */
typedef struct _SmimectlProgress SmimectlProgress;

/* @job: the object's path. Returns: (nullable): NULL if standard error is no terminal, or with --quiet */
SmimectlProgress *smimectl_progress_new (const SmimectlContext *context, const char *job);
void smimectl_progress_free (SmimectlProgress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmimectlProgress, smimectl_progress_free)
