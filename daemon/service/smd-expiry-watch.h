/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job.h"
#include "smd-notifier.h"

G_BEGIN_DECLS

/**
 * SmdExpiryWatch:
 *
 * Tells in time that certificates come to their end: on the bus and on the desktop. Looks when something has changed, and sleeps until the next
 * moment that matters. What the desktop didn't take is tried again when its notifications appear, and with each later look.
 */
typedef struct _SmdExpiryWatch SmdExpiryWatch;

/* How the bus hears: all in the main thread */
typedef struct
{
  void (*expiring) (const char *certificate, const char *address, gint64 not_after, int days, gpointer data);
  void (*activated) (const char *certificate, const char *token, gpointer data);
  gpointer data; /* (unowned) */
} SmdExpiryListener;

/**
 * smd_expiry_watch_new:
 * @notifier: (nullable)
 *
 * Returns: (transfer full): looks at once
 */
SmdExpiryWatch *smd_expiry_watch_new (SmdJobHost *host, SmdNotifier *notifier, const SmdExpiryListener *listener);
void smd_expiry_watch_free (SmdExpiryWatch *self);

/* Something has changed: certificates, trust, accounts, settings. */
void smd_expiry_watch_look (SmdExpiryWatch *self);

G_END_DECLS
