/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-directory-range.h"

#include <string.h>

#define OPTION "range="
#define LARGEST 1000000000 /* values: far beyond every bound of ours, and no sum runs over */

/* Returns: (nullable): what stands after `range=` among the options of @name */
static const char *
find_option (const char *name)
{
  const char *option = strchr (name, ';');

  while (option != NULL && g_ascii_strncasecmp (option + 1, OPTION, strlen (OPTION)) != 0)
    option = strchr (option + 1, ';');
  return option != NULL ? option + 1 + strlen (OPTION) : NULL;
}

/* Moves *@at behind the number. */
static gboolean
read_number (const char **at, guint64 *number)
{
  char *end = NULL;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  *number = g_ascii_strtoull (*at, &end, 10);
  *at = end;
  return *number < LARGEST;
}

gboolean
smd_directory_range_read (const char *name, SmdDirectoryRange *range)
{
  const char *at = find_option (name);
  guint64 last = 0;

  *range = (SmdDirectoryRange){ .is_part = at != NULL };
  if (at == NULL)
    return TRUE;
  if (!read_number (&at, &range->first) || *at++ != '-')
    return FALSE;

  range->is_last = *at == '*';
  if (range->is_last)
    at++;
  else if (!read_number (&at, &last) || last < range->first)
    return FALSE;
  range->next = range->is_last ? 0 : last + 1;
  return *at == '\0' || *at == ';';
}

char *
smd_directory_range_make (const char *name, guint64 first)
{
  return g_strdup_printf ("%.*s;" OPTION "%" G_GUINT64_FORMAT "-*", (int) strcspn (name, ";"), name, first);
}
