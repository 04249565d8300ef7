/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-base64.h"
#include "smd-lines.h"

#define LIMIT (1024 * 1024)

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check_round_trip (SmdSpan octets)
{
  g_autoptr (SmdOutput) text = smd_output_new_sized ("text", 2 * octets.size + 4, LIMIT, NULL);
  g_autoptr (SmdOutput) back = smd_output_new_sized ("back", octets.size, LIMIT, NULL);
  g_autoptr (SmdBase64Sink) sink = smd_base64_sink_new (text);
  gsize first = octets.size > 0 ? octets.data[0] : 0;

  if (!smd_sink_write (smd_base64_sink_get_sink (sink), smd_span_head (octets, first), NULL)
      || !smd_sink_write (smd_base64_sink_get_sink (sink), smd_span_skip (octets, first), NULL)
      || !smd_base64_sink_finish (sink, NULL) || !smd_base64_decode (smd_output_get_span (text), back, NULL))
    g_assert_not_reached ();
  g_assert_true (smd_span_equal (smd_output_get_span (back), octets));
}

/* GLib skips what is no base64; where we accept a text, both must see the same. */
static void
check_against_glib (SmdSpan text)
{
  g_autoptr (SmdOutput) output = smd_output_new_sized ("octets", text.size + 4, LIMIT, NULL);
  g_autofree char *copy = g_strndup ((const char *) text.data, text.size);
  g_autofree guint8 *decoded = NULL;
  gsize length = 0;

  if (!smd_base64_decode (text, output, NULL) || text.size == 0)
    return;
  decoded = g_base64_decode (copy, &length);
  g_assert_true (smd_span_equal (smd_output_get_span (output), smd_span (decoded, length)));
}

static void
check_lines (SmdSpan text)
{
  g_autoptr (SmdOutput) output = smd_output_new_sized ("lines", 2 * text.size, LIMIT, NULL);

  if (!smd_lines_write_canonical (text, output, NULL))
    g_assert_not_reached ();
  g_assert_true (smd_lines_are_canonical (smd_output_get_span (output)));
  g_assert_cmpuint (smd_lines_scan (smd_output_get_span (output)), ==, smd_lines_scan (text) & ~SMD_LINES_BARE_LF);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  SmdSpan span = smd_span (data, size);

  check_round_trip (span);
  check_against_glib (span);
  check_lines (span);
  return 0;
}
