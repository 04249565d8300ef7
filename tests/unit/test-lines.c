/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-lines.h"
#include "smimed-error.h"

static SmdLineFlags
scan (const char *text)
{
  return smd_lines_scan (smd_span_string (text));
}

static void
test_scan (void)
{
  g_autofree char *long_line = g_strnfill (999, 'x');
  g_autofree char *longest = g_strdup_printf ("%.998s\r\n", long_line);

  g_assert_cmpuint (scan (""), ==, SMD_LINES_SAFE);
  g_assert_cmpuint (scan ("Dear Alice,\r\n\r\nall is well.\r\n"), ==, SMD_LINES_SAFE);
  g_assert_cmpuint (scan ("one\ntwo\r\n"), ==, SMD_LINES_BARE_LF);
  g_assert_cmpuint (scan ("Gr\xc3\xbc\xc3\x9f" "e\r\n"), ==, SMD_LINES_8BIT);
  g_assert_cmpuint (scan ("a long line with something behind it: \xff\r\n"), ==, SMD_LINES_8BIT);
  g_assert_cmpuint (scan ("x\r\nFrom here on\r\n"), ==, SMD_LINES_FROM);
  g_assert_cmpuint (scan ("x From here on\r\nFrom: y\r\n"), ==, SMD_LINES_SAFE);
  g_assert_cmpuint (scan ("-- \r\n"), ==, SMD_LINES_TRAILING);
  g_assert_cmpuint (scan ("tab\t\n"), ==, SMD_LINES_TRAILING | SMD_LINES_BARE_LF);
  g_assert_cmpuint (scan ("end without line end "), ==, SMD_LINES_TRAILING);
  g_assert_cmpuint (scan ("a\rb\r\n"), ==, SMD_LINES_BARE_CR);
  g_assert_cmpuint (scan ("a\r"), ==, SMD_LINES_BARE_CR);
  g_assert_cmpuint (scan (long_line), ==, SMD_LINES_LONG);
  g_assert_cmpuint (scan (longest), ==, SMD_LINES_SAFE);
  g_assert_cmpuint (smd_lines_scan (smd_span ("1234567\0", 8)), ==, SMD_LINES_NUL);
  g_assert_cmpuint (smd_lines_scan (smd_span ("123456789\0x", 11)), ==, SMD_LINES_NUL);
}

static void
expect (const char *text, const char *expected)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span_string (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) canonical = smd_lines_canonicalize (blob, smd_blob_get_span (blob), 1000, &error);
  SmdSpan span;

  g_assert_no_error (error);
  span = smd_blob_get_span (canonical);
  g_assert_cmpmem (span.data, span.size, expected, strlen (expected));
  g_assert_true (smd_lines_are_canonical (span));
}

static void
test_canonicalize (void)
{
  expect ("", "");
  expect ("\n", "\r\n");
  expect ("a\nb", "a\r\nb");
  expect ("a\r\nb\nc\r\n", "a\r\nb\r\nc\r\n");
  expect ("\n\n\r\n\n", "\r\n\r\n\r\n\r\n");
  expect ("a\rb\r\r\n", "a\rb\r\r\n");
}

static void
test_canonical_is_not_copied (void)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span_string ("a\r\nb\r\n"));
  g_autoptr (SmdBlob) canonical = smd_lines_canonicalize (blob, smd_blob_get_span (blob), 1, NULL);

  g_assert_true (smd_blob_get_span (canonical).data == smd_blob_get_span (blob).data);
}

static void
test_limit (void)
{
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span_string ("a\nb\n"));
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) canonical = smd_lines_canonicalize (blob, smd_blob_get_span (blob), 5, &error);

  g_assert_null (canonical);
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
}

/* What is found doesn't depend on where in a long text it stands. */
static void
test_every_place_is_looked_at (void)
{
  gsize size = 140000;
  g_autofree guint8 *text = g_malloc (size);

  for (guint line = 62; line <= 150000; line += 50000)
    for (guint i = 0; i < 400; i++)
      {
        gsize place = i < 200 ? (gsize) g_test_rand_int_range (1, (gint32) size) : (i % 34) * 4096 + i / 34;
        SmdSpan span = smd_span (text, size);

        for (gsize j = 0; j < size; j++)
          text[j] = j % line == line - 2 ? '\r' : j % line == line - 1 ? '\n' : 'a';
        if (text[size - 1] == '\r')
          text[size - 1] = 'a';
        g_assert_true (smd_lines_are_canonical (span));
        g_assert_cmpint (smd_lines_scan (span) & (SMD_LINES_8BIT | SMD_LINES_NUL | SMD_LINES_BARE_LF), ==, 0);
        if (text[place] != 'a')
          continue;

        text[place] = 0x80;
        g_assert_cmpint (smd_lines_scan (span) & (SMD_LINES_8BIT | SMD_LINES_NUL), ==, SMD_LINES_8BIT);
        text[place] = 0;
        g_assert_cmpint (smd_lines_scan (span) & (SMD_LINES_8BIT | SMD_LINES_NUL), ==, SMD_LINES_NUL);
        text[place] = '\n';
        g_assert_false (smd_lines_are_canonical (span));
        g_assert_cmpint (smd_lines_scan (span) & SMD_LINES_BARE_LF, ==, SMD_LINES_BARE_LF);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lines/what-transport-would-change-is-found", test_scan);
  g_test_add_func ("/lines/each-bare-lf-becomes-crlf", test_canonicalize);
  g_test_add_func ("/lines/canonical-text-is-not-copied", test_canonical_is_not_copied);
  g_test_add_func ("/lines/more-than-the-limit-is-too-large", test_limit);
  g_test_add_func ("/lines/every-place-is-looked-at", test_every_place_is_looked_at);
  return g_test_run ();
}
