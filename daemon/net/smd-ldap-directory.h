/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-directory.h"

G_BEGIN_DECLS

#define SMD_TYPE_LDAP_DIRECTORY (smd_ldap_directory_get_type ())
G_DECLARE_FINAL_TYPE (SmdLdapDirectory, smd_ldap_directory, SMD, LDAP_DIRECTORY, GObject)

/**
 * smd_ldap_directory_new:
 *
 * The directories that the settings name, over LDAP. It costs nothing before the first look-up.
 *
 * Returns: (transfer full)
 */
SmdLdapDirectory *smd_ldap_directory_new (SmdCrypto *crypto);

/* @urls: the setting `directories`, which has changed: the others are forgotten, and not asked any more. */
void smd_ldap_directory_set_urls (SmdLdapDirectory *self, const char *const *urls);

/* Forgets what was known, and who failed: the network is another one. */
void smd_ldap_directory_reset (SmdLdapDirectory *self);

G_END_DECLS
