/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job.h"

G_BEGIN_DECLS

/**
 * SmdErrandFunc:
 * @call: the settings as they were when it was sent out; not interactive, ended by the service's end
 *
 * Work that no call waits for, in a worker.
 *
 * Returns: what it has left changed: the objects are shown anew after %SMD_JOB_CHANGES_LISTED
 */
typedef SmdJobEffect (*SmdErrandFunc) (const SmdEnv *env, const SmdCall *call, gpointer data);

/**
 * smd_errand_run:
 * @done: (nullable): in the main thread, exactly once: after @run, or if there is no room for it in the queue; frees @data
 *
 * Main thread. The service's end waits for it.
 */
void smd_errand_run (SmdJobHost *host, SmdErrandFunc run, GDestroyNotify done, gpointer data);

G_END_DECLS
