/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-fd-in.h"

G_BEGIN_DECLS

/**
 * SmdIntake:
 *
 * One thread that reads all pipes, sockets and terminals of all calls, so that a client that never closes its end keeps no worker.
 */
typedef struct _SmdIntake SmdIntake;

/**
 * SmdIntakeFunc:
 * @error: (transfer full) (nullable): why not everything could be read: `DeadlineExceeded` when nothing came for the idle time, `Cancelled`,
 *   those of smd_fd_in_pump()
 *
 * Called once, in the intake's thread; must be quick.
 */
typedef void (*SmdIntakeFunc) (GError *error, gpointer data);

/**
 * smd_intake_new:
 * @idle: microseconds without a byte after which a stream is given up
 */
SmdIntake *smd_intake_new (gint64 idle);
/* Ends the thread; what is still being read is reported as cancelled. */
void smd_intake_free (SmdIntake *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdIntake, smd_intake_free)

/**
 * smd_intake_read:
 * @input: a stream; must stay until @func is called
 * @progress: (nullable): likewise
 * @cancellable: looked at when smd_intake_wake() is called
 */
void smd_intake_read (SmdIntake *self, SmdFdIn *input, SmdProgress *progress, GCancellable *cancellable, SmdIntakeFunc func,
                      gpointer data);

/* To be called after a cancellable was triggered. */
void smd_intake_wake (SmdIntake *self);

G_END_DECLS
