/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-entries.h"

#define FEW 24

gboolean
smd_crl_serial_pack (guint8 serial[SMD_CRL_SERIAL_SIZE], SmdSpan content)
{
  if (content.size == 0 || content.size > SMD_CRL_SERIAL_SIZE)
    return FALSE;

  memset (serial, (content.data[0] & 0x80) != 0 ? 0xff : 0, SMD_CRL_SERIAL_SIZE - content.size);
  memcpy (serial + SMD_CRL_SERIAL_SIZE - content.size, content.data, content.size);
  return TRUE;
}

static int
compare (const SmdCrlRecord *a, const SmdCrlRecord *b)
{
  int order = memcmp (a->serial, b->serial, SMD_CRL_SERIAL_SIZE);

  return order != 0 ? order : (int) a->issuer - (int) b->issuer;
}

static gboolean
is_sorted (const SmdCrlRecord *records, gsize count)
{
  for (gsize i = 1; i < count; i++)
    if (compare (&records[i - 1], &records[i]) > 0)
      return FALSE;

  return TRUE;
}

static void
sort_few (SmdCrlRecord *records, gsize count)
{
  for (gsize i = 1; i < count; i++)
    {
      SmdCrlRecord record = records[i];
      gsize place = i;

      for (; place > 0 && compare (&records[place - 1], &record) > 0; place--)
        records[place] = records[place - 1];
      records[place] = record;
    }
}

/* Puts each record into the range of its byte: @next[b] is where the next one with byte b goes, @end[b] where their range ends. */
static void
distribute (SmdCrlRecord *records, gsize byte, gsize next[256], const gsize end[256])
{
  for (guint b = 0; b < 256; b++)
    while (next[b] < end[b])
      {
        SmdCrlRecord record = records[next[b]];
        guint8 wanted = record.serial[byte];
        SmdCrlRecord other = records[next[wanted]];

        records[next[wanted]++] = record;
        if (wanted != b)
          records[next[b]] = other;
      }
}

/* In place, because a second array of a million records would be half of what an import may use; serials have random bytes in front
 * or run on from a common beginning. */
static void
sort_by_byte (SmdCrlRecord *records, gsize count, gsize byte)
{
  gsize next[256] = { 0 };
  gsize end[256];
  gsize total = 0;

  for (gsize i = 0; i < count; i++)
    next[records[i].serial[byte]]++;
  for (guint b = 0; b < 256; b++)
    {
      gsize here = next[b];

      next[b] = total;
      total += here;
      end[b] = total;
    }

  distribute (records, byte, next, end);
  for (guint b = 0; b < 256; b++)
    {
      gsize begin = b > 0 ? end[b - 1] : 0;

      if (end[b] - begin <= FEW || byte + 1 == SMD_CRL_SERIAL_SIZE)
        sort_few (records + begin, end[b] - begin);
      else
        sort_by_byte (records + begin, end[b] - begin, byte + 1);
    }
}

void
smd_crl_records_sort (SmdCrlRecord *records, gsize count)
{
  if (!is_sorted (records, count))
    sort_by_byte (records, count, 0);
}
