/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-sender.h"

#include "smd-address.h"

static gboolean
contains (const char *const *addresses, const char *address)
{
  for (guint i = 0; addresses[i] != NULL; i++)
    if (smd_address_equal (addresses[i], address))
      return TRUE;

  return FALSE;
}

char *
smd_sender_choose (SmdMessage *message, const char *given)
{
  const char *const *from;
  const char *const *sender;

  if (given != NULL || message == NULL)
    return g_strdup (given);

  from = smd_message_get_from (message);
  sender = smd_message_get_sender (message);
  if (from[0] != NULL && from[1] == NULL)
    return g_strdup (from[0]);
  if (from[0] != NULL && sender[0] != NULL && sender[1] == NULL && contains (from, sender[0]))
    return g_strdup (sender[0]);
  return NULL;
}
