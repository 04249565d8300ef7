/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-fetcher.h"

#include "smimed-error.h"

static void init_interface (SmdFetcherInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdTestFetcher, smd_test_fetcher, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SMD_TYPE_FETCHER, init_interface))

static SmdFetchResult *
fetch (SmdTestFetcher *self, const SmdFetchRequest *request)
{
  SmdFetchResult *result = smd_fetch_result_new (request->url);

  result->body = !self->dead && self->answer != NULL ? self->answer (request, self->data) : NULL;
  if (result->body == NULL)
    result->failure = g_error_new_literal (SMIMED_ERROR, SMIMED_ERROR_FAILED, "There is no route to it");
  else if (request->ocsp != NULL)
    result->ocsp = smd_ocsp_request_ref (request->ocsp);
  return result;
}

static GPtrArray *
overtake (SmdTestFetcher *self, GPtrArray *requests)
{
  void (*meanwhile) (gpointer data) = self->meanwhile;
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fetch_result_free);

  self->meanwhile = NULL;
  meanwhile (self->data);
  for (guint i = 0; i < requests->len; i++)
    {
      SmdFetchResult *result = smd_fetch_result_new (((const SmdFetchRequest *) requests->pdata[i])->url);

      g_assert_cmpint (((const SmdFetchRequest *) requests->pdata[i])->looked, >, 0);
      result->overtaken = TRUE;
      g_ptr_array_add (results, result);
    }
  return results;
}

static GPtrArray *
fetch_all (SmdFetcher *fetcher, GPtrArray *requests, gint64 deadline, GCancellable *cancellable)
{
  SmdTestFetcher *self = SMD_TEST_FETCHER (fetcher);
  GPtrArray *results;

  if (self->meanwhile != NULL)
    return overtake (self, requests);
  results = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fetch_result_free);
  for (guint i = 0; i < requests->len; i++)
    {
      const SmdFetchRequest *request = requests->pdata[i];

      self->questions += request->ocsp != NULL;
      g_ptr_array_add (results, fetch (self, request));
      g_atomic_int_inc (&self->asked);
    }
  self->most_at_once = MAX (self->most_at_once, requests->len);
  return results;
}

static void
set_late (SmdFetcher *fetcher, SmdFetchedFunc late, gpointer data)
{
}

static void
init_interface (SmdFetcherInterface *iface)
{
  iface->fetch_all = fetch_all;
  iface->set_late = set_late;
}

static void
smd_test_fetcher_class_init (SmdTestFetcherClass *klass)
{
}

static void
smd_test_fetcher_init (SmdTestFetcher *self)
{
}

SmdTestFetcher *
smd_test_fetcher_new (void)
{
  return g_object_new (SMD_TYPE_TEST_FETCHER, NULL);
}
