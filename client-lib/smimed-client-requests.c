/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-client-requests.h"

#include "smimed-call.h"
#include "smimed-certificate-list.h"
#include "smimed-output-private.h"
#include "smimed-path.h"
#include "smimed-request-private.h"
#include "smimed-sync.h"
#include "smimed-value-private.h"

/* A request, and the word that the service knows it by */
typedef struct
{
  SmimedOutput *csr; /* (owned) (nullable) */
  char *request;     /* (owned) */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_object (&request->csr);
  g_free (request->request);
  g_free (request);
}

static gpointer
read_request (GVariant *reply, GUnixFDList *fds, GError **error)
{
  Request *request;
  SmimedOutput *csr;
  int handle;

  g_variant_get_child (reply, 0, "h", &handle);
  csr = smimed_output_new (fds, handle, NULL, error);
  if (csr == NULL)
    return NULL;

  request = g_new0 (Request, 1);
  request->csr = csr;
  g_variant_get_child (reply, 1, "s", &request->request);
  return request;
}

#define LIST smimed_certificate_list_read, (GDestroyNotify) g_variant_unref

static gpointer
read_requests (GVariant *reply, GUnixFDList *fds, GError **error)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (reply, 0);

  return smimed_values_from_list (list, smimed_request_new);
}

static const SmimedCallKind list_requests_kind
    = { "Certificates", "ListRequests", "(aa{sv})", read_requests, (GDestroyNotify) g_ptr_array_unref, TRUE };
static const SmimedCallKind discard_request_kind = { "Certificates", "DiscardRequest", "()", smimed_call_read_nothing, NULL, TRUE };
static const SmimedCallKind create_request_kind = { "Certificates", "CreateRequest", "(hs)", read_request, request_free, TRUE };
static const SmimedCallKind complete_request_kind = { "Certificates", "CompleteRequest", "(ao)", LIST, TRUE };

void
smimed_client_create_request (SmimedClient *self, const char *address, SmimedOptions *options,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &create_request_kind);

  smimed_call_add (call, g_variant_new_string (address));
  smimed_call_run (call, options, cancellable, callback, user_data);
}

SmimedOutput *
smimed_client_create_request_finish (SmimedClient *self, GAsyncResult *result, char **request, GError **error)
{
  Request *made = smimed_call_finish (self, &create_request_kind, result, error);
  SmimedOutput *csr;

  if (made == NULL)
    return NULL;

  csr = g_steal_pointer (&made->csr);
  if (request != NULL)
    *request = g_steal_pointer (&made->request);
  request_free (made);
  return csr;
}

SmimedOutput *
smimed_client_create_request_sync (SmimedClient *self, const char *address, SmimedOptions *options, char **request,
                                   GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_create_request (self, address, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_create_request_finish (self, smimed_sync_wait (&sync), request, error);
}

void
smimed_client_complete_request (SmimedClient *self, const char *request, SmimedInput *certificates,
                                SmimedOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &complete_request_kind);

  smimed_call_add (call, g_variant_new_string (request));
  smimed_call_add_input (call, certificates);
  smimed_certificate_list_run (call, &complete_request_kind, self, smimed_client_get_connection (self), options, cancellable, callback,
                               user_data);
}

GPtrArray *
smimed_client_complete_request_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_certificate_list_finish (self, &complete_request_kind, result, NULL, error);
}

GPtrArray *
smimed_client_complete_request_sync (SmimedClient *self, const char *request, SmimedInput *certificates,
                                     SmimedOptions *options, GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_complete_request (self, request, certificates, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_complete_request_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_list_requests (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &list_requests_kind);

  smimed_call_run (call, options, cancellable, callback, user_data);
}

GPtrArray *
smimed_client_list_requests_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &list_requests_kind, result, error);
}

GPtrArray *
smimed_client_list_requests_sync (SmimedClient *self, SmimedOptions *options, GCancellable *cancellable,
                                  GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_list_requests (self, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_list_requests_finish (self, smimed_sync_wait (&sync), error);
}

void
smimed_client_discard_request (SmimedClient *self, const char *request, SmimedOptions *options,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SmimedCall *call = smimed_call_new (self, smimed_client_get_connection (self), SMIMED_ROOT, &discard_request_kind);

  smimed_call_add (call, g_variant_new_string (request));
  smimed_call_run (call, options, cancellable, callback, user_data);
}

gboolean
smimed_client_discard_request_finish (SmimedClient *self, GAsyncResult *result, GError **error)
{
  return smimed_call_finish (self, &discard_request_kind, result, error) != NULL;
}

gboolean
smimed_client_discard_request_sync (SmimedClient *self, const char *request, SmimedOptions *options,
                                    GCancellable *cancellable, GError **error)
{
  g_auto (SmimedSync) sync;

  smimed_sync_init (&sync);
  smimed_client_discard_request (self, request, options, cancellable, smimed_sync_done, &sync);
  return smimed_client_discard_request_finish (self, smimed_sync_wait (&sync), error);
}
