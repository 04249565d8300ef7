/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-directory-cache.h"
#include "smd-directory-session.h"

G_BEGIN_DECLS

/**
 * SmdDirectoryServer:
 *
 * One directory: what it has said, what it is being asked now, and the few connections over which that happens. Reference counted with
 * the lock of its owner, which every function but smd_directory_server_serve() wants to be held.
 */
typedef struct _SmdDirectoryServer SmdDirectoryServer;

/**
 * smd_directory_server_new:
 * @serial: (unowned): that of the owner's last answer, with the lock
 * @lock: (unowned): its owner's
 * @landing: (unowned): broadcast when a question has its answer
 */
SmdDirectoryServer *smd_directory_server_new (const char *url, SmdCrypto *crypto, guint64 *serial, GMutex *lock, GCond *landing);
SmdDirectoryServer *smd_directory_server_ref (SmdDirectoryServer *self);
void smd_directory_server_unref (SmdDirectoryServer *self);

const char *smd_directory_server_get_url (SmdDirectoryServer *self);

/* Returns: (transfer full) (nullable): what can be said without asking: what is remembered, or that it failed a moment ago */
SmdDirectoryAnswer *smd_directory_server_recall (SmdDirectoryServer *self, const char *address, gint64 now);

/**
 * smd_directory_server_ask:
 * @more: (out): one more thread is to run smd_directory_server_serve()
 *
 * Returns: (transfer full): the question, which may be on its way already for somebody else
 */
SmdDirectoryQuestion *smd_directory_server_ask (SmdDirectoryServer *self, const char *address, gboolean *more);
void smd_directory_question_unref (SmdDirectoryQuestion *self);

/* Whether the server has been silent for so long at @asked (monotonic microseconds) that nobody is made to wait for it any more. */
gboolean smd_directory_server_is_silent (SmdDirectoryServer *self, gint64 asked);

/* Answers questions until none have come for a while. Lock not held; any thread. */
void smd_directory_server_serve (SmdDirectoryServer *self);

/* Forgets answers and failures. */
void smd_directory_server_flush (SmdDirectoryServer *self);
/* Nobody wants it any more: its threads end soon, open questions fail. */
void smd_directory_server_stop (SmdDirectoryServer *self);

G_END_DECLS
