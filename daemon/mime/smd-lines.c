/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-lines.h"

#include <string.h>

#define LONGEST_LINE 998
#define ONES G_GUINT64_CONSTANT (0x0101010101010101)
#define HIGH G_GUINT64_CONSTANT (0x8080808080808080)

/* 8-bit octets and NUL, eight octets at a time */
static SmdLineFlags
scan_octets (SmdSpan text)
{
  guint64 high = 0;
  guint64 zero = 0;
  gsize i = 0;

  for (; i + 8 <= text.size; i += 8)
    {
      guint64 word;

      memcpy (&word, text.data + i, sizeof word);
      high |= word;
      zero |= (word - ONES) & ~word;
    }
  for (; i < text.size; i++)
    {
      high |= text.data[i];
      zero |= text.data[i] == 0 ? HIGH : 0;
    }

  return ((high & HIGH) != 0 ? SMD_LINES_8BIT : 0) | ((zero & HIGH) != 0 ? SMD_LINES_NUL : 0);
}

/* One line without its LF */
static SmdLineFlags
scan_line (const guint8 *line, gsize size, gboolean has_lf)
{
  SmdLineFlags found = SMD_LINES_SAFE;

  if (has_lf && size > 0 && line[size - 1] == '\r')
    size--;
  else if (has_lf)
    found |= SMD_LINES_BARE_LF;

  if (size == 0)
    return found;
  if (size > LONGEST_LINE)
    found |= SMD_LINES_LONG;
  if (line[0] == 'F' && size >= 5 && memcmp (line, "From ", 5) == 0)
    found |= SMD_LINES_FROM;
  if (line[size - 1] == ' ' || line[size - 1] == '\t')
    found |= SMD_LINES_TRAILING;
  if (memchr (line, '\r', size) != NULL)
    found |= SMD_LINES_BARE_CR;
  return found;
}

SmdLineFlags
smd_lines_scan (SmdSpan text)
{
  SmdLineFlags found = scan_octets (text);

  while (text.size > 0)
    {
      const guint8 *lf = memchr (text.data, '\n', text.size);
      gsize size = lf != NULL ? (gsize) (lf - text.data) : text.size;

      found |= scan_line (text.data, size, lf != NULL);
      text = smd_span_skip (text, size + 1);
    }
  return found;
}

/* Octets in front of the first bare LF; all if there is none */
static gsize
measure_canonical (SmdSpan text)
{
  SmdSpan rest = text;
  const guint8 *lf = rest.size > 0 ? memchr (rest.data, '\n', rest.size) : NULL;

  while (lf != NULL && lf > text.data && lf[-1] == '\r')
    {
      rest = smd_span_skip (rest, (gsize) (lf - rest.data) + 1);
      lf = rest.size > 0 ? memchr (rest.data, '\n', rest.size) : NULL;
    }
  return lf != NULL ? (gsize) (lf - text.data) : text.size;
}

gboolean
smd_lines_are_canonical (SmdSpan text)
{
  return measure_canonical (text) == text.size;
}

gboolean
smd_lines_write_canonical (SmdSpan text, SmdOutput *output, GError **error)
{
  while (text.size > 0)
    {
      gsize size = measure_canonical (text);
      guint8 *out = smd_output_reserve (output, size + (size < text.size ? 2 : 0), error);

      if (out == NULL)
        return FALSE;

      memcpy (out, text.data, size);
      if (size < text.size)
        memcpy (out + size, "\r\n", 2);
      smd_output_advance (output, size + (size < text.size ? 2 : 0));
      text = smd_span_skip (text, size + 1);
    }
  return TRUE;
}

SmdBlob *
smd_lines_canonicalize (SmdBlob *parent, SmdSpan text, gsize limit, GError **error)
{
  g_autoptr (SmdOutput) output = NULL;

  if (smd_lines_are_canonical (text))
    return smd_blob_new_slice (parent, text);

  output = smd_output_new ("smimed-canonical", limit, error);
  if (output == NULL || !smd_lines_write_canonical (text, output, error))
    return NULL;
  return smd_output_seal (g_steal_pointer (&output), error);
}
