/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): a new memfd, -1 on error */
int smimed_memfd_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smimed_memfd_write (int fd, const void *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* After it nobody can change the bytes, so that the service needs no copy. */
gboolean smimed_memfd_seal (int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the same file, with the same offset or (reopened) with one of its own; -1 on error */
int smimed_fd_dup (int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
int smimed_fd_reopen (int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
