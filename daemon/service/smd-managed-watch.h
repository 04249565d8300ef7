/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-dbus-generated.h"
#include "smd-job.h"

G_BEGIN_DECLS

/**
 * SmdManagedWatch:
 *
 * Has what an administrator delivers imported when it comes, and tells of it: `ListManaged`, `ManagedChanged`. Main thread.
 */
typedef struct _SmdManagedWatch SmdManagedWatch;

SmdManagedWatch *smd_managed_watch_new (SmdJobHost *host, SmdDbusCertificates *skeleton);
/* After all errands have ended. */
void smd_managed_watch_free (SmdManagedWatch *self);
/* Looks now, and whenever something has changed. */
void smd_managed_watch_start (SmdManagedWatch *self);
/* Looks again if it was started: a setting has changed. */
void smd_managed_watch_look (SmdManagedWatch *self);

G_END_DECLS
