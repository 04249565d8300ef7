/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-fetcher.h"

G_BEGIN_DECLS

#define SMD_TYPE_NETWORK (smd_network_get_type ())
G_DECLARE_FINAL_TYPE (SmdNetwork, smd_network, SMD, NETWORK, GObject)

/**
 * smd_network_new:
 * @proxies: (nullable): %NULL: the desktop's
 *
 * The fetcher: HTTP and LDAP, guarded, side by side, at most a few at once from one host. It costs nothing before its first fetch.
 *
 * Returns: (transfer full)
 */
SmdNetwork *smd_network_new (GProxyResolver *proxies);

/* The settings `network-allow` and `directories`; they count from the next fetch on. Any thread. */
void smd_network_set_allow (SmdNetwork *self, const char *const *allow, const char *const *directories);

/* Another network: hosts that failed may be tried again at once. Any thread. */
void smd_network_reset (SmdNetwork *self);

G_END_DECLS
