/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMD_NOTICE_GTK "org.gtk.Notifications"
#define SMD_NOTICE_FREEDESKTOP "org.freedesktop.Notifications"

/* Who shows notifications. GNotification asks the same question, but once for a process: what it found is where all later ones go. */
typedef enum
{
  SMD_NOTICE_SERVER_NOBODY,
  SMD_NOTICE_SERVER_GTK,
  SMD_NOTICE_SERVER_FREEDESKTOP,
} SmdNoticeServer;

/* @markup: whether it reads the text as markup; main thread, exactly once */
typedef void (*SmdNoticeServerKnown) (SmdNoticeServer server, gboolean markup, gpointer data);

/**
 * smd_notice_server_ask:
 * @chosen: by GNotification, %SMD_NOTICE_SERVER_NOBODY before it has sent anything
 *
 * Finds out who is there to take a notification now: a round trip to the server, which may be started for it; ten seconds at most.
 */
void smd_notice_server_ask (GDBusConnection *connection, SmdNoticeServer chosen, SmdNoticeServerKnown known, gpointer data);

G_END_DECLS
