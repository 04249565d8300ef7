/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-fetching.h"

#include <stdio.h>

#include "smd-test-server.h"
#include "smimed-error.h"

void
smd_test_fetching_set_up (SmdTestFetching *self, gconstpointer guarded)
{
  const char *const allow[] = { "127.0.0.1", NULL };
  g_autofree char *line = NULL;

  self->server = smd_test_server_start ("fault_server.py", NULL, &line);
  g_assert_cmpint (sscanf (line, "%d %d", &self->port, &self->refusing), ==, 2);
  self->network = smd_network_new (NULL);
  self->fetcher = SMD_FETCHER (self->network);
  smd_network_set_allow (self->network, guarded != NULL ? NULL : allow, NULL);
}

void
smd_test_fetching_tear_down (SmdTestFetching *self, gconstpointer data)
{
  g_clear_object (&self->network);
  smd_test_server_stop (self->server);
}

SmdFetchRequest *
smd_test_fetching_make_request (SmdTestFetching *self, const char *path)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d%s", self->port, path);

  return smd_fetch_request_new (url, SMD_TEST_BODY_LIMIT);
}

GPtrArray *
smd_test_fetching_make_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fetch_request_free);
}

SmdFetchResult *
smd_test_fetching_run (SmdTestFetching *self, SmdFetchRequest *request, gint64 time)
{
  g_autoptr (GPtrArray) requests = smd_test_fetching_make_list ();
  g_autoptr (GPtrArray) results = NULL;

  g_ptr_array_add (requests, request);
  results = smd_fetcher_fetch_all (self->fetcher, requests, g_get_monotonic_time () + time, NULL);
  g_assert_cmpint (results->len, ==, 1);
  return g_ptr_array_steal_index (results, 0);
}

SmdFetchResult *
smd_test_fetching_fetch (SmdTestFetching *self, const char *path)
{
  return smd_test_fetching_run (self, smd_test_fetching_make_request (self, path), SMD_TEST_LONG);
}

char *
smd_test_fetching_get_text (const SmdFetchResult *result)
{
  SmdSpan span;

  g_assert_no_error (result->failure);
  span = smd_blob_get_span (result->body);
  return g_strndup ((const char *) span.data, span.size);
}

char *
smd_test_fetching_fetch_text (SmdTestFetching *self, const char *path)
{
  g_autoptr (SmdFetchResult) result = smd_test_fetching_fetch (self, path);

  return smd_test_fetching_get_text (result);
}

void
smd_test_fetching_assert_failure (SmdTestFetching *self, const char *path, int code, const char *words)
{
  g_autoptr (SmdFetchResult) result = smd_test_fetching_fetch (self, path);

  g_test_message ("%s: %s", path, result->failure != NULL ? result->failure->message : "?");
  g_assert_error (result->failure, SMIMED_ERROR, code);
  g_assert_nonnull (strstr (result->failure->message, words));
  g_assert_nonnull (strstr (result->failure->message, "http://"));
  g_assert_null (result->body);
}
