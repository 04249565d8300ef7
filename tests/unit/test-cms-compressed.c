/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <zlib.h>

#include "smd-der-writer.h"
#include "smd-limits.h"
#include "smd-test-cms.h"
#include "smimed-error.h"

#define OID(octets) smd_span (octets, sizeof (octets) - 1)
#define COMPRESSED_DATA OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09")
#define ZLIB OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03\x08")
#define DATA OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
#define BIG ((gsize) 3000000)

typedef struct
{
  SmdCrypto *crypto; /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->crypto = smd_test_crypto_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  smd_crypto_unref (fixture->crypto);
}

/* The octets as a CompressedData; in pieces of @piece bytes, 0: in one */
static SmdBlob *
wrap (SmdSpan algorithm, SmdSpan octets, gsize piece)
{
  g_autoptr (SmdDerWriter) writer = smd_der_writer_new ();
  gsize info = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE), tagged, data, part, inner, string = 0;

  smd_der_writer_add_oid (writer, COMPRESSED_DATA);
  tagged = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));
  data = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_integer (writer, 0);
  smd_der_writer_add_algorithm (writer, algorithm, FALSE);
  part = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_oid (writer, DATA);
  inner = smd_der_writer_begin (writer, SMD_TAG_CONTEXT_CONSTRUCTED (0));
  if (piece > 0)
    string = smd_der_writer_begin (writer, 0x24);
  do
    {
      SmdSpan head = smd_span_head (octets, piece > 0 ? piece : G_MAXSIZE);

      smd_der_writer_add (writer, SMD_TAG_OCTET_STRING, head);
      octets = smd_span_skip (octets, head.size);
    }
  while (octets.size > 0);
  if (piece > 0)
    smd_der_writer_end (writer, string);
  smd_der_writer_end (writer, inner);
  smd_der_writer_end (writer, part);
  smd_der_writer_end (writer, data);
  smd_der_writer_end (writer, tagged);
  smd_der_writer_end (writer, info);
  return smd_blob_new_copy (smd_der_writer_get_span (writer));
}

static GByteArray *
deflated (SmdSpan content)
{
  uLongf size = compressBound (content.size);
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_set_size (bytes, (guint) size);
  g_assert_cmpint (compress2 (bytes->data, &size, content.data, content.size, 9), ==, Z_OK);
  g_byte_array_set_size (bytes, (guint) size);
  return bytes;
}

static SmdSpan
span_of (GByteArray *bytes)
{
  return smd_span (bytes->data, bytes->len);
}

/* Text that compresses by about a hundred */
static GByteArray *
make_text (gsize size)
{
  GByteArray *text = g_byte_array_new ();

  for (guint i = 0; text->len < size; i++)
    {
      g_autofree char *line = g_strdup_printf ("Line %u of a text that repeats itself a good deal, line after line\r\n", i);

      g_byte_array_append (text, (const guint8 *) line, (guint) strlen (line));
    }
  g_byte_array_set_size (text, (guint) size);
  return text;
}

static void
assert_expands (Fixture *fixture, SmdBlob *der, gsize limit, SmdSpan content)
{
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) blob = smd_cms_compressed_expand (cms, limit, NULL, &error);
  SmdSpan span;

  g_assert_cmpint (smd_cms_get_type (cms), ==, SMD_CMS_COMPRESSED);
  g_assert_no_error (error);
  span = smd_blob_get_span (blob);
  g_assert_cmpmem (span.data, span.size, content.data, content.size);
}

static void
assert_fails (Fixture *fixture, SmdBlob *der, gsize limit, SmimedError code)
{
  g_autoptr (SmdCms) cms = smd_test_parse (fixture->crypto, der);
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_cms_compressed_expand (cms, limit, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, (int) code);
}

static void
test_expands (Fixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 0, 1, 262143, 262144, 262145, 524288, BIG };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) text = make_text (sizes[i]);
      g_autoptr (GByteArray) small = deflated (span_of (text));
      g_autoptr (SmdBlob) whole = wrap (ZLIB, span_of (small), 0), pieces = wrap (ZLIB, span_of (small), 7);

      assert_expands (fixture, whole, BIG + 1, span_of (text));
      assert_expands (fixture, pieces, BIG + 1, span_of (text));
      assert_expands (fixture, whole, sizes[i], span_of (text));
      if (sizes[i] > 0)
        assert_fails (fixture, whole, sizes[i] - 1, SMIMED_ERROR_TOO_LARGE);
    }
}

static void
test_bomb (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *zeros = g_malloc0 (64 * 1024 * 1024);
  g_autoptr (GByteArray) small = deflated (smd_span (zeros, 64 * 1024 * 1024));
  g_autoptr (SmdBlob) der = wrap (ZLIB, span_of (small), 0);

  g_assert_cmpuint (small->len * (gsize) SMD_LIMIT_EXPANSION, <, 128 * 1024 * 1024);
  assert_fails (fixture, der, 1024 * 1024, SMIMED_ERROR_TOO_LARGE);
}

static void
test_damage (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) text = make_text (1000);
  g_autoptr (GByteArray) small = deflated (span_of (text)), longer = deflated (span_of (text)), checksum = deflated (span_of (text));
  g_autoptr (SmdBlob) unknown = wrap (DATA, span_of (small), 0);
  g_autoptr (SmdBlob) nothing = wrap (ZLIB, smd_span_string (""), 0);
  g_autoptr (SmdBlob) noise = wrap (ZLIB, smd_span_string ("This is not compressed at all"), 0);
  g_autoptr (SmdBlob) behind = NULL, flipped = NULL;

  g_byte_array_append (longer, (const guint8 *) "x", 1);
  behind = wrap (ZLIB, span_of (longer), 0);
  checksum->data[checksum->len - 1] ^= 1;
  flipped = wrap (ZLIB, span_of (checksum), 0);
  for (guint size = 1; size < small->len; size++)
    {
      g_autoptr (SmdBlob) part = wrap (ZLIB, smd_span (small->data, size), 0);

      assert_fails (fixture, part, BIG, SMIMED_ERROR_MALFORMED);
    }

  assert_fails (fixture, unknown, BIG, SMIMED_ERROR_NOT_SUPPORTED);
  assert_fails (fixture, nothing, BIG, SMIMED_ERROR_MALFORMED);
  assert_fails (fixture, noise, BIG, SMIMED_ERROR_MALFORMED);
  assert_fails (fixture, behind, BIG, SMIMED_ERROR_MALFORMED);
  assert_fails (fixture, flipped, BIG, SMIMED_ERROR_MALFORMED);
}

#define ADD(path, function) g_test_add ("/cms-compressed/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("compressed content expands to its limit", test_expands);
  ADD ("a bomb is too large", test_bomb);
  ADD ("damage is malformed", test_damage);
  return g_test_run ();
}
