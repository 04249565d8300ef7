/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nobody waits for who doesn't answer: longer than the deadline, instead of others, or again and again. */
#include "smd-test-fetching.h"
#include "smimed-error.h"

/* Real time is what is tested here: the deadline, and what other fetches do meanwhile. */
static gint64
measure_lateness (SmdTestFetching *world)
{
  const char *const dead[] = { "/silent/1", "/silent/2", "/silent/3", "/drip/1", "/drip/2" };
  g_autoptr (GPtrArray) requests = smd_test_fetching_make_list ();
  g_autoptr (GPtrArray) results = NULL;
  gint64 deadline = g_get_monotonic_time () + SECOND;

  for (gsize i = 0; i < G_N_ELEMENTS (dead); i++)
    g_ptr_array_add (requests, smd_test_fetching_make_request (world, dead[i]));
  results = smd_fetcher_fetch_all (world->fetcher, requests, deadline, NULL);
  deadline = g_get_monotonic_time () - deadline;
  g_assert_cmpint (results->len, ==, requests->len);
  for (guint i = 0; i < results->len; i++)
    g_assert_error (((SmdFetchResult *) results->pdata[i])->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  return deadline;
}

/* A busy machine breaks everybody's word now and then, but not thrice. */
static void
test_deadline (SmdTestFetching *world, gconstpointer data)
{
  gint64 late = measure_lateness (world);

  for (int again = 0; again < 2 && late >= SMD_TEST_GRACE; again++)
    late = measure_lateness (world);
  g_assert_cmpint (late, <, SMD_TEST_GRACE);
}

static gpointer
wait_for_silence (gpointer data)
{
  SmdTestFetching *world = data;
  g_autoptr (GPtrArray) requests = smd_test_fetching_make_list ();
  GPtrArray *results;

  for (int i = 0; i < 20; i++)
    {
      g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/silent/%d", world->port, i);

      g_ptr_array_add (requests, smd_fetch_request_new (url, SMD_TEST_BODY_LIMIT));
    }
  results = smd_fetcher_fetch_all (world->fetcher, requests, g_get_monotonic_time () + 3 * SECOND, NULL);
  return results;
}

static void
ignore (SmdFetchResult *result, gpointer data)
{
  smd_fetch_result_free (result);
}

static void
test_others_go_on (SmdTestFetching *world, gconstpointer data)
{
  SmdTestFetching other = { 0 };
  GThread *thread;
  g_autoptr (GPtrArray) silent = NULL;
  g_autofree char *count = NULL;

  /* A place is a host and a port. */
  smd_test_fetching_set_up (&other, NULL);
  smd_fetcher_set_late (world->fetcher, ignore, NULL);
  thread = g_thread_new ("silence", wait_for_silence, world);
  for (int i = 0; i < 50; i++)
    {
      g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/html/%d", other.port, i);
      g_autoptr (SmdFetchResult) result =
          smd_test_fetching_run (world, smd_fetch_request_new (url, SMD_TEST_BODY_LIMIT), 2 * SECOND);

      g_assert_no_error (result->failure);
    }
  silent = g_thread_join (thread);
  g_assert_cmpint (silent->len, ==, 20);
  smd_test_fetching_tear_down (&other, NULL);
}

static gpointer
fetch_held (gpointer data)
{
  return smd_test_fetching_fetch (data, "/hold/html/a");
}

static void
test_one_flight (SmdTestFetching *world, gconstpointer data)
{
  SmdTestFetching other = { .network = world->network, .fetcher = world->fetcher, .port = world->port };
  GThread *threads[8];
  g_autofree char *count = g_strdup ("0");
  g_autofree char *released = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("asker", fetch_held, world);
  while (g_str_equal (count, "0"))
    {
      g_autofree char *path = g_strdup_printf ("/count/hold/html/a");

      g_free (count);
      count = smd_test_fetching_fetch_text (&other, path);
    }
  released = smd_test_fetching_fetch_text (&other, "/release/");
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (SmdFetchResult) result = g_thread_join (threads[i]);

      g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED);
    }
  g_free (count);
  count = smd_test_fetching_fetch_text (&other, "/count/hold/html/a");
  g_assert_cmpstr (count, ==, "1");
}

static SmdFetchResult *
fetch_in_vain (SmdTestFetching *world, const char *path)
{
  SmdFetchResult *result = smd_test_fetching_run (world, smd_test_fetching_make_request (world, path), SECOND / 10);

  g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  return result;
}

static void
assert_count (SmdTestFetching *world, const char *path, const char *wanted)
{
  g_autofree char *counted = g_strconcat ("/count", path, NULL);
  g_autofree char *count = smd_test_fetching_fetch_text (world, counted);

  g_assert_cmpstr (count, ==, wanted);
}

