/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "smd-blob.h"

G_BEGIN_DECLS

/* Returns: FALSE with `LimitExceeded` if a result of @size bytes is more than the bus can carry */
gboolean smd_reply_check_size (gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @outputs: (inout): made with the first one. Returns: the handle of @output in the reply, -1 on error */
int smd_reply_add_output (GUnixFDList **outputs, SmdBlob *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_reply_new:
 *
 * Returns: (transfer full): the answer to @call, still to be given. It needs nothing of the call: what the bus's thread has allocated for that is best
 *   freed by the same thread.
 */
GDBusMessage *smd_reply_new (GDBusMessage *call);

/**
 * smd_reply_send:
 * @self: from smd_reply_new()
 * @result: a tuple; taken if it is floating
 * @fds: (nullable)
 *
 * Any thread, once for each call. Nothing is sent if the caller wants no reply. A bus that has gone is nobody's error: the caller is gone with it.
 */
void smd_reply_send (GDBusMessage *self, GDBusConnection *connection, GVariant *result, GUnixFDList *fds);

/* Likewise; the error's name is that under which its domain is registered. */
void smd_reply_send_error (GDBusMessage *self, GDBusConnection *connection, const GError *error);

G_END_DECLS
