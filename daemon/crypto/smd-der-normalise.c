/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-der.h"
#include "smimed-error.h"

#define LARGEST_TAG 5
#define LARGEST_LENGTH 5

/* Returns: the identifier octets of the element that follows, without the bit for "constructed" */
static SmdSpan
tag_octets (SmdDerReader *reader, guint8 place[LARGEST_TAG])
{
  gsize used = 1;

  place[0] = (guint8) (reader->at[0] & ~0x20);
  if ((reader->at[0] & 0x1f) != 0x1f)
    return smd_span (place, used);

  do
    place[used] = reader->at[used];
  while ((place[used++] & 0x80) != 0);
  return smd_span (place, used);
}

static gsize
put_length (guint8 place[LARGEST_LENGTH], guint length)
{
  guint bytes = (g_bit_storage (length) + 7) / 8;

  if (length < 0x80)
    {
      place[0] = (guint8) length;
      return 1;
    }

  place[0] = (guint8) (0x80 | bytes);
  for (guint i = 1; i <= bytes; i++)
    place[i] = (guint8) (length >> (8 * (bytes - i)));
  return 1 + bytes;
}

/* Puts a header before the contents that @der holds from @begin on. */
static void
insert_header (GByteArray *der, guint begin, SmdSpan tag, gboolean constructed)
{
  guint8 header[LARGEST_TAG + LARGEST_LENGTH];
  guint length = der->len - begin;
  gsize used = tag.size;

  memcpy (header, tag.data, tag.size);
  header[0] |= constructed ? 0x20 : 0;
  used += put_length (header + used, length);
  g_byte_array_set_size (der, der->len + (guint) used);
  memmove (der->data + begin + used, der->data + begin, length);
  memcpy (der->data + begin, header, used);
}

static gboolean
copy_octets (SmdDerReader *reader, GByteArray *der, GError **error)
{
  SmdDerOctets octets;
  guint begin = der->len;

  if (!smd_der_read_octets (reader, SMD_DER_OCTET_STRING, &octets, error))
    return FALSE;

  g_byte_array_set_size (der, begin + (guint) octets.size);
  smd_der_octets_copy (&octets, der->data + begin);
  return TRUE;
}

static gboolean
copy_primitive (SmdDerReader *reader, guint tag, GByteArray *der, GError **error)
{
  SmdSpan content;

  if (!smd_der_read (reader, tag, &content, error))
    return FALSE;

  g_byte_array_append (der, content.data, (guint) content.size);
  return TRUE;
}

static gboolean normalise_next (SmdDerReader *reader, GByteArray *der, GError **error);

static gboolean
copy_constructed (SmdDerReader *reader, guint tag, GByteArray *der, GError **error)
{
  if (!smd_der_enter (reader, tag, error))
    return FALSE;

  while (smd_der_more (reader))
    if (!normalise_next (reader, der, error))
      return FALSE;
  return smd_der_leave (reader, error);
}

/* Recursive to SMD_LIMIT_DER_DEPTH: smd_der_enter() sees to it. */
static gboolean
normalise_next (SmdDerReader *reader, GByteArray *der, GError **error)
{
  guint8 place[LARGEST_TAG];
  guint tag = smd_der_peek (reader), begin = der->len;
  gboolean constructed, done;
  SmdSpan octets;

  if (tag == SMD_DER_NONE)
    return smd_der_skip (reader, NULL, error);

  octets = tag_octets (reader, place);
  constructed = tag != SMD_DER_OCTET_STRING && (reader->at[0] & 0x20) != 0;
  if (tag == SMD_DER_OCTET_STRING)
    done = copy_octets (reader, der, error);
  else
    done = (constructed ? copy_constructed : copy_primitive) (reader, tag, der, error);
  if (!done)
    return FALSE;

  insert_header (der, begin, octets, constructed);
  return TRUE;
}

GByteArray *
smd_der_normalise (SmdSpan ber, GError **error)
{
  g_autoptr (GByteArray) der = NULL;
  SmdDerReader reader;

  if (ber.size > G_MAXINT32)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                           "A part of the CMS structure is too large to be read");
      return NULL;
    }

  der = g_byte_array_sized_new ((guint) ber.size);
  smd_der_reader_init (&reader, ber);
  if (!normalise_next (&reader, der, error) || !smd_der_finish (&reader, error))
    return NULL;
  return g_steal_pointer (&der);
}
