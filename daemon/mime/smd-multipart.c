/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-multipart.h"

/* A delimiter line */
typedef struct
{
  const guint8 *start; /* (unowned) with the line end in front */
  const guint8 *end;   /* (unowned) behind its own line end */
  gboolean close;
} Delimiter;

/* Whether only white space follows up to the end of the line. Gives where the next line starts. */
static const guint8 *
skip_padding (const guint8 *place, const guint8 *end)
{
  while (place < end && (*place == ' ' || *place == '\t'))
    place++;
  if (place < end && *place == '\r')
    place++;

  if (place == end)
    return end;
  return *place == '\n' ? place + 1 : NULL;
}

/* Whether the line that @place lies in, behind the boundary, is a delimiter */
static gboolean
read_delimiter (Delimiter *self, SmdSpan body, const guint8 *line, gsize size)
{
  const guint8 *end = body.data + body.size;
  const guint8 *place = line + size;

  self->close = end - place >= 2 && place[0] == '-' && place[1] == '-';
  self->end = skip_padding (self->close ? place + 2 : place, end);
  self->start = line;
  if (self->start > body.data)
    self->start--;
  if (self->start > body.data && line[-1] == '\n' && line[-2] == '\r')
    self->start--;
  return self->end != NULL;
}

/* Finds the next delimiter from @from on, which is the start of a line. What isn't one ends with its line: a boundary of nothing but hyphens
 * would be found anew at each hyphen. */
static gboolean
find_delimiter (Delimiter *self, SmdSpan body, const guint8 *from, SmdSpan needle)
{
  const guint8 *end = body.data + body.size;
  const guint8 *found = from;

  while (found < end)
    {
      found = memmem (found, (gsize) (end - found), needle.data, needle.size);
      if (found == NULL)
        return FALSE;
      if ((found == body.data || found[-1] == '\n') && read_delimiter (self, body, found, needle.size))
        return TRUE;
      found = memchr (found, '\n', (gsize) (end - found));
      if (found == NULL)
        return FALSE;
      found++;
    }
  return FALSE;
}

SmdMultipart *
smd_multipart_split (SmdSpan body, const char *boundary, guint most)
{
  g_autofree char *line = g_strconcat ("--", boundary, NULL);
  SmdMultipart *self = g_new0 (SmdMultipart, 1);
  const guint8 *end = body.size > 0 ? body.data + body.size : NULL;
  Delimiter delimiter;
  gboolean found = body.size > 0 && find_delimiter (&delimiter, body, body.data, smd_span_string (line));

  self->parts = g_array_new (FALSE, FALSE, sizeof (SmdSpan));
  while (found && !delimiter.close && self->parts->len < most)
    {
      const guint8 *start = delimiter.end;
      SmdSpan part;

      found = find_delimiter (&delimiter, body, start, smd_span_string (line));
      part = smd_span (start, (gsize) ((found ? MAX (start, delimiter.start) : end) - start));
      g_array_append_val (self->parts, part);
    }

  self->closed = found && delimiter.close;
  return self;
}

void
smd_multipart_free (SmdMultipart *self)
{
  g_array_unref (self->parts);
  g_free (self);
}
