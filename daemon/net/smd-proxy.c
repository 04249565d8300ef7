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

char *
smd_proxy_find (GProxyResolver *proxies, const char *url, GCancellable *cancellable)
{
  GProxyResolver *resolver = proxies != NULL ? proxies : g_proxy_resolver_get_default ();
  g_auto (GStrv) found = g_proxy_resolver_lookup (resolver, url, cancellable, NULL);

  /* Without an answer there is none: a desktop that is just starting. */
  return found != NULL && found[0] != NULL ? to_curl (found[0]) : NULL;
}
