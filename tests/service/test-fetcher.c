/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a server answers, and what of it is taken. */
#include "smd-test-fetching.h"
#include "smimed-error.h"

static void
test_good (SmdTestFetching *world, gconstpointer data)
{
  g_autofree char *page = smd_test_fetching_fetch_text (world, "/html/a");
  g_autoptr (SmdFetchResult) large = smd_test_fetching_fetch (world, "/length/1000000");

  g_assert_true (g_str_has_prefix (page, "<!DOCTYPE"));
  g_assert_no_error (large->failure);
  g_assert_cmpint (smd_blob_get_span (large->body).size, ==, 1000000);
}

static void
test_anonymous (SmdTestFetching *world, gconstpointer data)
{
  g_autofree char *fields = smd_test_fetching_fetch_text (world, "/fields/with space");

  g_test_message ("%s", fields);
  g_assert_true (g_str_has_prefix (fields, "GET /fields/with%20space HTTP/1.1"));
  g_assert_null (strstr (fields, "User-Agent"));
  g_assert_null (strstr (fields, "Cookie"));
  g_assert_null (strstr (fields, "Referer"));
  g_assert_null (strstr (fields, "Accept-Encoding"));
  g_assert_null (strstr (fields, "Authorization"));
}

static void
test_post (SmdTestFetching *world, gconstpointer data)
{
  SmdFetchRequest *request = smd_test_fetching_make_request (world, "/echo/ocsp");
  g_autoptr (SmdFetchResult) result = NULL;
  g_autofree char *text = NULL;

  request->body = smd_blob_new_copy (smd_span_string ("question"));
  request->content_type = g_strdup ("application/ocsp-request");
  result = smd_test_fetching_run (world, request, SMD_TEST_LONG);
  text = smd_test_fetching_get_text (result);
  g_assert_cmpstr (text, ==, "question");
}

static void
test_unchanged (SmdTestFetching *world, gconstpointer data)
{
  g_autoptr (SmdFetchResult) first = smd_test_fetching_fetch (world, "/etag/html/a");
  SmdFetchRequest *by_etag = smd_test_fetching_make_request (world, "/etag/a");
  SmdFetchRequest *by_time = smd_test_fetching_make_request (world, "/etag/b");
  g_autoptr (SmdFetchResult) second = NULL;
  g_autoptr (SmdFetchResult) third = NULL;

  by_etag->etag = g_strdup ("\"one\"");
  by_time->modified = 1736157600; /* Mon, 06 Jan 2025 10:00:00 GMT */
  second = smd_test_fetching_run (world, by_etag, SMD_TEST_LONG);
  third = smd_test_fetching_run (world, by_time, SMD_TEST_LONG);
  g_assert_no_error (second->failure);
  g_assert_true (second->unchanged);
  g_assert_null (second->body);
  g_assert_cmpstr (second->etag, ==, "\"one\"");
  g_assert_true (third->unchanged);
}

static void
test_validators (SmdTestFetching *world, gconstpointer data)
{
  g_autoptr (SmdFetchResult) result = smd_test_fetching_fetch (world, "/etag/known");

  g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (result->failure->message, "404"));
}

static void
test_redirects (SmdTestFetching *world, gconstpointer data)
{
  g_autofree char *five = smd_test_fetching_fetch_text (world, "/hops/5/html/a");

  g_assert_true (g_str_has_prefix (five, "<!DOCTYPE"));
  smd_test_fetching_assert_failure (world, "/hops/6/html/a", SMIMED_ERROR_FAILED, "redirected more than 5 times");
  smd_test_fetching_assert_failure (world, "/loop/a", SMIMED_ERROR_FAILED, "redirected more than 5 times");
  smd_test_fetching_assert_failure (world, "/redirect/file:///etc/passwd", SMIMED_ERROR_POLICY_FORBIDS, "http, https");
  smd_test_fetching_assert_failure (world, "/redirect/ldap://crl.example/CN=CA", SMIMED_ERROR_POLICY_FORBIDS,
                                    "only http and https");
  smd_test_fetching_assert_failure (world, "/redirect/nobodys-scheme:a", SMIMED_ERROR_POLICY_FORBIDS, "only http");
  g_assert_cmpuint (g_quark_try_string ("nobodys-scheme"), ==, 0); /* what a server sends isn't kept for good */
  smd_test_fetching_assert_failure (world, "/redirect/http://crl.example;evil.example/", SMIMED_ERROR_MALFORMED,
                                    "isn't a URL");
  smd_test_fetching_assert_failure (world, "/redirect///crl.example;evil.example/", SMIMED_ERROR_MALFORMED,
                                    "isn't a URL");
}

static void
test_redirect_inside (SmdTestFetching *world, gconstpointer data)
{
  g_autofree char *port = g_strdup_printf ("%d", world->port);
  g_autofree char *name = g_strconcat ("/redirect/http://localhost:", port, "/html/a", NULL);
  g_autofree char *other = g_strconcat ("/redirect/http://127.0.0.2:", port, "/html/a", NULL);
  g_autofree char *mapped = g_strconcat ("/redirect/http://[::ffff:127.0.0.3]:", port, "/html/a", NULL);

  smd_test_fetching_assert_failure (world, name, SMIMED_ERROR_POLICY_FORBIDS, "network-allow");
  smd_test_fetching_assert_failure (world, other, SMIMED_ERROR_POLICY_FORBIDS, "network-allow");
  smd_test_fetching_assert_failure (world, mapped, SMIMED_ERROR_POLICY_FORBIDS, "network-allow");
}

