/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-notice-application.h"

G_BEGIN_DECLS

/**
 * SmdNoticeLook:
 * @markup: whether the server reads the text as markup, if it is one of `org.freedesktop.Notifications`; the other protocols know plain text only
 * @stays: whether it stays on the screen until the user closes it
 *
 * What GNotification has no words for.
 */
typedef struct
{
  gboolean markup;
  gboolean stays;
} SmdNoticeLook;

/* @shown: whether the server has said that it took it; main thread, exactly once */
typedef void (*SmdNoticeDelivered) (gboolean shown, gpointer data);

/**
 * smd_notice_deliver:
 * @id: what it replaces, and is withdrawn by
 *
 * Sends @notification by GNotification, and waits until the server has taken it, or ten seconds. One at a time.
 *
 * GNotification sends and forgets. So a filter looks at what the application's connection sends next: it demands a reply where GLib's backends
 * for GNOME and the portal want none, and sees it. In a call of `org.freedesktop.Notifications` it also sets what GLib leaves to chance: the text is
 * escaped, and the time for which it stays. The filter is there for the time of the delivery only.
 */
void smd_notice_deliver (SmdNoticeApplication *application, const char *id, GNotification *notification, const SmdNoticeLook *look,
                         SmdNoticeDelivered done, gpointer data);

G_END_DECLS
