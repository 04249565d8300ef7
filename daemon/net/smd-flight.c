/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-flight.h"

#include <string.h>

#include "smimed-error.h"

#define MOST_REDIRECTS 5

static SmdFetchRequest *
copy_request (const SmdFetchRequest *request)
{
  SmdFetchRequest *copy = smd_fetch_request_new (request->url, request->limit);

  copy->ocsp = request->ocsp != NULL ? smd_ocsp_request_ref (request->ocsp) : NULL;
  copy->body = request->body != NULL ? smd_blob_ref (request->body) : NULL;
  copy->content_type = g_strdup (request->content_type);
  copy->etag = g_strdup (request->etag);
  copy->modified = request->modified;
  return copy;
}

static gboolean
go_to (SmdFlight *self, const char *url, GError **error)
{
  SmdUrlTarget *target = smd_url_guard_check_url (self->guard, url, error);

  if (target == NULL)
    return FALSE;
  g_clear_pointer (&self->target, smd_url_target_free);
  g_free (self->place);
  g_free (self->url);
  self->target = target;
  self->place = g_strdup_printf ("%s:%u", target->host, target->port);
  self->url = g_strdup (url);
  return TRUE;
}

SmdFlight *
smd_flight_new (const SmdFetchRequest *request, SmdUrlGuard *guard, GError **error)
{
  g_autoptr (SmdFlight) self = g_atomic_rc_box_new0 (SmdFlight);

  self->request = copy_request (request);
  self->guard = smd_url_guard_ref (guard);
  self->stop = g_cancellable_new ();
  self->result = smd_fetch_result_new (request->url);
  self->result->ocsp = request->ocsp != NULL ? smd_ocsp_request_ref (request->ocsp) : NULL;
  return go_to (self, request->url, error) ? g_steal_pointer (&self) : NULL;
}

/* A responder is asked the same about the same certificate, whatever the nonce. Returns: (transfer full) */
static char *
name_question (const SmdFetchRequest *request)
{
  SmdSpan body = request->body != NULL ? smd_blob_get_span (request->body) : SMD_SPAN_EMPTY;

  if (request->ocsp != NULL)
    return g_strconcat (smd_certificate_get_fingerprint (request->ocsp->certificate), " ",
                        smd_certificate_get_fingerprint (request->ocsp->issuer), NULL);
  return body.size > 0 ? g_compute_checksum_for_data (G_CHECKSUM_SHA256, body.data, body.size) : g_strdup ("");
}

char *
smd_flight_name_content (const SmdFetchRequest *request)
{
  g_autofree char *question = name_question (request);

  return g_strdup_printf ("%s\n%s", request->url, question);
}

char *
smd_flight_make_key (const SmdFetchRequest *request)
{
  g_autofree char *question = name_question (request);

  return g_strdup_printf ("%s\n%s\n%s\n%" G_GINT64_FORMAT "\n%" G_GSIZE_FORMAT, request->url, question,
                          request->etag != NULL ? request->etag : "", request->modified, request->limit);
}

SmdFlight *
smd_flight_ref (SmdFlight *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SmdFlight *self = data;

  smd_fetch_request_free (self->request);
  g_free (self->url);
  g_clear_pointer (&self->target, smd_url_target_free);
  g_free (self->place);
  g_free (self->proxy);
  smd_url_guard_unref (self->guard);
  g_object_unref (self->stop);
  smd_fetch_result_free (self->result);
  g_free (self->location);
}

void
smd_flight_unref (SmdFlight *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* RFC 3986, 3.1. g_uri_peek_scheme() keeps each scheme that it ever saw, for good: a server could fill the memory with them. */
static gboolean
has_scheme (const char *location)
{
  return g_ascii_isalpha (*location) && location[strspn (location, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "+-.")] == ':';
}

/* Where a host is named, GLib must not put together what the guard has yet to see: it complains about what it can't.
 * Returns: (transfer full) (nullable) */
static char *
resolve (SmdFlight *self, const char *location)
{
  if (has_scheme (location))
    return g_strdup (location);
  if (g_str_has_prefix (location, "//"))
    return g_strconcat (self->target->scheme, ":", location, NULL);
  return g_uri_resolve_relative (self->url, location, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
}

gboolean
smd_flight_redirect (SmdFlight *self, GError **error)
{
  g_autofree char *location = g_steal_pointer (&self->location);
  g_autofree char *url = resolve (self, location);
  g_autofree char *from = g_strdup (self->url);

  if (++self->redirects > MOST_REDIRECTS)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "%s is redirected more than %d times: the server leads in circles",
                   self->request->url, MOST_REDIRECTS);
      return FALSE;
    }
  if (!go_to (self, url != NULL ? url : location, error))
    {
      g_prefix_error (error, "%s is redirected: ", from);
      return FALSE;
    }
  if (!g_str_has_prefix (self->target->scheme, "http"))
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS, "%s is redirected to %s: only http and https are followed", from, self->url);
      return FALSE;
    }
  return TRUE;
}

void
smd_flight_fail (SmdFlight *self, SmdFault fault, GError *error)
{
  g_clear_error (&self->result->failure);
  g_clear_pointer (&self->result->body, smd_blob_unref);
  self->result->failure = error;
  self->result->unchanged = FALSE;
  self->fault = fault;
}

static SmdFetchResult *
make_missing (SmdFlight *self, const SmdFetchRequest *request, GCancellable *cancellable)
{
  SmdFetchResult *result = smd_fetch_result_new (request->url);

  result->answering = g_atomic_int_get (&self->answering) != 0;
  if (g_cancellable_is_cancelled (cancellable))
    result->failure = g_error_new (SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
  else
    result->failure = g_error_new (SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED, "%s hasn't answered within the time of this call",
                                   request->url);
  return result;
}

SmdFetchResult *
smd_flight_dup_result (SmdFlight *self, gboolean landed, const SmdFetchRequest *request, GCancellable *cancellable)
{
  SmdFetchResult *copy;

  if (!landed)
    return make_missing (self, request, cancellable);
  copy = smd_fetch_result_new (request->url);
  copy->ocsp = self->result->ocsp != NULL ? smd_ocsp_request_ref (self->result->ocsp) : NULL;
  copy->body = self->result->body != NULL ? smd_blob_ref (self->result->body) : NULL;
  copy->unchanged = self->result->unchanged;
  copy->failure = self->result->failure != NULL ? g_error_copy (self->result->failure) : NULL;
  copy->etag = g_strdup (self->result->etag);
  copy->modified = self->result->modified;
  return copy;
}
