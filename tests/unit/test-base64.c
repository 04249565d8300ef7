/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-base64-kernel.h"
#include "smd-base64.h"
#include "smimed-error.h"

#define LIMIT (16 * 1024 * 1024)

static char *
decode (const char *text, gssize size, gsize *length, GError **error)
{
  g_autoptr (SmdOutput) output = smd_output_new ("test", LIMIT, NULL);
  SmdSpan span;

  if (!smd_base64_decode (smd_span (text, size < 0 ? strlen (text) : (gsize) size), output, error))
    return NULL;

  span = smd_output_get_span (output);
  *length = span.size;
  return g_memdup2 (span.size > 0 ? (const void *) span.data : "", MAX (span.size, 1));
}

static void
expect (const char *text, const char *expected)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree char *bytes = decode (text, -1, &length, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (bytes, length, expected, strlen (expected));
}

static void
refuse (const char *text)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree char *bytes = decode (text, -1, &length, &error);

  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
  g_assert_null (bytes);
}

static void
test_vectors (void)
{
  /* RFC 4648 section 10 */
  expect ("", "");
  expect ("Zg==", "f");
  expect ("Zm8=", "fo");
  expect ("Zm9v", "foo");
  expect ("Zm9vYg==", "foob");
  expect ("Zm9vYmE=", "fooba");
  expect ("Zm9vYmFy", "foobar");
}

static void
test_white_space (void)
{
  expect ("Zm9v\r\nYmFy\r\n", "foobar");
  expect ("Zm9v\nYmFy", "foobar");
  expect ("\r\n\r\n Zm\t9v\r\n\r\nYm\nFy \r\n \r\n", "foobar");
  expect ("Zm9vYg\r\n==\r\n\r\n", "foob");
  expect ("Z\nm\n9\nv\n", "foo");
}

static void
test_damage (void)
{
  refuse ("Zg");
  refuse ("Zg=");
  refuse ("Zm9vY");
  refuse ("=");
  refuse ("====");
  refuse ("Z===");
  refuse ("Zg=A");
  refuse ("Zg==Zg==");
  refuse ("Zg==\r\nZm9v\r\n");
  refuse ("Zm9v-mFy");
  refuse ("Zm9v\r\nYm?y\r\n");
  refuse ("Zm9v\r\n-- \r\nYour mailing list\r\n");
  refuse ("Zm9v\x80mFy");
}

static void
test_nul_is_damage (void)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree char *bytes = decode ("Zm9v\0Zm9", 8, &length, &error);

  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
  g_assert_null (bytes);
}

static void
fill (guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) g_test_rand_int_range (0, 256);
}

/* @text in lines of @width characters */
static char *
wrap (const char *text, gsize width, const char *line_end)
{
  GString *lines = g_string_new (NULL);

  for (gsize i = 0; text[i] != '\0'; i += MIN (width, strlen (text + i)))
    g_string_append_printf (lines, "%.*s%s", (int) width, text + i, line_end);
  return g_string_free (lines, FALSE);
}

