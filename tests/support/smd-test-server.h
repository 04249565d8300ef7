/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * smd_test_server_start:
 * @script: a program of tests/support that serves until its standard input is closed
 * @argument: (nullable)
 * @line: (out): the line in which it tells where it is
 *
 * Returns: (transfer full): it runs
 */
GSubprocess *smd_test_server_start (const char *script, const char *argument, char **line);
/* @self: (transfer full) */
void smd_test_server_stop (GSubprocess *self);

G_END_DECLS
