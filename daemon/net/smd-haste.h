/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The service's workers are SCHED_BATCH, and wake without haste: on a busy machine often tens of milliseconds later than others would. A deadline
 * is to be kept: a thread that waits for one isn't such a worker meanwhile.
 */

/* Returns: whether this thread is such a worker; then smd_haste_end() makes it one again */
gboolean smd_haste_begin (void);
void smd_haste_end (void);

G_END_DECLS
