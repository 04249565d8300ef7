/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-fetcher.h"

#include "smd-limits.h"

G_DEFINE_INTERFACE (SmdFetcher, smd_fetcher, G_TYPE_OBJECT)

static void
smd_fetcher_default_init (SmdFetcherInterface *iface)
{
}

SmdFetchRequest *
smd_fetch_request_new (const char *url, gsize limit)
{
  SmdFetchRequest *self = g_new0 (SmdFetchRequest, 1);

  self->url = g_strdup (url);
  self->limit = limit;
  return self;
}

SmdFetchRequest *
smd_fetch_request_new_ocsp (const char *url, SmdOcspRequest *ocsp)
{
  SmdFetchRequest *self = smd_fetch_request_new (url, SMD_LIMIT_OCSP);

  self->ocsp = ocsp;
  self->body = smd_blob_ref (ocsp->der);
  self->content_type = g_strdup ("application/ocsp-request");
  return self;
}

void
smd_fetch_request_free (SmdFetchRequest *self)
{
  g_free (self->url);
  g_clear_pointer (&self->ocsp, smd_ocsp_request_unref);
  g_clear_pointer (&self->body, smd_blob_unref);
  g_free (self->content_type);
  g_free (self->etag);
  g_free (self);
}

SmdFetchResult *
smd_fetch_result_new (const char *url)
{
  SmdFetchResult *self = g_new0 (SmdFetchResult, 1);

  self->url = g_strdup (url);
  return self;
}

void
smd_fetch_result_let_go (SmdFetchResult *self)
{
  gpointer hold = g_steal_pointer (&self->hold);

  if (hold != NULL)
    self->let_go (hold);
}

void
smd_fetch_result_free (SmdFetchResult *self)
{
  smd_fetch_result_let_go (self);
  g_free (self->url);
  g_clear_pointer (&self->ocsp, smd_ocsp_request_unref);
  g_clear_pointer (&self->body, smd_blob_unref);
  g_clear_error (&self->failure);
  g_free (self->etag);
  g_free (self);
}

GPtrArray *
smd_fetcher_fetch_all (SmdFetcher *self, GPtrArray *requests, gint64 deadline, GCancellable *cancellable)
{
  return SMD_FETCHER_GET_IFACE (self)->fetch_all (self, requests, deadline, cancellable);
}

void
smd_fetcher_set_late (SmdFetcher *self, SmdFetchedFunc late, gpointer data)
{
  SMD_FETCHER_GET_IFACE (self)->set_late (self, late, data);
}

void
smd_fetcher_note_content (SmdFetcher *self, const SmdFetchRequest *request, const char *fault)
{
  if (SMD_FETCHER_GET_IFACE (self)->note_content != NULL)
    SMD_FETCHER_GET_IFACE (self)->note_content (self, request, fault);
}
