/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fetcher against a real HTTP server with faults on demand (tests/support/fault_server.py). */
#include <stdio.h>

#include "smd-network.h"
#include "smd-test-time.h"
#include "smimed-error.h"

#define LONG (20 * SMD_TEST_PATIENCE * SECOND)
#define LIMIT ((gsize) 1024 * 1024)

typedef struct
{
  GSubprocess *server; /* (owned) */
  SmdNetwork *network; /* (owned) */
  SmdFetcher *fetcher; /* (unowned) */
  int port;
  int refusing;
} World;

static void
set_up (World *world, gconstpointer data)
{
  const char *const allow[] = { "127.0.0.1", NULL };
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "tests", "support", "fault_server.py", NULL);
  g_autofree char *line = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;

  world->server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/usr/bin/python3", script, NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (world->server));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sscanf (line, "%d %d", &world->port, &world->refusing), ==, 2);

  world->network = smd_network_new (NULL);
  world->fetcher = SMD_FETCHER (world->network);
  smd_network_set_allow (world->network, data != NULL ? NULL : allow, NULL);
}

static void
tear_down (World *world, gconstpointer data)
{
  g_clear_object (&world->network);
  g_assert_true (g_output_stream_close (g_subprocess_get_stdin_pipe (world->server), NULL, NULL));
  g_assert_true (g_subprocess_wait (world->server, NULL, NULL));
  g_object_unref (world->server);
}

static SmdFetchRequest *
make_request (World *world, const char *path)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d%s", world->port, path);

  return smd_fetch_request_new (url, LIMIT);
}

static GPtrArray *
make_requests (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fetch_request_free);
}

/* @request: (transfer full) */
static SmdFetchResult *
fetch_request (World *world, SmdFetchRequest *request, gint64 time)
{
  g_autoptr (GPtrArray) requests = make_requests ();
  g_autoptr (GPtrArray) results = NULL;

  g_ptr_array_add (requests, request);
  results = smd_fetcher_fetch_all (world->fetcher, requests, g_get_monotonic_time () + time, NULL);
  g_assert_cmpint (results->len, ==, 1);
  return g_ptr_array_steal_index (results, 0);
}

static SmdFetchResult *
fetch (World *world, const char *path)
{
  return fetch_request (world, make_request (world, path), LONG);
}

static char *
get_text (const SmdFetchResult *result)
{
  SmdSpan span;

  g_assert_no_error (result->failure);
  span = smd_blob_get_span (result->body);
  return g_strndup ((const char *) span.data, span.size);
}

static char *
fetch_text (World *world, const char *path)
{
  g_autoptr (SmdFetchResult) result = fetch (world, path);

  return get_text (result);
}

static void
assert_failure (World *world, const char *path, int code, const char *words)
{
  g_autoptr (SmdFetchResult) result = fetch (world, path);

  g_test_message ("%s: %s", path, result->failure != NULL ? result->failure->message : "?");
  g_assert_error (result->failure, SMIMED_ERROR, code);
  g_assert_nonnull (strstr (result->failure->message, words));
  g_assert_nonnull (strstr (result->failure->message, "http://"));
  g_assert_null (result->body);
}

static void
test_good (World *world, gconstpointer data)
{
  g_autofree char *page = fetch_text (world, "/html/a");
  g_autoptr (SmdFetchResult) large = fetch (world, "/length/1000000");

  g_assert_true (g_str_has_prefix (page, "<!DOCTYPE"));
  g_assert_no_error (large->failure);
  g_assert_cmpint (smd_blob_get_span (large->body).size, ==, 1000000);
}

static void
test_anonymous (World *world, gconstpointer data)
{
  g_autofree char *fields = fetch_text (world, "/fields/with space");

  g_test_message ("%s", fields);
  g_assert_true (g_str_has_prefix (fields, "GET /fields/with%20space HTTP/1.1"));
  g_assert_null (strstr (fields, "User-Agent"));
  g_assert_null (strstr (fields, "Cookie"));
  g_assert_null (strstr (fields, "Referer"));
  g_assert_null (strstr (fields, "Accept-Encoding"));
  g_assert_null (strstr (fields, "Authorization"));
}

