/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-answer.h"

/* What libcurl hands over of an answer: the lines of its header up to an empty one, then the body. The first octet chooses the status. */

#define LIMIT 4096

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const long statuses[] = { 200, 200, 304, 301, 307, 404, 429, 503 };

/* Returns: what comes behind the header */
static SmdSpan
add_header (SmdAnswer *answer, SmdSpan rest)
{
  while (rest.size > 0)
    {
      const guint8 *end = memchr (rest.data, '\n', rest.size);
      SmdSpan line = end != NULL ? smd_span_head (rest, (gsize) (end - rest.data) + 1) : rest;

      rest = smd_span_skip (rest, line.size);
      if (!smd_answer_add_line (answer, line))
        return SMD_SPAN_EMPTY;
      if (line.size == 1)
        return rest;
    }

  return rest;
}

static void
check_text (const char *text)
{
  g_assert_true (text == NULL || strpbrk (text, "\r\n") == NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (NULL, NULL);
  g_autoptr (SmdFetchRequest) request = smd_fetch_request_new ("http://pki.example/a.crl", LIMIT);
  g_autoptr (SmdFlight) flight = smd_flight_new (request, guard, NULL);
  g_autoptr (GError) error = NULL;
  SmdAnswer answer = { .flight = flight };
  long status = statuses[size > 0 ? data[0] % G_N_ELEMENTS (statuses) : 0];
  SmdSpan body = add_header (&answer, smd_span_skip (smd_span (data, size), MIN (size, 1)));
  gsize half = body.size / 2;

  smd_answer_add_body (&answer, status, smd_span_head (body, half), -1);
  if (answer.failure == NULL)
    smd_answer_add_body (&answer, status, smd_span_skip (body, half), -1);
  if (answer.failure == NULL)
    smd_answer_finish (&answer, status, -1, FALSE);

  check_text (flight->result->etag);
  check_text (flight->location);
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  g_assert_true (flight->result->body == NULL || smd_blob_get_span (flight->result->body).size <= LIMIT);
  if (flight->location != NULL)
    g_assert_true (smd_flight_redirect (flight, &error) == (error == NULL));
  smd_answer_clear (&answer);
  return 0;
}
