/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-dbus-generated.h"
#include "smd-job.h"

G_BEGIN_DECLS

/**
 * SmdRefresher:
 *
 * Fetches CRLs and OCSP answers ahead of need (smd_refresh()), in the background: when one is due, when something new is wanted, and when the network has
 * changed. It sleeps in between, and rests while smimed is switched off or each byte costs. Shows `LastRefresh` and
 * `NextRefresh`. Main thread, but where another is named.
 */
typedef struct _SmdRefresher SmdRefresher;

/* @skeleton: gets the properties */
SmdRefresher *smd_refresher_new (SmdJobHost *host, SmdDbusRevocation *skeleton);
/* Begins nothing more; what is under way is to be waited for before it is freed. */
void smd_refresher_stop (SmdRefresher *self);
void smd_refresher_free (SmdRefresher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdRefresher, smd_refresher_free)

/* Something has changed that the plan rests on, such as certificates. Any thread; planning follows soon, once for many of these. */
void smd_refresher_plan (SmdRefresher *self);
/* Likewise, and what failed may work now: other settings. Main thread. */
void smd_refresher_retry (SmdRefresher *self);
/* The network is another one, or another price: what failed may work now. */
void smd_refresher_set_metered (SmdRefresher *self, gboolean metered);

/* Worker: reads when something was and is to be refreshed, for smd_refresher_show(). */
void smd_refresher_read_times (SmdRefresher *self, const SmdCall *call);
/* Shows what was read last, before the reply to a call that has changed it goes out. */
void smd_refresher_show (SmdRefresher *self);
guint32 smd_refresher_get_seed (SmdRefresher *self);

G_END_DECLS
