/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-envelope.h"

#include <string.h>

#include "smd-gmime.h"
#include "smd-limits.h"

/* A CR alone, and NUL, end a line for some readers and not for others: these may see fields that we don't. */
static gboolean
reads_the_same_for_all (SmdSpan head)
{
  for (gsize i = 0; i < head.size; i++)
    if (head.data[i] == '\0' || (head.data[i] == '\r' && i + 1 < head.size && head.data[i + 1] != '\n'))
      return FALSE;

  return TRUE;
}

static void
collect (InternetAddressList *list, GPtrArray *addresses)
{
  const SmdGMime *gmime = smd_gmime ();

  for (int i = 0; list != NULL && i < gmime->address.list_length (list); i++)
    {
      InternetAddress *address = gmime->address.list_get_address (list, i);
      gboolean group = G_TYPE_CHECK_INSTANCE_TYPE (address, gmime->address.group_get_type ());
      const char *text = NULL;

      if (group)
        collect (gmime->address.group_get_members ((InternetAddressGroup *) address), addresses);
      else if (G_TYPE_CHECK_INSTANCE_TYPE (address, gmime->address.mailbox_get_type ()))
        text = gmime->address.mailbox_get_addr ((InternetAddressMailbox *) address);
      if (text != NULL)
        g_ptr_array_add (addresses, g_strdup (text));
    }
}

/* Where the quotation or comment (which may hold others) that @text begins with is closed; %NULL if nothing closes it */
static const char *
find_close (const char *text)
{
  char close = *text == '(' ? ')' : *text;
  guint depth = 1;

  for (const char *p = text + 1; *p != '\0'; p++)
    {
      if (*p == '\\' && p[1] != '\0')
        p++;
      else if (*p == close && --depth == 0)
        return p;
      else if (*p == '(' && close == ')')
        depth++;
    }
  return NULL;
}

/* The at signs of addresses, not those of names, quotations and comments */
static guint
count_signs (const char *value)
{
  guint found = 0, pending = 0;
  gboolean closes = TRUE;

  for (const char *p = value; *p != '\0'; p++)
    {
      const char *close = closes && (*p == '"' || *p == '(') ? find_close (p) : p;

      closes = close != NULL;
      p = closes ? close : p;
      pending += *p == '@';
      if (strchr (",;:>", *p) != NULL)
        found += pending;
      if (strchr (",;:><", *p) != NULL)
        pending = 0;
    }
  return found + pending;
}

/* What GMime can't read behind an address it passes over in silence, as in "a@example.org; b@example.org" or
 * "a@example.org@example.net". Other readers show it. */
static gboolean
is_read_wholly (const char *value, GPtrArray *addresses)
{
  return count_signs (value) <= addresses->len;
}

char **
smd_envelope_read_addresses (const SmdHeaderBlock *header, const char *name)
{
  const SmdHeaderField *field;
  guint found = smd_header_block_find (header, name, &field);
  g_autofree char *value = found == 1 ? smd_header_field_dup_value (field) : NULL;
  g_autoptr (InternetAddressList) list = NULL;
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_free);

  if (value != NULL && strlen (value) <= SMD_LIMIT_ADDRESSES && reads_the_same_for_all (header->head))
    {
      list = smd_gmime ()->address.list_parse (NULL, value);
      collect (list, addresses);
      if (!is_read_wholly (value, addresses))
        g_ptr_array_set_size (addresses, 0);
    }

  g_ptr_array_add (addresses, NULL);
  return (char **) g_ptr_array_free (addresses, FALSE);
}

gint64
smd_envelope_read_date (const SmdHeaderBlock *header)
{
  const SmdHeaderField *field;
  guint found = smd_header_block_find (header, "Date", &field);
  g_autofree char *value = found == 1 ? smd_header_field_dup_value (field) : NULL;
  g_autoptr (GDateTime) date = NULL;

  if (value != NULL)
    date = smd_gmime ()->utils_header_decode_date (value);
  return date != NULL ? g_date_time_to_unix (date) : G_MININT64;
}
