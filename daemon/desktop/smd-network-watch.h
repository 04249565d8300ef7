/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMD_TYPE_NETWORK_WATCH (smd_network_watch_get_type ())
G_DECLARE_FINAL_TYPE (SmdNetworkWatch, smd_network_watch, SMD, NETWORK_WATCH, GObject)

/**
 * smd_network_watch_new:
 * @monitor: (nullable): %NULL: the desktop's, which may take some milliseconds to be found: not at the start
 *
 * What the desktop knows about the network. Signal `changed`, without arguments, in the thread-default main context of the caller, once
 * for several changes that come together: another network, none, one again, or another price.
 *
 * Returns: (transfer full)
 */
SmdNetworkWatch *smd_network_watch_new (GNetworkMonitor *monitor);

/* Whether each byte costs, as far as is known. */
gboolean smd_network_watch_is_metered (SmdNetworkWatch *self);

G_END_DECLS
