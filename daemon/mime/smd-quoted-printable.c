/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-quoted-printable.h"

#include <string.h>

#define LONGEST_LINE 76

/* A line that is being made */
typedef struct
{
  char text[LONGEST_LINE + 2];
  gsize size;
} Line;

static gboolean
starts_with (SmdSpan span, const char *text)
{
  return span.size >= strlen (text) && memcmp (span.data, text, strlen (text)) == 0;
}

static gboolean
ends_line (SmdSpan rest)
{
  return rest.size == 0 || starts_with (rest, "\r\n");
}

/* Whether the first octet of @rest can't stand for itself */
static gboolean
needs_escape (SmdSpan rest, gboolean at_start)
{
  guint8 octet = rest.data[0];

  if (octet == ' ' || octet == '\t')
    return ends_line (smd_span_skip (rest, 1));
  if (octet < 33 || octet > 126 || octet == '=')
    return TRUE;
  return at_start && (starts_with (rest, "From ") || starts_with (rest, "--"));
}

static gboolean
end_line (Line *line, const char *mark, SmdOutput *output, GError **error)
{
  gsize size = line->size;

  line->size = 0;
  return smd_output_write (output, smd_span (line->text, size), error) && smd_output_write (output, smd_span_string (mark), error);
}

static gboolean
put_octet (Line *line, SmdSpan rest, SmdOutput *output, GError **error)
{
  static const char digits[] = "0123456789ABCDEF";
  gsize width = needs_escape (rest, line->size == 0) ? 3 : 1;

  /* One column is for the sign that the line goes on. */
  if (line->size + width > LONGEST_LINE - 1)
    {
      if (!end_line (line, "=\r\n", output, error))
        return FALSE;
      width = needs_escape (rest, TRUE) ? 3 : 1;
    }

  if (width == 1)
    {
      line->text[line->size++] = (char) rest.data[0];
      return TRUE;
    }

  line->text[line->size++] = '=';
  line->text[line->size++] = digits[rest.data[0] >> 4];
  line->text[line->size++] = digits[rest.data[0] & 15];
  return TRUE;
}

gboolean
smd_quoted_printable_write (SmdSpan content, SmdOutput *output, GError **error)
{
  Line line = { .size = 0 };

  while (content.size > 0)
    {
      gboolean breaks = starts_with (content, "\r\n");

      if (!(breaks ? end_line (&line, "\r\n", output, error) : put_octet (&line, content, output, error)))
        return FALSE;
      content = smd_span_skip (content, breaks ? 2 : 1);
    }
  return end_line (&line, "", output, error);
}
