/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory-entry.h"

#include <string.h>

#include "smd-address.h"
#include "smd-directory-range.h"
#include "smd-directory-values.h"

#define MOST_VALUES 4096      /* of one attribute */
#define LONGEST_NAME 4096     /* bytes of a member's name */

typedef struct
{
  SmdCrypto *crypto;          /* (unowned) */
  SmdDirectoryAnswer *answer; /* (unowned) */
  GPtrArray *names;           /* (unowned) */
  GPtrArray *rest;            /* (unowned) */
  guint64 part;               /* number of the value from which on was asked */
  gboolean in_parts;
  char *address;              /* (owned) (nullable): of a member */
} Reading;

typedef void (*TakeValue) (Reading *reading, SmdSpan value);

const char *const *
smd_directory_entry_get_attributes (gboolean member)
{
  static const char *const all[] = { "mail", "userCertificate;binary", "userCertificate", "userSMIMECertificate;binary",
                                     "userSMIMECertificate", "member", "uniqueMember", "rfc822MailMember", "mgrpRFC822MailMember", NULL };
  static const char *const addresses[] = { "mail", "proxyAddresses", NULL };

  return member ? addresses : all;
}

/* Returns: (transfer full) (nullable): the address that @value is */
static char *
read_address (SmdSpan value)
{
  g_autofree char *text = value.size < LONGEST_NAME ? g_strndup ((const char *) value.data, value.size) : NULL;

  return text != NULL ? smd_address_normalize (text) : NULL;
}

static void
take_certificate (Reading *reading, SmdSpan value)
{
  smd_directory_take_certificate (reading->answer, reading->crypto, value);
}

static void
take_profile (Reading *reading, SmdSpan value)
{
  smd_directory_take_profile (reading->answer, reading->crypto, value);
}

static void
take_member_name (Reading *reading, SmdSpan value)
{
  reading->answer->is_group = TRUE;
  if (value.size >= LONGEST_NAME)
    g_ptr_array_add (reading->answer->lost, g_strdup ("a member with an endless name"));
  else if (value.size > 0) /* an empty one is how a group says that it has none */
    g_ptr_array_add (reading->names, g_strndup ((const char *) value.data, value.size));
}

static void
take_member_address (Reading *reading, SmdSpan value)
{
  GPtrArray *members = reading->answer->members;
  g_autofree char *address = read_address (value);

  reading->answer->is_group = TRUE;
  if (address == NULL)
    g_ptr_array_add (reading->answer->lost, g_strdup ("a member without an address"));
  else if (members->len >= SMD_DIRECTORY_MOST_MEMBERS)
    reading->answer->too_large = TRUE;
  else
    g_ptr_array_add (members, g_steal_pointer (&address));
}

static void
take_mail (Reading *reading, SmdSpan value)
{
  if (reading->address == NULL)
    reading->address = read_address (value);
}

static void
take_proxy (Reading *reading, SmdSpan value)
{
  if (reading->address == NULL && value.size > 5 && memcmp (value.data, "SMTP:", 5) == 0)
    reading->address = read_address (smd_span_skip (value, 5));
}

static TakeValue
find_taker (const char *name, gboolean member)
{
  static const struct
  {
    const char *name;
    gboolean member;
    TakeValue take;
  } takers[] = {
    { "userCertificate", FALSE, take_certificate },
    { "userSMIMECertificate", FALSE, take_profile },
    { "member", FALSE, take_member_name },
    { "uniqueMember", FALSE, take_member_name },
    { "rfc822MailMember", FALSE, take_member_address },
    { "mgrpRFC822MailMember", FALSE, take_member_address },
    { "mail", TRUE, take_mail },
    { "proxyAddresses", TRUE, take_proxy },
  };
  gsize size = strcspn (name, ";");

  /* Whatever its options (`;binary`) are: RFC 4523, 2.1. */
  for (gsize i = 0; i < G_N_ELEMENTS (takers); i++)
    if (takers[i].member == member && strlen (takers[i].name) == size && g_ascii_strncasecmp (takers[i].name, name, size) == 0)
      return takers[i].take;
  return NULL;
}

static void
lose_rest (Reading *reading)
{
  g_ptr_array_add (reading->answer->lost, g_strdup ("further members"));
}

static guint
count_members (const Reading *reading)
{
  return reading->names->len + reading->answer->members->len + reading->answer->lost->len;
}

/* A part of a group is not the group. Whoever gives no members, or others than were asked for, isn't asked again. */
static void
check_range (Reading *reading, const char *name, gboolean empty)
{
  SmdDirectoryRange range;
  gboolean good = smd_directory_range_read (name, &range);

  if (!range.is_part)
    return;
  reading->in_parts = TRUE;
  reading->answer->is_group = TRUE;
  if (!good || range.first != reading->part || (empty && !range.is_last))
    lose_rest (reading);
  else if (!range.is_last && range.next >= SMD_DIRECTORY_MOST_MEMBERS)
    reading->answer->too_large = TRUE;
  else if (!range.is_last)
    g_ptr_array_add (reading->rest, smd_directory_range_make (name, range.next));
}

static void
take_values (Reading *reading, SmdLdapConnection *connection, LDAPMessage *entry, const char *name, TakeValue take)
{
  struct berval **values = connection->library->get_values_len (connection->handle, entry, name);
  guint before = count_members (reading);

  for (gsize i = 0; values != NULL && values[i] != NULL && i < MOST_VALUES; i++)
    take (reading, smd_span (values[i]->bv_val, values[i]->bv_len));
  if (values != NULL)
    connection->library->value_free_len (values);
  if (take == take_member_name || take == take_member_address)
    check_range (reading, name, count_members (reading) == before);
}

static void
read_attributes (Reading *reading, SmdLdapConnection *connection, LDAPMessage *entry, gboolean member)
{
  const SmdLdapLibrary *library = connection->library;
  BerElement *position = NULL;
  char *name = library->first_attribute (connection->handle, entry, &position);

  while (name != NULL)
    {
      TakeValue take = find_taker (name, member);

      if (take != NULL)
        take_values (reading, connection, entry, name, take);
      library->memfree (name);
      name = library->next_attribute (connection->handle, entry, position);
    }
  if (position != NULL)
    library->free_ber (position, 0);
}

void
smd_directory_entry_read (SmdLdapConnection *connection, LDAPMessage *entry, gboolean member, guint64 part, SmdCrypto *crypto,
                          SmdDirectoryAnswer *answer, GPtrArray *names, GPtrArray *rest)
{
  Reading reading = { crypto, answer, names, rest, part, FALSE, NULL };

  read_attributes (&reading, connection, entry, member);
  if (part > 0 && !reading.in_parts)
    lose_rest (&reading);
  if (member && reading.address == NULL)
    g_ptr_array_add (answer->lost, g_strdup ("a member without an address"));
  else if (member)
    g_ptr_array_add (answer->members, reading.address);
}
