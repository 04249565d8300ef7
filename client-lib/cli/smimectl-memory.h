/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gunixfdlist.h>

/* Returns: FALSE with errno */
gboolean smimectl_memory_write_all (int fd, const void *data, gsize size) G_GNUC_WARN_UNUSED_RESULT;

/* Puts @size bytes at @data into memory that is handed over as a descriptor. Returns: its index in @fds, -1 on error */
int smimectl_memory_add (GUnixFDList *fds, const void *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the bytes behind the descriptor at @index */
GBytes *smimectl_memory_get (GUnixFDList *fds, int index, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): what can be read from @fd, to its end; @name is for the error's text */
GBytes *smimectl_memory_read (int fd, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes all of @bytes to @fd. On error a file is emptied: half of a signature or of a message is worse than none. */
gboolean smimectl_memory_write (int fd, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
