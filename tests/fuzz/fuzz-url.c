/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-directory-url.h"
#include "smd-flight.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_directory (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdDirectoryUrl) url = smd_directory_url_new (text, &error);

  g_assert_true ((url == NULL) == (error != NULL));
  if (url != NULL)
    g_assert_true ((url->host == NULL) == g_str_equal (url->scheme, "ldapi"));
}

/* Whatever is let pass leads where others would go, too: read strictly, it has the same host, or none. */
static void
check_target (SmdUrlGuard *guard, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdUrlTarget) target = smd_url_guard_check_url (guard, text, &error);
  g_autoptr (GUri) uri = target != NULL ? g_uri_parse (text, G_URI_FLAGS_NONE, NULL) : NULL;

  g_assert_true ((target == NULL) == (error != NULL));
  if (target != NULL)
    g_assert_cmpuint (target->port, !=, 0);
  if (uri != NULL && g_str_is_ascii (target->host) && strchr (target->host, '%') == NULL)
    g_assert_cmpint (g_ascii_strcasecmp (g_uri_get_host (uri), target->host), ==, 0);
}

/* As smd-answer.c hands it on: no white space around it, no control characters in it */
static void
check_redirect (SmdUrlGuard *guard, const char *location)
{
  g_autoptr (SmdFetchRequest) request = smd_fetch_request_new ("http://pki.example/a/b.crl", 1024);
  g_autoptr (SmdFlight) flight = smd_flight_new (request, guard, NULL);

  for (const char *at = location; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      return;

  flight->location = g_strstrip (g_strdup (location));
  if (smd_flight_redirect (flight, NULL))
    check_target (guard, flight->url);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (NULL, NULL);
  const char *const allow[] = { text, NULL };
  g_autoptr (SmdUrlGuard) other = smd_url_guard_new (allow, NULL);

  if (!g_utf8_validate (text, -1, NULL))
    return 0;

  check_directory (text);
  check_target (guard, text);
  check_target (other, text);
  check_redirect (guard, text);
  return 0;
}