static void
test_post (World *world, gconstpointer data)
{
  SmdFetchRequest *request = make_request (world, "/echo/ocsp");
  g_autoptr (SmdFetchResult) result = NULL;
  g_autofree char *text = NULL;

  request->body = smd_blob_new_copy (smd_span_string ("question"));
  request->content_type = g_strdup ("application/ocsp-request");
  result = fetch_request (world, request, LONG);
  text = get_text (result);
  g_assert_cmpstr (text, ==, "question");
}

static void
test_unchanged (World *world, gconstpointer data)
{
  g_autoptr (SmdFetchResult) first = fetch (world, "/etag/html/a");
  SmdFetchRequest *by_etag = make_request (world, "/etag/a");
  SmdFetchRequest *by_time = make_request (world, "/etag/b");
  g_autoptr (SmdFetchResult) second = NULL;
  g_autoptr (SmdFetchResult) third = NULL;

  by_etag->etag = g_strdup ("\"one\"");
  by_time->modified = 1736157600; /* Mon, 06 Jan 2025 10:00:00 GMT */
  second = fetch_request (world, by_etag, LONG);
  third = fetch_request (world, by_time, LONG);
  g_assert_no_error (second->failure);
  g_assert_true (second->unchanged);
  g_assert_null (second->body);
  g_assert_cmpstr (second->etag, ==, "\"one\"");
  g_assert_true (third->unchanged);
}

static void
test_validators (World *world, gconstpointer data)
{
  /* The server's own program is the one file that is sure to be there: served from its folder. */
  g_autoptr (SmdFetchResult) result = fetch (world, "/etag/known");

  g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (result->failure->message, "404"));
}

static void
test_redirects (World *world, gconstpointer data)
{
  g_autofree char *five = fetch_text (world, "/hops/5/html/a");

  g_assert_true (g_str_has_prefix (five, "<!DOCTYPE"));
  assert_failure (world, "/hops/6/html/a", SMIMED_ERROR_FAILED, "redirected more than 5 times");
  assert_failure (world, "/loop/a", SMIMED_ERROR_FAILED, "redirected more than 5 times");
  assert_failure (world, "/redirect/file:///etc/passwd", SMIMED_ERROR_POLICY_FORBIDS, "http, https");
  assert_failure (world, "/redirect/ldap://crl.example/CN=CA", SMIMED_ERROR_POLICY_FORBIDS, "only http and https");
  assert_failure (world, "/redirect/nobodys-scheme:a", SMIMED_ERROR_POLICY_FORBIDS, "only http");
  g_assert_cmpuint (g_quark_try_string ("nobodys-scheme"), ==, 0); /* what a server sends isn't kept for good */
  assert_failure (world, "/redirect/http://crl.example;evil.example/", SMIMED_ERROR_MALFORMED, "isn't a URL");
  assert_failure (world, "/redirect///crl.example;evil.example/", SMIMED_ERROR_MALFORMED, "isn't a URL");
}

static void
test_redirect_inside (World *world, gconstpointer data)
{
  g_autofree char *port = g_strdup_printf ("%d", world->port);
  g_autofree char *name = g_strconcat ("/redirect/http://localhost:", port, "/html/a", NULL);
  g_autofree char *other = g_strconcat ("/redirect/http://127.0.0.2:", port, "/html/a", NULL);
  g_autofree char *mapped = g_strconcat ("/redirect/http://[::ffff:127.0.0.3]:", port, "/html/a", NULL);

  assert_failure (world, name, SMIMED_ERROR_POLICY_FORBIDS, "network-allow");
  assert_failure (world, other, SMIMED_ERROR_POLICY_FORBIDS, "network-allow");
  assert_failure (world, mapped, SMIMED_ERROR_POLICY_FORBIDS, "network-allow");
}

/* A name of this machine that no list of names knows: what it resolves to decides. */
static void
test_other_name (World *world, gconstpointer data)
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
  result = fetch_request (world, smd_fetch_request_new (url, LIMIT), LONG);
  g_test_message ("%s", result->failure != NULL ? result->failure->message : "?");
  g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS);
}

