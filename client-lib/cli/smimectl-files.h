/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smimectl-context.h"

/* Adds the file at @path (NULL or "-": standard input) to @fds. Returns: its index, -1 on error */
int smimectl_files_add (GUnixFDList *fds, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks for a password on the terminal without echo, or passes on --password-fd. Returns: its index in @fds, -1 on error, -2 if
 * there is no terminal and the service shall ask. @confirm: ask twice */
int smimectl_files_add_password (const SmimectlContext *context, GUnixFDList *fds, const char *prompt, gboolean confirm,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the file at @index of @fds to --output or standard output. */
gboolean smimectl_files_write (const SmimectlContext *context, GUnixFDList *fds, int index, const char *suffix, GError **error) G_GNUC_WARN_UNUSED_RESULT;
