/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-lines.h"

#include <string.h>

#define LONGEST_LINE 998
#define PIECE ((gsize) 64 * 1024)

typedef guint8 Octets __attribute__ ((vector_size (16)));

/* 8-bit octets and NUL, a vector at a time (what the compiler makes of it: SSE2, NEON, or plain words) */
static SmdLineFlags
scan_octets (SmdSpan text)
{
  Octets high = { 0 };
  Octets zero = { 0 };
  guint8 all_high = 0;
  guint8 all_zero = 0;
  gsize i = 0;

  for (; i + sizeof (Octets) <= text.size; i += sizeof (Octets))
    {
      Octets octets;

      memcpy (&octets, text.data + i, sizeof octets);
      high |= octets;
      zero |= (Octets) (octets == 0);
    }
  for (gsize j = 0; j < sizeof (Octets); j++)
    {
      all_high |= high[j];
      all_zero |= zero[j];
    }
  for (; i < text.size; i++)
    {
      all_high |= text.data[i];
      all_zero |= text.data[i] == 0;
    }

  return ((all_high & 0x80) != 0 ? SMD_LINES_8BIT : 0) | (all_zero != 0 ? SMD_LINES_NUL : 0);
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

/* Copies @text (at most PIECE octets) line by line. Returns how many octets it has become. */
static gsize
copy_canonical (SmdSpan text, guint8 *out)
{
  guint8 *start = out;

  while (text.size > 0)
    {
      const guint8 *lf = memchr (text.data, '\n', text.size);
      gsize size = lf != NULL ? (gsize) (lf - text.data) : text.size;

      memcpy (out, text.data, size);
      out += size;
      if (lf != NULL && (size == 0 || lf[-1] != '\r'))
        *out++ = '\r';
      if (lf != NULL)
        *out++ = '\n';
      text = smd_span_skip (text, size + 1);
    }
  return (gsize) (out - start);
}

/* The next piece, not ending between CR and LF */
static SmdSpan
head_piece (SmdSpan text)
{
  SmdSpan piece = smd_span_head (text, PIECE);

  if (piece.size < text.size && piece.data[piece.size - 1] == '\r')
    piece.size--;
  return piece;
}

gboolean
smd_lines_write_canonical (SmdSpan text, SmdOutput *output, GError **error)
{
  gsize canonical = measure_canonical (text);
  g_autofree guint8 *buffer = NULL;

  if (!smd_output_write (output, smd_span_head (text, canonical), error))
    return FALSE;
  if (canonical == text.size)
    return TRUE;

  text = smd_span_skip (text, canonical);
  buffer = g_malloc (2 * MIN (text.size, PIECE));
  while (text.size > 0)
    {
      SmdSpan piece = head_piece (text);

      if (!smd_output_write (output, smd_span (buffer, copy_canonical (piece, buffer)), error))
        return FALSE;
      text = smd_span_skip (text, piece.size);
    }
  return TRUE;
}

SmdBlob *
smd_lines_canonicalize (SmdBlob *parent, SmdSpan text, gsize limit, GError **error)
{
  g_autoptr (SmdOutput) output = NULL;

  if (smd_lines_are_canonical (text))
    return smd_blob_new_slice (parent, text);

  output = smd_output_new_sized ("smimed-canonical", text.size * 2, limit, error);
  if (output == NULL || !smd_lines_write_canonical (text, output, error))
    return NULL;
  return smd_output_seal (g_steal_pointer (&output), error);
}
