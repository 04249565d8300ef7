/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-ldap-library.h"

G_BEGIN_DECLS

#define SMD_LDAP_CONNECT_TIME 10 /* seconds */

/**
 * SmdLdapConnection:
 * @handle: (owned): libldap's
 *
 * An LDAP connection over a socket that somebody else has connected: bounded, without referrals. For one thread; whoever cancels the
 * stop ends its waiting, wherever it waits.
 */
typedef struct
{
  const SmdLdapLibrary *library; /* (unowned) */
  GSocketConnection *socket;     /* (owned) */
  GCancellable *stop;            /* (owned) */
  gulong handler;                /* on @stop */
  LDAP *handle;                  /* (owned) */
} SmdLdapConnection;

/**
 * smd_ldap_connection_new:
 * @socket: (transfer full)
 * @server: URL of the server, without base; its host is what certificates are compared with
 * @largest: bytes of one message of the server; a larger one ends the connection
 * @code: (out): what libldap says if that fails
 *
 * Returns: (transfer full) (nullable)
 */
SmdLdapConnection *smd_ldap_connection_new (const SmdLdapLibrary *library, GSocketConnection *socket, const char *server, gsize largest,
                                            GCancellable *stop, int *code);
void smd_ldap_connection_free (SmdLdapConnection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdLdapConnection, smd_ldap_connection_free)

/* TLS from the first byte (`ldaps`). The server's certificate is required and checked. Returns: libldap's code */
int smd_ldap_connection_install_tls (SmdLdapConnection *self);
/* The StartTLS operation (RFC 4511, 4.14). Returns: libldap's code; LDAP_PROTOCOL_ERROR: the server doesn't offer it */
int smd_ldap_connection_start_tls (SmdLdapConnection *self);

/* Returns: (transfer full): what libldap and the server say about @code */
char *smd_ldap_connection_explain (SmdLdapConnection *self, int code);
/* What went wrong last. Returns: libldap's code */
int smd_ldap_connection_get_code (SmdLdapConnection *self);

G_END_DECLS
