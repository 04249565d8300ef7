/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smimed-git.h"

/* What git's objects begin with, and the field that tells whose work they are */
static const struct
{
  const char *start; /* (unowned) static */
  const char *field; /* (unowned) static */
} kinds[] = {
  { "tree ", "committer " },
  { "object ", "tagger " },
  { "certificate version ", "pusher " },
};

static const char *
field_of (const char *data, gsize size)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (size > strlen (kinds[i].start) && memcmp (data, kinds[i].start, strlen (kinds[i].start)) == 0)
      return kinds[i].field;

  return NULL;
}

/* `Name <address> 1234567890 +0000`. With a second bracket, readers could see another address than we do. */
static char *
read_address (const char *line, gsize length)
{
  g_autofree char *text = g_strndup (line, length);
  char *open = strchr (text, '<');
  char *close = strchr (text, '>');

  if (strlen (text) != length || open == NULL || close == NULL || close < open + 2 || strchr (open + 1, '<') != NULL
      || strchr (close + 1, '>') != NULL)
    return NULL;

  *close = '\0';
  return g_utf8_validate (open + 1, -1, NULL) ? g_strdup (open + 1) : NULL;
}

char *
smimed_git_identity (GBytes *payload)
{
  gsize size;
  const char *data = g_bytes_get_data (payload, &size);
  const char *end = data + size;
  const char *field = data != NULL ? field_of (data, size) : NULL;
  const char *found = NULL;
  const char *stop = NULL;

  for (const char *line = data, *next; field != NULL && line < end && *line != '\n'; line = next)
    {
      const char *line_end = memchr (line, '\n', (gsize) (end - line));

      line_end = line_end != NULL ? line_end : end;
      next = line_end < end ? line_end + 1 : end;
      if ((gsize) (line_end - line) <= strlen (field) || memcmp (line, field, strlen (field)) != 0)
        continue;
      if (found != NULL)
        return NULL;
      found = line + strlen (field);
      stop = line_end;
    }

  return found != NULL ? read_address (found, (gsize) (stop - found)) : NULL;
}