static void
note_late (SmdFetchResult *result, gpointer data)
{
  g_async_queue_push (data, result);
}

static void
test_late (SmdTestFetching *world, gconstpointer data)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  g_autoptr (SmdFetchResult) result = NULL;
  g_autoptr (SmdFetchResult) late = NULL;
  g_autofree char *released = NULL;
  g_autofree char *text = NULL;
  g_autofree char *joined = NULL;
  g_autofree char *anew = NULL;

  smd_fetcher_set_late (world->fetcher, note_late, queue);
  result = fetch_in_vain (world, "/late/a");
  g_clear_pointer (&result, smd_fetch_result_free);
  released = smd_test_fetching_fetch_text (world, "/release/");
  late = g_async_queue_pop (queue);
  text = smd_test_fetching_get_text (late);
  g_assert_cmpstr (text, ==, "late");

  joined = smd_test_fetching_fetch_text (world, "/late/a");
  g_assert_cmpstr (joined, ==, "late");
  assert_count (world, "/late/a", "1");
  g_clear_pointer (&late, smd_fetch_result_free);
  anew = smd_test_fetching_fetch_text (world, "/late/a");
  assert_count (world, "/late/a", "2");
}

/* Whoever else waited has it: so it has landed for certain when the next round begins. */
static void
test_between_rounds (SmdTestFetching *world, gconstpointer data)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  g_autoptr (SmdFetchResult) first = NULL;
  g_autofree char *released = NULL;
  g_autofree char *other = NULL;
  g_autofree char *second = NULL;
  g_autofree char *anew = NULL;
  SmdFetchRequest *request = smd_test_fetching_make_request (world, "/late/a");

  smd_fetcher_set_late (world->fetcher, note_late, queue);
  first = fetch_in_vain (world, "/late/a");
  released = smd_test_fetching_fetch_text (world, "/release/");
  other = smd_test_fetching_fetch_text (world, "/late/a");
  second = smd_test_fetching_fetch_text (world, "/late/a");
  g_assert_cmpstr (second, ==, "late");
  assert_count (world, "/late/a", "1");

  request->force = TRUE;
  smd_fetch_result_free (smd_test_fetching_run (world, request, SMD_TEST_LONG));
  assert_count (world, "/late/a", "2");
  g_clear_pointer (&first, smd_fetch_result_free);
  anew = smd_test_fetching_fetch_text (world, "/late/a");
  assert_count (world, "/late/a", "3");
  smd_fetcher_set_late (world->fetcher, NULL, NULL);
  g_assert_null (g_async_queue_try_pop (queue));
}

static gpointer
cancel_when_asked (gpointer data)
{
  gpointer *pair = data;
  g_autofree char *count = g_strdup ("0");

  while (g_str_equal (count, "0"))
    {
      g_free (count);
      count = smd_test_fetching_fetch_text (pair[0], "/count/silent/cancelled");
    }
  g_cancellable_cancel (pair[1]);
  return NULL;
}

static void
test_cancelled (SmdTestFetching *world, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) requests = smd_test_fetching_make_list ();
  g_autoptr (GPtrArray) results = NULL;
  gpointer pair[] = { world, cancellable };
  gint64 deadline = g_get_monotonic_time () + 60 * SECOND;
  GThread *thread = g_thread_new ("cancel", cancel_when_asked, pair);

  g_ptr_array_add (requests, smd_test_fetching_make_request (world, "/silent/cancelled"));
  results = smd_fetcher_fetch_all (world->fetcher, requests, deadline, cancellable);
  g_assert_error (((SmdFetchResult *) results->pdata[0])->failure, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  g_thread_join (thread);
}

static SmdFetchResult *
fetch_refused (SmdTestFetching *world, gboolean force)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/a", world->refusing);
  SmdFetchRequest *request = smd_fetch_request_new (url, SMD_TEST_BODY_LIMIT);

  request->force = force;
  return smd_test_fetching_run (world, request, SMD_TEST_LONG);
}

static void
test_refused (SmdTestFetching *world, gconstpointer data)
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
test_negative (SmdTestFetching *world, gconstpointer data)
{
  g_autofree char *count = NULL;
  g_autofree char *page = NULL;

  smd_test_fetching_assert_failure (world, "/missing", SMIMED_ERROR_FAILED, "404");
  smd_test_fetching_assert_failure (world, "/missing", SMIMED_ERROR_FAILED, "tried again in");
  count = smd_test_fetching_fetch_text (world, "/count/missing");
  g_assert_cmpstr (count, ==, "1");
  page = smd_test_fetching_fetch_text (world, "/html/b");
}

