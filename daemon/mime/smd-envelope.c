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
  for (int i = 0; list != NULL && i < internet_address_list_length (list); i++)
    {
      InternetAddress *address = internet_address_list_get_address (list, i);

      if (INTERNET_ADDRESS_IS_MAILBOX (address) && INTERNET_ADDRESS_MAILBOX (address)->addr != NULL)
        g_ptr_array_add (addresses, g_strdup (internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (address))));
      else if (INTERNET_ADDRESS_IS_GROUP (address))
        collect (internet_address_group_get_members (INTERNET_ADDRESS_GROUP (address)), addresses);
    }
}

char **
smd_envelope_read_addresses (const SmdHeaderBlock *header, const char *name)
{
  const SmdHeaderField *field;
  guint found = smd_header_block_find (header, name, &field);
  g_autofree char *value = found == 1 ? smd_header_field_dup_value (field) : NULL;
  g_autoptr (InternetAddressList) list = NULL;
  GPtrArray *addresses = g_ptr_array_new ();

  if (value != NULL && strlen (value) <= SMD_LIMIT_ADDRESSES && reads_the_same_for_all (header->head))
    {
      smd_gmime_ensure ();
      list = internet_address_list_parse (NULL, value);
      collect (list, addresses);
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
    {
      smd_gmime_ensure ();
      date = g_mime_utils_header_decode_date (value);
    }
  return date != NULL ? g_date_time_to_unix (date) : G_MININT64;
}