/* A name of this machine that no list of names knows: what it resolves to decides. */
static void
test_other_name (SmdTestFetching *world, gconstpointer data)
{
  g_autofree char *url = g_strdup_printf ("http://%s:%d/html/a", g_get_host_name (), world->port);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *addresses = g_resolver_lookup_by_name (resolver, g_get_host_name (), NULL, NULL);
  gboolean known = addresses != NULL;
  g_autoptr (SmdFetchResult) result = NULL;

  g_resolver_free_addresses (addresses);
  if (!known)
    {
      g_test_skip ("this machine's name has no address");
      return;
    }
  result = smd_test_fetching_run (world, smd_fetch_request_new (url, SMD_TEST_BODY_LIMIT), SMD_TEST_LONG);
  g_test_message ("%s", result->failure != NULL ? result->failure->message : "?");
  g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS);
}

static void
test_bodies (SmdTestFetching *world, gconstpointer data)
{
  smd_test_fetching_assert_failure (world, "/huge/a", SMIMED_ERROR_TOO_LARGE, "larger than 1048576 bytes");
  smd_test_fetching_assert_failure (world, "/endless/a", SMIMED_ERROR_TOO_LARGE, "larger than 1048576 bytes");
  smd_test_fetching_assert_failure (world, "/endless-header/a", SMIMED_ERROR_TOO_LARGE, "header");
  smd_test_fetching_assert_failure (world, "/length/1048577", SMIMED_ERROR_TOO_LARGE, "larger than 1048576 bytes");
}

static void
test_bad_answers (SmdTestFetching *world, gconstpointer data)
{
  smd_test_fetching_assert_failure (world, "/missing", SMIMED_ERROR_FAILED, "404");
  smd_test_fetching_assert_failure (world, "/status/410/a", SMIMED_ERROR_FAILED, "410");
  smd_test_fetching_assert_failure (world, "/empty/a", SMIMED_ERROR_FAILED, "empty");
}

static void
test_wrong_length (SmdTestFetching *world, gconstpointer data)
{
  smd_test_fetching_assert_failure (world, "/wrong-length/a", SMIMED_ERROR_FAILED, "/wrong-length/a");
}

static void
test_garbage (SmdTestFetching *world, gconstpointer data)
{
  smd_test_fetching_assert_failure (world, "/garbage/a", SMIMED_ERROR_FAILED, "/garbage/a");
}

static void
test_not_unpacked (SmdTestFetching *world, gconstpointer data)
{
  g_autoptr (SmdFetchResult) result = smd_test_fetching_fetch (world, "/gzip/a");

  g_assert_no_error (result->failure);
  g_assert_cmpint (smd_blob_get_span (result->body).data[0], ==, 0x1f);
}

static void
test_guarded (SmdTestFetching *world, gconstpointer data)
{
  smd_test_fetching_assert_failure (world, "/html/a", SMIMED_ERROR_POLICY_FORBIDS, "network-allow");
}

static void
test_proxy (SmdTestFetching *world, gconstpointer data)
{
  g_autofree char *proxy = g_strdup_printf ("http://127.0.0.1:%d", world->port);
  g_autoptr (GProxyResolver) proxies = g_simple_proxy_resolver_new (proxy, NULL);
  g_autoptr (SmdNetwork) network = smd_network_new (proxies);
  SmdTestFetching other = { .network = network, .fetcher = SMD_FETCHER (network) };
  g_autoptr (SmdFetchResult) result = smd_test_fetching_run (
      &other, smd_fetch_request_new ("http://crl.example/ca.crl", SMD_TEST_BODY_LIMIT), SMD_TEST_LONG);
  g_autoptr (SmdFetchResult) local = smd_test_fetching_run (
      &other, smd_fetch_request_new ("http://10.0.0.1/ca.crl", SMD_TEST_BODY_LIMIT), SMD_TEST_LONG);
  g_autofree char *text = smd_test_fetching_get_text (result);

  g_assert_cmpstr (text, ==, "proxied http://crl.example/ca.crl");
  g_assert_error (local->failure, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS);
}

#define ADD(name, test) \
  g_test_add ("/fetcher/" name, SmdTestFetching, NULL, smd_test_fetching_set_up, test, smd_test_fetching_tear_down)
#define ADD_GUARDED(name, test) \
  g_test_add ("/fetcher/" name, SmdTestFetching, "guarded", smd_test_fetching_set_up, test, smd_test_fetching_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a good answer is handed over", test_good);
  ADD ("nothing in the request tells who asks", test_anonymous);
  ADD ("an OCSP request is posted", test_post);
  ADD ("what has not changed is not sent again", test_unchanged);
  ADD ("a missing file is told with its status", test_validators);
  ADD ("five redirects are followed, circles and other schemes are not", test_redirects);
  ADD ("a redirect to this machine is refused", test_redirect_inside);
  ADD_GUARDED ("another name of this machine is refused when it is connected to", test_other_name);
  ADD ("too much is refused: announced, endless, or in the header", test_bodies);
  ADD ("an answer that is none is a failure", test_bad_answers);
  ADD ("a broken off answer is a failure", test_wrong_length);
  ADD ("garbage is a failure", test_garbage);
  ADD ("what is compressed unasked stays compressed", test_not_unpacked);
  ADD_GUARDED ("without permission this machine is not asked", test_guarded);
  ADD ("the desktop's proxy is used", test_proxy);
  return g_test_run ();
}
