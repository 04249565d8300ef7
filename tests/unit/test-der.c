/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>

#include "smd-der.h"
#include "smimed-error.h"

#define BYTES(...) smd_span ((const guint8[]){ __VA_ARGS__ }, sizeof ((const guint8[]){ __VA_ARGS__ }))

static void
assert_bytes (SmdSpan got, SmdSpan wanted)
{
  g_assert_cmpmem (got.data, got.size, wanted.data, wanted.size);
}

static void
test_definite (void)
{
  SmdSpan der = BYTES (0x30, 0x08, 0x02, 0x01, 0x05, 0x81, 0x00, 0xa0, 0x01, 0x07);
  g_autoptr (GError) error = NULL;
  SmdDerReader reader;
  SmdSpan value;

  smd_der_reader_init (&reader, der);
  g_assert_true (smd_der_enter (&reader, SMD_DER_SEQUENCE, &error));
  g_assert_true (smd_der_read (&reader, SMD_DER_INTEGER, &value, &error));
  assert_bytes (value, BYTES (0x05));
  g_assert_cmpuint (smd_der_peek (&reader), ==, SMD_DER_CONTEXT (1));
  g_assert_true (smd_der_read (&reader, SMD_DER_CONTEXT (1), &value, &error));
  g_assert_cmpuint (value.size, ==, 0);
  g_assert_true (smd_der_skip_tag (&reader, SMD_DER_CONTEXT (0), &value, &error));
  assert_bytes (value, BYTES (0xa0, 0x01, 0x07));
  g_assert_false (smd_der_more (&reader));
  g_assert_cmpuint (smd_der_peek (&reader), ==, SMD_DER_NONE);
  g_assert_true (smd_der_leave (&reader, &error));
  g_assert_true (smd_der_finish (&reader, &error));
}

static void
test_indefinite (void)
{
  SmdSpan ber = BYTES (0x30, 0x80, 0xa0, 0x80, 0x30, 0x80, 0x00, 0x00, 0x04, 0x02, 0x00, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00);
  g_autoptr (GError) error = NULL;
  SmdDerReader reader;
  SmdSpan value;

  smd_der_reader_init (&reader, ber);
  g_assert_true (smd_der_enter (&reader, SMD_DER_SEQUENCE, &error));
  g_assert_true (smd_der_skip_tag (&reader, SMD_DER_CONTEXT (0), &value, &error));
  g_assert_cmpuint (value.size, ==, 12);
  g_assert_true (smd_der_read (&reader, SMD_DER_NULL, &value, &error));
  g_assert_true (smd_der_leave (&reader, &error));
  g_assert_true (smd_der_finish (&reader, &error));
}

static void
test_octets_in_pieces (void)
{
  SmdSpan ber = BYTES (0xa0, 0x80, 0x04, 0x02, 'a', 'b', 0x24, 0x05, 0x04, 0x00, 0x04, 0x01, 'c', 0x24, 0x80, 0x04, 0x01, 'd', 0x00,
                       0x00, 0x00, 0x00);
  g_autoptr (GError) error = NULL;
  SmdDerReader reader;
  SmdDerOctets octets;
  guint8 joined[4];
  gsize position = 0;
  SmdSpan piece;
  guint pieces = 0;

  smd_der_reader_init (&reader, ber);
  g_assert_true (smd_der_read_octets (&reader, SMD_DER_CONTEXT (0), &octets, &error));
  g_assert_true (smd_der_finish (&reader, &error));
  g_assert_cmpuint (octets.size, ==, 4);
  smd_der_octets_copy (&octets, joined);
  g_assert_cmpmem (joined, 4, "abcd", 4);
  while (smd_der_octets_next (&octets, &position, &piece))
    pieces++;
  g_assert_cmpuint (pieces, ==, 3);
}

static void
test_single_piece_stays_in_place (void)
{
  SmdSpan ber = BYTES (0x24, 0x80, 0x04, 0x00, 0x04, 0x02, 'a', 'b', 0x00, 0x00);
  g_autoptr (GError) error = NULL;
  SmdDerReader reader;
  SmdDerOctets octets;

  smd_der_reader_init (&reader, ber);
  g_assert_true (smd_der_read_octets (&reader, SMD_DER_OCTET_STRING, &octets, &error));
  g_assert_false (octets.segmented);
  g_assert_true (octets.region.data == ber.data + 6);
}

static void
test_empty_octets (void)
{
  SmdSpan ber = BYTES (0x24, 0x80, 0x04, 0x00, 0x00, 0x00);
  g_autoptr (GError) error = NULL;
  SmdDerReader reader;
  SmdDerOctets octets;
  gsize position = 0;
  SmdSpan piece;

  smd_der_reader_init (&reader, ber);
  g_assert_true (smd_der_read_octets (&reader, SMD_DER_OCTET_STRING, &octets, &error));
  g_assert_cmpuint (octets.size, ==, 0);
  g_assert_false (smd_der_octets_next (&octets, &position, &piece));
}