static void
test_bodies (World *world, gconstpointer data)
{
  assert_failure (world, "/huge/a", SMIMED_ERROR_TOO_LARGE, "larger than 1048576 bytes");
  assert_failure (world, "/endless/a", SMIMED_ERROR_TOO_LARGE, "larger than 1048576 bytes");
  assert_failure (world, "/endless-header/a", SMIMED_ERROR_TOO_LARGE, "header");
  assert_failure (world, "/length/1048577", SMIMED_ERROR_TOO_LARGE, "larger than 1048576 bytes");
}

static void
test_bad_answers (World *world, gconstpointer data)
{
  assert_failure (world, "/missing", SMIMED_ERROR_FAILED, "404");
  assert_failure (world, "/status/410/a", SMIMED_ERROR_FAILED, "410");
  assert_failure (world, "/empty/a", SMIMED_ERROR_FAILED, "empty");
}

static void
test_wrong_length (World *world, gconstpointer data)
{
  assert_failure (world, "/wrong-length/a", SMIMED_ERROR_FAILED, "/wrong-length/a");
}

static void
test_garbage (World *world, gconstpointer data)
{
  assert_failure (world, "/garbage/a", SMIMED_ERROR_FAILED, "/garbage/a");
}

static void
test_not_unpacked (World *world, gconstpointer data)
{
  g_autoptr (SmdFetchResult) result = fetch (world, "/gzip/a");

  g_assert_no_error (result->failure);
  g_assert_cmpint (smd_blob_get_span (result->body).data[0], ==, 0x1f);
}

static void
test_guarded (World *world, gconstpointer data)
{
  assert_failure (world, "/html/a", SMIMED_ERROR_POLICY_FORBIDS, "network-allow");
}

/* Real time is what is tested here: the deadline, and what other fetches do meanwhile. */
static gint64
measure_lateness (World *world)
{
  const char *const dead[] = { "/silent/1", "/silent/2", "/silent/3", "/drip/1", "/drip/2" };
  g_autoptr (GPtrArray) requests = make_requests ();
  g_autoptr (GPtrArray) results = NULL;
  gint64 deadline = g_get_monotonic_time () + SECOND;

  for (gsize i = 0; i < G_N_ELEMENTS (dead); i++)
    g_ptr_array_add (requests, make_request (world, dead[i]));
  results = smd_fetcher_fetch_all (world->fetcher, requests, deadline, NULL);
  deadline = g_get_monotonic_time () - deadline;
  g_assert_cmpint (results->len, ==, requests->len);
  for (guint i = 0; i < results->len; i++)
    g_assert_error (((SmdFetchResult *) results->pdata[i])->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  return deadline;
}

/* A busy machine breaks everybody's word now and then, but not thrice. */
static void
test_deadline (World *world, gconstpointer data)
{
  gint64 late = measure_lateness (world);

  for (int again = 0; again < 2 && late >= SMD_TEST_GRACE; again++)
    late = measure_lateness (world);
  g_assert_cmpint (late, <, SMD_TEST_GRACE);
}

static gpointer
wait_for_silence (gpointer data)
{
  World *world = data;
  g_autoptr (GPtrArray) requests = make_requests ();
  GPtrArray *results;

  for (int i = 0; i < 20; i++)
    {
      g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/silent/%d", world->port, i);

      g_ptr_array_add (requests, smd_fetch_request_new (url, LIMIT));
    }
  results = smd_fetcher_fetch_all (world->fetcher, requests, g_get_monotonic_time () + 3 * SECOND, NULL);
  return results;
}

static void
ignore (const SmdFetchResult *result, gpointer data)
{
}

static void
test_others_go_on (World *world, gconstpointer data)
{
  World other = { 0 };
  GThread *thread;
  g_autoptr (GPtrArray) silent = NULL;
  g_autofree char *count = NULL;

  /* A place is a host and a port. */
  set_up (&other, NULL);
  smd_fetcher_set_late (world->fetcher, ignore, NULL);
  thread = g_thread_new ("silence", wait_for_silence, world);
  for (int i = 0; i < 50; i++)
    {
      g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/html/%d", other.port, i);
      g_autoptr (SmdFetchResult) result = fetch_request (world, smd_fetch_request_new (url, LIMIT), 2 * SECOND);

      g_assert_no_error (result->failure);
    }
  silent = g_thread_join (thread);
  g_assert_cmpint (silent->len, ==, 20);
  tear_down (&other, NULL);
}

static gpointer
fetch_held (gpointer data)
{
  return fetch (data, "/hold/html/a");
}

static void
test_one_flight (World *world, gconstpointer data)
{
  World other = { .network = world->network, .fetcher = world->fetcher, .port = world->port };
  GThread *threads[8];
  g_autofree char *count = g_strdup ("0");
  g_autofree char *released = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("asker", fetch_held, world);
  while (g_str_equal (count, "0"))
    {
      g_autofree char *path = g_strdup_printf ("/count/hold/html/a");

      g_free (count);
      count = fetch_text (&other, path);
    }
  released = fetch_text (&other, "/release/");
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (SmdFetchResult) result = g_thread_join (threads[i]);

      g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED);
    }
  g_free (count);
  count = fetch_text (&other, "/count/hold/html/a");
  g_assert_cmpstr (count, ==, "1");
}

