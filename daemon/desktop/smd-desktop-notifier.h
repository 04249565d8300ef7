/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-notifier.h"

G_BEGIN_DECLS

#define SMD_TYPE_DESKTOP_NOTIFIER (smd_desktop_notifier_get_type ())
G_DECLARE_FINAL_TYPE (SmdDesktopNotifier, smd_desktop_notifier, SMD, DESKTOP_NOTIFIER, GObject)

/**
 * smd_desktop_notifier_new:
 * @connection: to the session bus
 *
 * #SmdNotifier over `org.freedesktop.Notifications`, which every desktop has, in the user's language.
 *
 * Not GNotification: that belongs to a GApplication, gives no word on whether anybody has shown it (a certificate's last warning would be lost
 * while no notification daemon runs), and its actions go to a .desktop file, which a service without windows doesn't have. What it would send to
 * the desktop is the same call.
 *
 * Returns: (transfer full)
 */
SmdNotifier *smd_desktop_notifier_new (GDBusConnection *connection);

G_END_DECLS
