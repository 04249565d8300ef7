/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * smd_page_view:
 * @connection: to the session bus
 * @html: a whole page
 * @token: for raising a window (XDG_ACTIVATION_TOKEN), or ""
 *
 * Shows a page with what the user's desktop shows pages with. Main thread; doesn't wait. What goes wrong stands in the log.
 */
void smd_page_view (GDBusConnection *connection, const char *html, const char *token);

G_END_DECLS
