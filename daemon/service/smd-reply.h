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
 * SmdReply:
 * @message: (owned)
 * @wanted: by the caller
 *
 * The answer to a call, still to be given. It needs nothing of the call: what the bus's thread has allocated for that is best freed by the same thread.
 */
typedef struct
{
  GDBusMessage *message; /* (owned) */
  gboolean wanted;
} SmdReply;

void smd_reply_init (SmdReply *self, GDBusMessage *call);
void smd_reply_clear (SmdReply *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmdReply, smd_reply_clear)

/* Returns: (transfer none) (nullable): the caller's unique name */
const char *smd_reply_get_caller (const SmdReply *self);

/**
 * smd_reply_send:
 * @result: a tuple; taken if it is floating
 * @fds: (nullable)
 *
 * Any thread, once for each call. Nothing is sent if none is wanted. A bus that has gone is nobody's error: the caller is gone with it.
 */
void smd_reply_send (const SmdReply *self, GDBusConnection *connection, GVariant *result, GUnixFDList *fds);

/* Likewise; the error's name is that under which its domain is registered. */
void smd_reply_send_error (const SmdReply *self, GDBusConnection *connection, const GError *error);

G_END_DECLS
