/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * smd_daemon_run:
 *
 * The whole program: hardens the process, puts real implementations behind the ports, serves until it is told to end or the bus goes.
 *
 * Returns: the exit status
 */
int smd_daemon_run (int argc, char **argv);

G_END_DECLS
