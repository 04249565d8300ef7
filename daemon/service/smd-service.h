/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job.h"
#include "smd-notifier.h"

G_BEGIN_DECLS

/**
 * SmdService:
 *
 * The D-Bus service on one connection: all objects, and the machinery that runs calls.
 */
typedef struct _SmdService SmdService;

/**
 * smd_service_new:
 * @env: must outlive it, as must @settings
 * @version: what Manager.Version says
 *
 * Reads what is stored and exports all objects; the name is the caller's affair.
 *
 * Returns: (transfer full): on error `Failed`
 */
SmdService *smd_service_new (GDBusConnection *connection, const SmdEnv *env, SmdSettings *settings, const char *version,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Waits for the work that is under way; calls are to be answered before, see smd_service_is_busy(). */
void smd_service_free (SmdService *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdService, smd_service_free)

/* Ends the work that no call waits for, and begins no more of it: nobody is to wait for a download at the end. */
void smd_service_end_errands (SmdService *self);

/* The network is another one, or is paid for by the byte as @metered says. */
void smd_service_set_metered (SmdService *self, gboolean metered);

/* Whether work is under way */
gboolean smd_service_is_busy (SmdService *self);

/* In a worker, without prompting: makes the own certificates equal to what the Secret Service holds, and shows what has changed. */
void smd_service_sync_keys (SmdService *self);

/* Begins to tell that certificates come to their end; once. @notifier: (nullable): the desktop's */
void smd_service_watch_expiry (SmdService *self, SmdNotifier *notifier);

/* From now on what an administrator delivers is imported, now and when it comes. */
void smd_service_watch_deliveries (SmdService *self);

G_END_DECLS
