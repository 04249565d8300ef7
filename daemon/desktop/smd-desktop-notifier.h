/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-notifier.h"

G_BEGIN_DECLS

#define SMD_TYPE_DESKTOP_NOTIFIER (smd_desktop_notifier_get_type ())
G_DECLARE_FINAL_TYPE (SmdDesktopNotifier, smd_desktop_notifier, SMD, DESKTOP_NOTIFIER, GObject)

/**
 * smd_desktop_notifier_new:
 * @connection: to the session bus; the process' own one, which GApplication takes
 *
 * #SmdNotifier by GNotification, in the user's language: GNOME's own protocol, the portal in a sandbox, `org.freedesktop.Notifications` elsewhere.
 *
 * GNotification gives no word on whether anybody has shown anything, and a certificate's last warning must not be lost while no notification server
 * runs. So a server is asked first whether it is there, and the notification counts as shown when the server has answered the call that brought it
 * (smd-notice-delivery.h).
 *
 * Returns: (transfer full): before our name is owned, so that what GNOME calls is found by whoever started us
 */
SmdNotifier *smd_desktop_notifier_new (GDBusConnection *connection);

G_END_DECLS
