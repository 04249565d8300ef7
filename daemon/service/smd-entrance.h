/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job-host.h"

G_BEGIN_DECLS

/**
 * SmdEntrance:
 *
 * Where calls are begun in the thread that reads the bus, instead of the main thread: what mail clients call for each message they show or send. Only
 * for callers that are known, and known to run outside of any sandbox. What asks for a Job object, has wrong arguments or isn't in the tables of
 * methods goes the way of all calls, which begins at the skeletons in the main thread. Job.Cancel() is passed on to that thread, in its turn.
 */
typedef struct _SmdEntrance SmdEntrance;

/* @host: stays until smd_entrance_close() */
SmdEntrance *smd_entrance_open (GDBusConnection *connection, SmdJobHost *host);

/**
 * smd_entrance_close:
 * @self: (transfer full)
 *
 * Waits for the call that is being begun; after that none is.
 */
void smd_entrance_close (SmdEntrance *self);

G_END_DECLS