static void
note_late (const SmdFetchResult *result, gpointer data)
{
  g_autofree char *text = get_text (result);

  g_async_queue_push (data, g_steal_pointer (&text));
}

static void
test_late (World *world, gconstpointer data)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new_full (g_free);
  g_autoptr (SmdFetchResult) result = NULL;
  g_autofree char *released = NULL;
  g_autofree char *late = NULL;

  smd_fetcher_set_late (world->fetcher, note_late, queue);
  result = fetch_request (world, make_request (world, "/late/a"), SECOND / 10);
  g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  released = fetch_text (world, "/release/");
  late = g_async_queue_pop (queue);
  g_assert_cmpstr (late, ==, "late");
}

static gpointer
cancel_when_asked (gpointer data)
{
  gpointer *pair = data;
  g_autofree char *count = g_strdup ("0");

  while (g_str_equal (count, "0"))
    {
      g_free (count);
      count = fetch_text (pair[0], "/count/silent/cancelled");
    }
  g_cancellable_cancel (pair[1]);
  return NULL;
}

static void
test_cancelled (World *world, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) requests = make_requests ();
  g_autoptr (GPtrArray) results = NULL;
  gpointer pair[] = { world, cancellable };
  gint64 deadline = g_get_monotonic_time () + 60 * SECOND;
  GThread *thread = g_thread_new ("cancel", cancel_when_asked, pair);

  g_ptr_array_add (requests, make_request (world, "/silent/cancelled"));
  results = smd_fetcher_fetch_all (world->fetcher, requests, deadline, cancellable);
  g_assert_error (((SmdFetchResult *) results->pdata[0])->failure, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  g_thread_join (thread);
}

static SmdFetchResult *
fetch_refused (World *world, gboolean force)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/a", world->refusing);
  SmdFetchRequest *request = smd_fetch_request_new (url, LIMIT);

  request->force = force;
  return fetch_request (world, request, LONG);
}

