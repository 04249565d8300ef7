/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-directory.h"
#include "smd-ldap-connection.h"

G_BEGIN_DECLS

/* @member: of a group's member, which only needs an address. Returns: (transfer none): the names of what is asked for, %NULL-terminated */
const char *const *smd_directory_entry_get_attributes (gboolean member);

/**
 * smd_directory_entry_read:
 * @member: it is a group's member
 * @part: the number of the value from which on the group's members were asked for; 0: all of the entry was
 * @names: (element-type utf8): gets the names of entries that are members
 * @rest: (element-type utf8): gets the attributes whose further values have to be asked for
 *
 * Takes from an entry what it says about an address: certificates, or whom a group consists of (`member`, `uniqueMember`: RFC 4519;
 * `rfc822MailMember`, `mgrpRFC822MailMember`).
 */
void smd_directory_entry_read (SmdLdapConnection *connection, LDAPMessage *entry, gboolean member, guint64 part, SmdCrypto *crypto,
                               SmdDirectoryAnswer *answer, GPtrArray *names, GPtrArray *rest);

G_END_DECLS