static void
test_decodes_what_glib_encodes (void)
{
  static const gsize widths[] = { 4, 64, 72, 76, 60, 61, 75, 1, 7, 1000000 };
  guint8 bytes[5000];

  fill (bytes, sizeof bytes);
  for (guint round = 0; round < 400; round++)
    {
      gsize size = (gsize) g_test_rand_int_range (0, round < 300 ? 300 : sizeof bytes);
      g_autofree char *encoded = g_base64_encode (bytes, size);
      g_autofree char *text = wrap (encoded, widths[round % G_N_ELEMENTS (widths)], round % 3 == 0 ? "\n" : "\r\n");
      g_autoptr (GError) error = NULL;
      gsize length = 0;
      g_autofree char *decoded = decode (text, -1, &length, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (decoded, length, bytes, size);
    }
}

static void
test_damage_is_found_wherever_it_is (void)
{
  guint8 bytes[600];
  g_autofree char *encoded = NULL;
  g_autofree char *text = NULL;

  fill (bytes, sizeof bytes);
  encoded = g_base64_encode (bytes, sizeof bytes);
  text = wrap (encoded, 64, "\r\n");
  for (gsize i = 0; text[i] != '\0'; i++)
    {
      g_autofree char *damaged = g_strdup (text);

      damaged[i] = '*';
      refuse (damaged);
    }
}

static void
test_glib_decodes_what_we_encode (void)
{
  guint8 bytes[3000];

  fill (bytes, sizeof bytes);
  for (gsize size = 0; size < 400; size++)
    {
      g_autoptr (SmdOutput) output = smd_output_new ("test", LIMIT, NULL);
      g_autoptr (SmdBase64Sink) sink = smd_base64_sink_new (output);
      g_autofree guint8 *decoded = NULL;
      g_autofree char *text = NULL;
      gsize length = 0;

      for (gsize done = 0, piece; done < size * 7; done += piece)
        {
          piece = (gsize) g_test_rand_int_range (1, 200);
          piece = MIN (piece, size * 7 - done);
          g_assert_true (smd_sink_write (smd_base64_sink_get_sink (sink), smd_span (bytes + done, piece), NULL));
        }
      g_assert_true (smd_base64_sink_finish (sink, NULL));

      text = g_strndup ((const char *) smd_output_get_span (output).data, smd_output_get_size (output));
      decoded = g_base64_decode (text, &length);
      g_assert_cmpmem (decoded, length, bytes, size * 7);
      for (const char *line = text; *line != '\0'; line = strstr (line, "\r\n") + 2)
        g_assert_cmpuint (strcspn (line, "\r"), <=, 64);
    }
}

static void
check_kernel (const SmdBase64Kernel *kernel)
{
  guint8 bytes[SMD_BASE64_LINE_OCTETS];
  guint8 decoded[SMD_BASE64_LINE_OCTETS + SMD_BASE64_SLACK];
  guint8 line[SMD_BASE64_LINE_CHARACTERS];
  g_autofree char *expected = NULL;

  fill (bytes, sizeof bytes);
  kernel->encode (bytes, line);
  expected = g_base64_encode (bytes, sizeof bytes);
  g_assert_cmpmem (line, sizeof line, expected, strlen (expected));

  for (gsize groups = 1; groups <= sizeof line / 4; groups++)
    {
      g_assert_true (kernel->decode (line, groups, decoded));
      g_assert_cmpmem (decoded, groups * 3, bytes, groups * 3);
    }
}

static void
check_kernel_damage (const SmdBase64Kernel *kernel)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  guint8 decoded[SMD_BASE64_LINE_OCTETS + SMD_BASE64_SLACK];
  guint8 line[SMD_BASE64_LINE_CHARACTERS];

  for (gsize place = 0; place < sizeof line; place++)
    for (guint c = 0; c < 256; c++)
      {
        memcpy (line, alphabet, sizeof line);
        line[place] = (guint8) c;
        g_assert_cmpint (kernel->decode (line, sizeof line / 4, decoded), ==, c != 0 && strchr (alphabet, (int) c) != NULL);
      }
}

static void
test_kernels (void)
{
  for (guint i = 0; i < 1000; i++)
    {
      check_kernel (smd_base64_kernel_get_portable ());
      check_kernel (smd_base64_kernel_get ());
    }
  check_kernel_damage (smd_base64_kernel_get_portable ());
  check_kernel_damage (smd_base64_kernel_get ());
}

static void
test_limit (void)
{
  g_autofree char *text = g_strnfill (8000, 'A');
  g_autoptr (SmdOutput) output = smd_output_new ("test", 1000, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (smd_base64_decode (smd_span_string (text), output, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base64/the-vectors-of-rfc-4648-decode", test_vectors);
  g_test_add_func ("/base64/white-space-is-skipped-wherever-it-stands", test_white_space);
  g_test_add_func ("/base64/damaged-text-is-refused", test_damage);
  g_test_add_func ("/base64/a-nul-octet-is-damage", test_nul_is_damage);
  g_test_add_func ("/base64/what-glib-encodes-decodes-in-lines-of-any-length", test_decodes_what_glib_encodes);
  g_test_add_func ("/base64/one-foreign-character-is-found-wherever-it-is", test_damage_is_found_wherever_it_is);
  g_test_add_func ("/base64/glib-decodes-what-is-encoded-in-pieces", test_glib_decodes_what_we_encode);
  g_test_add_func ("/base64/all-processors-give-the-same", test_kernels);
  g_test_add_func ("/base64/more-than-the-limit-is-too-large", test_limit);
  return g_test_run ();
}
