/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job.h"

G_BEGIN_DECLS

/**
 * SmdLateAnswers:
 *
 * OCSP answers that came after their asker's deadline, on their way to a worker that judges and keeps them
 * (smd_refresh_take_late_answer()). Main thread, but where another is named.
 */
typedef struct _SmdLateAnswers SmdLateAnswers;

SmdLateAnswers *smd_late_answers_new (SmdJobHost *host);
/* Any thread; @late: (transfer full): one that has a body, and says what was asked */
void smd_late_answers_push (SmdLateAnswers *self, SmdFetchResult *late);
/* Begins nothing more; what is under way is to be waited for before it is freed. */
void smd_late_answers_stop (SmdLateAnswers *self);
void smd_late_answers_free (SmdLateAnswers *self);

G_END_DECLS
