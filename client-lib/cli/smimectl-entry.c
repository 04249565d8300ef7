/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-entry.h"

const SmimectlEntry *
smimectl_entry_find (const char *name)
{
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    if (g_str_equal (entry->name, name))
      return entry;

  return NULL;
}