/* @looked, @force: as of the request. Returns: (transfer full) */
static SmdFetchResult *
fetch_having_looked (SmdTestFetching *world, gint64 looked, gboolean force)
{
  SmdFetchRequest *request = smd_test_fetching_make_request (world, "/html/had");

  request->looked = looked;
  request->force = force;
  return smd_test_fetching_run (world, request, SMD_TEST_LONG);
}

/* Who looks at what is at hand, and asks only then, may have been overtaken by somebody who has had it and is done. */
static void
test_overtaken (SmdTestFetching *world, gconstpointer data)
{
  const gint64 looked = g_get_monotonic_time ();
  SmdFetchResult *first = fetch_having_looked (world, looked, FALSE);
  SmdFetchResult *joined = fetch_having_looked (world, looked, FALSE);
  g_autoptr (SmdFetchResult) overtaken = NULL;
  g_autoptr (SmdFetchResult) forced = NULL;
  g_autoptr (SmdFetchResult) later = NULL;
  g_autofree char *once = NULL;
  g_autofree char *thrice = NULL;

  g_assert_nonnull (first->body);
  g_assert_nonnull (joined->body);
  smd_fetch_result_free (first);
  smd_fetch_result_free (joined);
  overtaken = fetch_having_looked (world, looked, FALSE);
  g_assert_true (overtaken->overtaken);
  g_assert_null (overtaken->body);
  g_assert_no_error (overtaken->failure);
  once = smd_test_fetching_fetch_text (world, "/count/html/had");
  g_assert_cmpstr (once, ==, "1");

  forced = fetch_having_looked (world, looked, TRUE);
  g_assert_nonnull (forced->body);
  smd_fetch_result_let_go (forced);
  later = fetch_having_looked (world, g_get_monotonic_time () + 1, FALSE);
  g_assert_nonnull (later->body);
  thrice = smd_test_fetching_fetch_text (world, "/count/html/had");
  g_assert_cmpstr (thrice, ==, "3");
}

static void
test_end (SmdTestFetching *world, gconstpointer data)
{
  smd_fetcher_set_late (world->fetcher, ignore, NULL);
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *path = g_strdup_printf ("/silent/%d", i);
      g_autoptr (SmdFetchResult) result =
          smd_test_fetching_run (world, smd_test_fetching_make_request (world, path), 0);

      g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
    }
}

/* Real time again: the first reader waits for the deadline, another one who comes then need not, and the first one may go on waiting. */
static void
test_patience (SmdTestFetching *world, gconstpointer data)
{
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (SmdFetchResult) first = NULL;
  g_autoptr (SmdFetchResult) second = NULL;
  g_autoptr (SmdFetchResult) again = NULL;
  SmdFetchRequest *request = smd_test_fetching_make_request (world, "/silent/a");
  gint64 start;

  smd_fetcher_set_late (world->fetcher, ignore, NULL);
  first = smd_test_fetching_run (world, smd_test_fetching_make_request (world, "/silent/a"), SECOND * 11 / 2);
  start = g_get_monotonic_time ();
  second = smd_test_fetching_run (world, smd_test_fetching_make_request (world, "/silent/a"), SMD_TEST_LONG);
  g_assert_error (first->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  g_assert_error (second->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  g_assert_false (second->answering);
  g_assert_cmpint (g_get_monotonic_time () - start, <, SMD_TEST_LONG / 2);

  start = g_get_monotonic_time ();
  request->since = begun;
  again = smd_test_fetching_run (world, request, SECOND / 4);
  g_assert_error (again->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, SECOND / 4);
}

#define ADD(name, test) \
  g_test_add ("/fetcher/" name, SmdTestFetching, NULL, smd_test_fetching_set_up, test, smd_test_fetching_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("dead servers end at the deadline", test_deadline);
  ADD ("a server that has been silent for long is waited for by nobody who comes then, but by those who were there before", test_patience);
  ADD ("others go on at full speed meanwhile", test_others_go_on);
  ADD ("eight askers, one request", test_one_flight);
  ADD ("a late answer is not lost, and nobody else asks for it until it has been judged", test_late);
  ADD ("what comes between two rounds is there in the next one, without a further request", test_between_rounds);
  ADD ("what somebody else has had since its asker looked isn't fetched twice", test_overtaken);
  ADD ("cancelling is immediate", test_cancelled);
  ADD ("a host that failed is left alone until the network changes or the user insists", test_refused);
  ADD ("a URL that failed is left alone, its host is not", test_negative);
  ADD ("the end does not wait for dead servers", test_end);
  return g_test_run ();
}
