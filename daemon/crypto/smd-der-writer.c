/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-der-writer.h"

#define FIRST_SIZE 1024
#define HEADER_SIZE (1 + 1 + sizeof (gsize))

struct _SmdDerWriter
{
  GByteArray *bytes; /* (owned) */
};

SmdDerWriter *
smd_der_writer_new (void)
{
  SmdDerWriter *self = g_new0 (SmdDerWriter, 1);

  self->bytes = g_byte_array_sized_new (FIRST_SIZE);
  return self;
}

void
smd_der_writer_free (SmdDerWriter *self)
{
  g_byte_array_unref (self->bytes);
  g_free (self);
}

GBytes *
smd_der_writer_free_to_bytes (SmdDerWriter *self)
{
  GBytes *bytes = g_byte_array_free_to_bytes (self->bytes);

  g_free (self);
  return bytes;
}

SmdSpan
smd_der_writer_get_span (SmdDerWriter *self)
{
  return smd_span (self->bytes->data, self->bytes->len);
}

/* Returns: the number of octets written */
static guint
put_length (guint8 *place, gsize size)
{
  guint octets = 0;

  if (size < 0x80)
    {
      place[0] = (guint8) size;
      return 1;
    }

  for (gsize rest = size; rest > 0; rest >>= 8)
    octets++;
  place[0] = (guint8) (0x80 | octets);
  for (guint i = 0; i < octets; i++)
    place[1 + i] = (guint8) (size >> (8 * (octets - 1 - i)));
  return 1 + octets;
}

gsize
smd_der_writer_begin (SmdDerWriter *self, guint8 tag)
{
  const guint8 start[2] = { tag, 0 };

  g_byte_array_append (self->bytes, start, sizeof start);
  return self->bytes->len;
}

void
smd_der_writer_end (SmdDerWriter *self, gsize mark)
{
  gsize size = self->bytes->len - mark;
  guint8 length[HEADER_SIZE];
  guint octets = put_length (length, size);

  /* One octet was kept free for the length; most values need no more. */
  if (octets > 1)
    {
      g_byte_array_set_size (self->bytes, self->bytes->len + octets - 1);
      memmove (self->bytes->data + mark + octets - 1, self->bytes->data + mark, size);
    }
  memcpy (self->bytes->data + mark - 1, length, octets);
}

/* The size of the value at the start of @rest, which this writer wrote: low tags, definite lengths */
static gsize
value_size (SmdSpan rest)
{
  gsize size = rest.data[1];
  guint octets = 0;

  if (size < 0x80)
    return 2 + size;

  octets = size & 0x7f;
  size = 0;
  for (guint i = 0; i < octets; i++)
    size = size << 8 | rest.data[2 + i];
  return 2 + octets + size;
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  const SmdSpan *first = a;
  const SmdSpan *second = b;
  int order = memcmp (first->data, second->data, MIN (first->size, second->size));

  if (order != 0)
    return order;
  return first->size < second->size ? -1 : first->size > second->size;
}

void
smd_der_writer_end_set_of (SmdDerWriter *self, gsize mark)
{
  gsize size = self->bytes->len - mark;
  g_autofree guint8 *copy = g_memdup2 (self->bytes->data + mark, size);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (SmdSpan));

  for (SmdSpan rest = smd_span (copy, size); rest.size > 0;)
    {
      SmdSpan value = smd_span_head (rest, value_size (rest));

      g_array_append_val (values, value);
      rest = smd_span_skip (rest, value.size);
    }
  g_array_sort (values, compare_values);

  g_byte_array_set_size (self->bytes, (guint) mark);
  for (guint i = 0; i < values->len; i++)
    smd_der_writer_add_der (self, g_array_index (values, SmdSpan, i));
  smd_der_writer_end (self, mark);
}

void
smd_der_writer_header (SmdDerWriter *self, guint8 tag, gsize size)
{
  guint8 header[HEADER_SIZE];

  header[0] = tag;
  g_byte_array_append (self->bytes, header, 1 + put_length (header + 1, size));
}

gsize
smd_der_writer_size_of (gsize size)
{
  guint8 length[HEADER_SIZE];

  return 1 + put_length (length, size) + size;
}

void
smd_der_writer_add (SmdDerWriter *self, guint8 tag, SmdSpan content)
{
  smd_der_writer_header (self, tag, content.size);
  smd_der_writer_add_der (self, content);
}

void
smd_der_writer_add_integer (SmdDerWriter *self, guint8 value)
{
  smd_der_writer_add (self, SMD_TAG_INTEGER, smd_span (&value, 1));
}

void
smd_der_writer_add_oid (SmdDerWriter *self, SmdSpan oid)
{
  smd_der_writer_add (self, SMD_TAG_OID, oid);
}

void
smd_der_writer_add_algorithm (SmdDerWriter *self, SmdSpan oid, gboolean null_parameters)
{
  gsize sequence = smd_der_writer_begin (self, SMD_TAG_SEQUENCE);

  smd_der_writer_add_oid (self, oid);
  if (null_parameters)
    smd_der_writer_add (self, SMD_TAG_NULL, SMD_SPAN_EMPTY);
  smd_der_writer_end (self, sequence);
}

void
smd_der_writer_add_der (SmdDerWriter *self, SmdSpan der)
{
  if (der.size > 0)
    g_byte_array_append (self->bytes, der.data, (guint) der.size);
}
