/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-directory-url.h"

G_BEGIN_DECLS

/**
 * SmdUrlTarget:
 * @scheme: (owned): lower case
 * @host: (owned): a name, or an address without brackets
 * @port: the scheme's where the URL names none
 *
 * Where a URL leads.
 */
typedef struct
{
  char *scheme; /* (owned) */
  char *host;   /* (owned) */
  guint16 port;
} SmdUrlTarget;

void smd_url_target_free (SmdUrlTarget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdUrlTarget, smd_url_target_free)

/**
 * SmdUrlGuard:
 *
 * Which URLs and addresses may be fetched from: a certificate of a stranger must not make the daemon speak to services of this machine
 * or of the local network. Pure and immutable; reference counted (atomic).
 */
typedef struct _SmdUrlGuard SmdUrlGuard;

/**
 * smd_url_guard_new:
 * @allow: (nullable): what may be fetched from all the same: host names (`pki.corp.example`), addresses (`127.0.0.1`) and networks
 *   (`10.0.0.0/8`); the setting `network-allow`
 * @directories: (nullable): URLs of directories; the setting of that name: whoever wrote it has chosen their addresses
 *
 * Returns: (transfer full): a guard
 */
SmdUrlGuard *smd_url_guard_new (const char *const *allow, const char *const *directories);
SmdUrlGuard *smd_url_guard_ref (SmdUrlGuard *self);
void smd_url_guard_unref (SmdUrlGuard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdUrlGuard, smd_url_guard_unref)

/* Returns: (transfer none) (nullable): the directory of the setting whose entry @url means */
const SmdDirectoryUrl *smd_url_guard_find_directory (SmdUrlGuard *self, const char *url);

/**
 * smd_url_guard_check_url:
 *
 * What can be said before names are resolved: http, https, ldap and ldaps, with a host (RFC 3986), no user name, nothing that two
 * programs could read differently, and no address that smd_url_guard_check_address() refuses; or an entry of a directory of the setting
 * (that of `ldapi` has the socket as its host).
 *
 * Returns: (transfer full): where it leads; on error `PolicyForbids`, `Malformed`
 */
SmdUrlTarget *smd_url_guard_check_url (SmdUrlGuard *self, const char *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_url_guard_check_address:
 * @host: as the URL named it
 * @address: what is about to be connected to, after DNS and redirects
 *
 * Loopback, link-local, private (RFC 1918, 4193, 6598), multicast and other special addresses, also inside IPv6, are refused unless
 * the setting lists them, or @host.
 *
 * Returns: whether it may be connected to; on error `PolicyForbids`
 */
gboolean smd_url_guard_check_address (SmdUrlGuard *self, const char *host, GInetAddress *address,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
