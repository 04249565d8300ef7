/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-directory-url.h"
#include "smd-ldap-connection.h"

G_BEGIN_DECLS

/**
 * smd_directory_connect:
 * @largest: bytes of one message of the server
 *
 * Where the administrator has said that the directory is, there it is: the guard of addresses is for what certificates name.
 *
 * Returns: (transfer full): a connection, logged in as far as its kind allows (smd_directory_session_new()); on error `Failed`
 */
SmdLdapConnection *smd_directory_connect (const SmdLdapLibrary *library, const SmdDirectoryUrl *url, gsize largest, GCancellable *stop,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
