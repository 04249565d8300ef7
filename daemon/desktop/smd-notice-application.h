/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whose .desktop file names us to the desktop, and who is called when a notification is followed: our own name and root object on the bus */
#define SMD_NOTICE_APPLICATION_ID "org.smimed.Smime1"
/* An action with a certificate's fingerprint */
#define SMD_NOTICE_ACTION "show-certificate"

/* The user follows a notification. @token: for raising a window (XDG_ACTIVATION_TOKEN), %NULL if the desktop told none with it; main thread */
typedef void (*SmdNoticeFollowed) (const char *fingerprint, const char *token, gpointer data);

#define SMD_TYPE_NOTICE_APPLICATION (smd_notice_application_get_type ())
G_DECLARE_FINAL_TYPE (SmdNoticeApplication, smd_notice_application, SMD, NOTICE_APPLICATION, GApplication)

/**
 * smd_notice_application_new:
 *
 * What GNotification needs: an application that has an id and is registered. It takes no name (ours is owned already, smd-daemon.c), runs no main
 * loop, and adds what desktops call (`org.freedesktop.Application`, `org.gtk.Actions`, `org.gtk.Application`) to our root object. Making it costs 0.2
 * ms, which no start of the daemon has to pay.
 *
 * Returns: (transfer full)
 */
SmdNoticeApplication *smd_notice_application_new (SmdNoticeFollowed followed, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Nobody listens any more. */
void smd_notice_application_mute (SmdNoticeApplication *self);

/* Returns: (nullable): the token in what the desktop tells with a call of `org.freedesktop.Application` */
const char *smd_notice_application_find_token (GVariant *platform_data);

G_END_DECLS
