/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-proxy.h"

/* GIO's words for proxies to libcurl's: names are resolved by the proxy. Returns: (transfer full) (nullable): none */
static char *
to_curl (const char *proxy)
{
  if (g_str_has_prefix (proxy, "socks://") || g_str_has_prefix (proxy, "socks5://"))
    return g_strconcat ("socks5h", strchr (proxy, ':'), NULL);
  if (g_str_has_prefix (proxy, "socks4://"))
    return g_strconcat ("socks4a", strchr (proxy, ':'), NULL);
  return g_str_equal (proxy, "direct://") ? NULL : g_strdup (proxy);
}

/*
 * libproxy's module asks for the network monitor while GIO makes the resolver and holds its lock of all modules; the main thread may be making the
 * monitor, and wait for that lock: for ever. So the monitor always comes first.
 */
static GProxyResolver *
get_default (void)
{
  (void) g_network_monitor_get_default ();
  return g_proxy_resolver_get_default ();
}

char *
smd_proxy_find (GProxyResolver *proxies, const char *url, GCancellable *cancellable)
{
  GProxyResolver *resolver = proxies != NULL ? proxies : get_default ();
  g_auto (GStrv) found = g_proxy_resolver_lookup (resolver, url, cancellable, NULL);

  /* Without an answer there is none: a desktop that is just starting. */
  return found != NULL && found[0] != NULL ? to_curl (found[0]) : NULL;
}
