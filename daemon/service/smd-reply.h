/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

/**
 * smd_reply_with:
 * @call: the method call that is answered
 * @result: a tuple; taken if it is floating
 * @fds: (nullable)
 *
 * Any thread, once for each call. Nothing is sent if the caller wants no reply. A bus that has gone is nobody's error: the caller is gone with it.
 */
void smd_reply_with (GDBusConnection *connection, GDBusMessage *call, GVariant *result, GUnixFDList *fds);

/* Likewise; the error's name is that under which its domain is registered. */
void smd_reply_with_error (GDBusConnection *connection, GDBusMessage *call, const GError *error);

G_END_DECLS