static void
test_damage (void)
{
  const SmdSpan cases[] = {
    SMD_SPAN_EMPTY,
    BYTES (0x30),
    BYTES (0x30, 0x05, 0x00),
    BYTES (0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
    BYTES (0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    BYTES (0x30, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    BYTES (0x30, 0x80),
    BYTES (0x30, 0x80, 0x04),
    BYTES (0x30, 0x80, 0x04, 0x80, 0x00, 0x00, 0x00, 0x00),
    BYTES (0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00),
    BYTES (0x3f),
    BYTES (0x3f, 0x10, 0x00),
    BYTES (0x1f, 0x80, 0x04, 0x01, 'x'),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      SmdDerReader reader;

      smd_der_reader_init (&reader, cases[i]);
      g_assert_false (smd_der_skip (&reader, NULL, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
      g_clear_error (&error);
      g_assert_null (smd_der_normalise (cases[i], &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
    }
}

/* @count elements of indefinite length in one another */
static GByteArray *
nest (guint count, guint8 tag)
{
  GByteArray *ber = g_byte_array_new ();
  const guint8 open[] = { tag, 0x80 }, close[] = { 0, 0 };

  for (guint i = 0; i < count; i++)
    g_byte_array_append (ber, open, 2);
  for (guint i = 0; i < count; i++)
    g_byte_array_append (ber, close, 2);
  return ber;
}

static void
test_deep_nesting (void)
{
  const guint counts[] = { SMD_LIMIT_DER_DEPTH, SMD_LIMIT_DER_DEPTH + 1, 1000000 };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (GByteArray) sequences = nest (counts[i], 0x30), strings = nest (counts[i], 0x24), der = NULL;
      g_autoptr (GError) error = NULL, error2 = NULL, error3 = NULL;
      gboolean allowed = counts[i] <= SMD_LIMIT_DER_DEPTH;
      SmdDerReader reader;
      SmdDerOctets octets;

      smd_der_reader_init (&reader, smd_span (sequences->data, sequences->len));
      g_assert_cmpint (smd_der_skip (&reader, NULL, &error), ==, allowed);
      smd_der_reader_init (&reader, smd_span (strings->data, strings->len));
      g_assert_cmpint (smd_der_read_octets (&reader, SMD_DER_OCTET_STRING, &octets, &error2), ==, allowed);
      der = smd_der_normalise (smd_span (sequences->data, sequences->len), &error3);
      g_assert_cmpint (der != NULL, ==, allowed);
      if (allowed)
        continue;

      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED);
      g_assert_error (error2, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED);
      g_assert_error (error3, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED);
    }
}

static void
test_normalise (void)
{
  SmdSpan ber = BYTES (0x31, 0x80, 0x30, 0x81, 0x03, 0x02, 0x01, 0x09, 0x24, 0x80, 0x04, 0x01, 'x', 0x04, 0x01, 'y', 0x00, 0x00, 0x02,
                       0x82, 0x00, 0x01, 0x01, 0x00, 0x00);
  SmdSpan wanted = BYTES (0x31, 0x0c, 0x30, 0x03, 0x02, 0x01, 0x09, 0x04, 0x02, 'x', 'y', 0x02, 0x01, 0x01);
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) der = smd_der_normalise (ber, &error);

  g_assert_no_error (error);
  assert_bytes (smd_span (der->data, der->len), wanted);
}

static void
test_normalise_long (void)
{
  const gsize sizes[] = { 127, 128, 255, 256, 65535, 65536 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *ber = g_malloc0 (sizes[i] + 10);
      const guint8 header[] = { 0x30, 0x80, 0x04, 0x84, 0, (guint8) (sizes[i] >> 16), (guint8) (sizes[i] >> 8), (guint8) sizes[i] };
      g_autoptr (GByteArray) der = NULL, again = NULL;
      g_autoptr (GError) error = NULL;

      memcpy (ber, header, sizeof header);
      der = smd_der_normalise (smd_span (ber, sizes[i] + 10), &error);
      g_assert_no_error (error);
      again = smd_der_normalise (smd_span (der->data, der->len), &error);
      g_assert_no_error (error);
      g_assert_cmpmem (der->data, der->len, again->data, again->len);
      g_assert_cmpuint (der->len, >, sizes[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/der/definite lengths are read in place", test_definite);
  g_test_add_func ("/der/indefinite lengths end where they end", test_indefinite);
  g_test_add_func ("/der/octets in nested pieces come in order", test_octets_in_pieces);
  g_test_add_func ("/der/a single piece is taken where it lies", test_single_piece_stays_in_place);
  g_test_add_func ("/der/empty octets have no piece", test_empty_octets);
  g_test_add_func ("/der/damage is malformed", test_damage);
  g_test_add_func ("/der/deep nesting is refused without recursion", test_deep_nesting);
  g_test_add_func ("/der/BER becomes DER", test_normalise);
  g_test_add_func ("/der/long lengths are minimal", test_normalise_long);
  return g_test_run ();
}
