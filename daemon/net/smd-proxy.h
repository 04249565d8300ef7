/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * smd_proxy_find:
 * @proxies: (nullable): %NULL: the desktop's settings
 *
 * Blocks, perhaps long: a desktop's proxy may be told by a script.
 *
 * Returns: (transfer full) (nullable): the proxy for @url, in libcurl's words; %NULL = none
 */
char *smd_proxy_find (GProxyResolver *proxies, const char *url, GCancellable *cancellable);

G_END_DECLS
