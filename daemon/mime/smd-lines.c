/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-lines.h"

#include <string.h>

#define LONGEST_LINE 998
#define PIECE ((gsize) 64 * 1024)
#define STEP ((gsize) 4096)

typedef guint8 Octets __attribute__ ((vector_size (16)));

static inline Octets
load (const guint8 *place)
{
  Octets octets;

  memcpy (&octets, place, sizeof octets);
  return octets;
}

static guint8
fold (Octets octets)
{
  guint8 all = 0;

  for (gsize i = 0; i < sizeof (Octets); i++)
    all |= octets[i];
  return all;
}

/* 8-bit octets and NUL, a vector at a time (what the compiler makes of it: SSE2, NEON, or plain words) */
static SmdLineFlags
scan_octets (SmdSpan text)
{
  Octets high = { 0 };
  Octets zero = { 0 };
  guint8 all_high, all_zero;
  gsize i = 0;

  for (; i + sizeof (Octets) <= text.size; i += sizeof (Octets))
    {
      Octets octets = load (text.data + i);

      high |= octets;
      zero |= (Octets) (octets == 0);
    }
  all_high = fold (high);
  all_zero = fold (zero);
  for (; i < text.size; i++)
    {
      all_high |= text.data[i];
      all_zero |= text.data[i] == 0;
    }

  return ((all_high & 0x80) != 0 ? SMD_LINES_8BIT : 0) | (all_zero != 0 ? SMD_LINES_NUL : 0);
}

/* Whether there is an LF without a CR in front of it among the octets from @from (not 0) to @to, of the same kind */
static gboolean
has_bare_lf (SmdSpan text, gsize from, gsize to)
{
  Octets found = { 0 };
  guint8 any;
  gsize i = from;

  for (; i + sizeof (Octets) <= to; i += sizeof (Octets))
    found |= (Octets) (load (text.data + i) == '\n') & (Octets) (load (text.data + i - 1) != '\r');
  any = fold (found);
  for (; i < to; i++)
    any |= text.data[i] == '\n' && text.data[i - 1] != '\r';
  return any != 0;
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
  SmdLineFlags found = SMD_LINES_SAFE;
  SmdSpan ahead = text;

  while (text.size > 0)
    {
      const guint8 *lf = memchr (text.data, '\n', text.size);
      gsize size = lf != NULL ? (gsize) (lf - text.data) : text.size;
      const guint8 *end = text.data + size;

      found |= scan_line (text.data, size, lf != NULL);
      text = smd_span_skip (text, size + 1);

      /* Piece by piece, while the cache has it */
      if (ahead.size > 0 && (gsize) (end - ahead.data) >= MIN (PIECE, ahead.size - 1))
        {
          gsize now = MIN ((gsize) (end - ahead.data) + 1, ahead.size);

          found |= scan_octets (smd_span_head (ahead, now));
          ahead = smd_span_skip (ahead, now);
        }
    }
  return found | scan_octets (ahead);
}

/* Octets in front of the first bare LF; all if there is none */
static gsize
measure_canonical (SmdSpan text)
{
  gsize place = 1;

  if (text.size == 0 || text.data[0] == '\n')
    return 0;

  while (place < text.size && !has_bare_lf (text, place, MIN (place + STEP, text.size)))
    place += STEP;
  while (place < text.size && (text.data[place] != '\n' || text.data[place - 1] == '\r'))
    place++;
  return MIN (place, text.size);
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