static void
test_refused (World *world, gconstpointer data)
{
  g_autoptr (SmdFetchResult) first = fetch_refused (world, FALSE);
  g_autoptr (SmdFetchResult) second = fetch_refused (world, FALSE);
  g_autoptr (SmdFetchResult) forced = fetch_refused (world, TRUE);
  g_autoptr (SmdFetchResult) fresh = NULL;

  g_test_message ("%s", second->failure->message);
  g_assert_error (first->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_null (strstr (first->failure->message, "tried again"));
  g_assert_nonnull (strstr (second->failure->message, "tried again in"));
  g_assert_null (strstr (forced->failure->message, "tried again"));
  smd_network_reset (world->network);
  fresh = fetch_refused (world, FALSE);
  g_assert_null (strstr (fresh->failure->message, "tried again"));
}

static void
test_negative (World *world, gconstpointer data)
{
  g_autofree char *count = NULL;
  g_autofree char *page = NULL;

  assert_failure (world, "/missing", SMIMED_ERROR_FAILED, "404");
  assert_failure (world, "/missing", SMIMED_ERROR_FAILED, "tried again in");
  count = fetch_text (world, "/count/missing");
  g_assert_cmpstr (count, ==, "1");
  page = fetch_text (world, "/html/b");
}

static void
test_proxy (World *world, gconstpointer data)
{
  g_autofree char *proxy = g_strdup_printf ("http://127.0.0.1:%d", world->port);
  g_autoptr (GProxyResolver) proxies = g_simple_proxy_resolver_new (proxy, NULL);
  g_autoptr (SmdNetwork) network = smd_network_new (proxies);
  World other = { .network = network, .fetcher = SMD_FETCHER (network) };
  g_autoptr (SmdFetchResult) result = fetch_request (&other, smd_fetch_request_new ("http://crl.example/ca.crl", LIMIT), LONG);
  g_autoptr (SmdFetchResult) local = fetch_request (&other, smd_fetch_request_new ("http://10.0.0.1/ca.crl", LIMIT), LONG);
  g_autofree char *text = get_text (result);

  g_assert_cmpstr (text, ==, "proxied http://crl.example/ca.crl");
  g_assert_error (local->failure, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS);
}

static void
test_end (World *world, gconstpointer data)
{
  smd_fetcher_set_late (world->fetcher, ignore, NULL);
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *path = g_strdup_printf ("/silent/%d", i);
      g_autoptr (SmdFetchResult) result = fetch_request (world, make_request (world, path), 0);

      g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
    }
}

/* Real time again: the first reader waits for the deadline, another one who comes then need not, and the first one may go on waiting. */
static void
test_patience (World *world, gconstpointer data)
{
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (SmdFetchResult) first = NULL;
  g_autoptr (SmdFetchResult) second = NULL;
  g_autoptr (SmdFetchResult) again = NULL;
  SmdFetchRequest *request = make_request (world, "/silent/a");
  gint64 start;

  smd_fetcher_set_late (world->fetcher, ignore, NULL);
  first = fetch_request (world, make_request (world, "/silent/a"), SECOND * 11 / 2);
  start = g_get_monotonic_time ();
  second = fetch_request (world, make_request (world, "/silent/a"), LONG);
  g_assert_error (first->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  g_assert_error (second->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  g_assert_false (second->answering);
  g_assert_cmpint (g_get_monotonic_time () - start, <, LONG / 2);

  start = g_get_monotonic_time ();
  request->since = begun;
  again = fetch_request (world, request, SECOND / 4);
  g_assert_error (again->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, SECOND / 4);
}

#define ADD(name, test) g_test_add ("/fetcher/" name, World, NULL, set_up, test, tear_down)

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
  g_test_add ("/fetcher/another name of this machine is refused when it is connected to", World, "guarded", set_up, test_other_name,
              tear_down);
  ADD ("too much is refused: announced, endless, or in the header", test_bodies);
  ADD ("an answer that is none is a failure", test_bad_answers);
  ADD ("a broken off answer is a failure", test_wrong_length);
  ADD ("garbage is a failure", test_garbage);
  ADD ("what is compressed unasked stays compressed", test_not_unpacked);
  g_test_add ("/fetcher/without permission this machine is not asked", World, "guarded", set_up, test_guarded, tear_down);
  ADD ("dead servers end at the deadline", test_deadline);
  ADD ("a server that has been silent for long is waited for by nobody who comes then, but by those who were there before", test_patience);
  ADD ("others go on at full speed meanwhile", test_others_go_on);
  ADD ("eight askers, one request", test_one_flight);
  ADD ("a late answer is not lost", test_late);
  ADD ("cancelling is immediate", test_cancelled);
  ADD ("a host that failed is left alone until the network changes or the user insists", test_refused);
  ADD ("a URL that failed is left alone, its host is not", test_negative);
  ADD ("the desktop's proxy is used", test_proxy);
  ADD ("the end does not wait for dead servers", test_end);
  return g_test_run ();
}
