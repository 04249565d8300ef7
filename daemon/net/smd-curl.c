/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-curl.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "smd-answer.h"
#include "smd-library.h"
#include "smimed-error.h"

#define CONNECT_TIME 10000L       /* milliseconds */
#define OVERALL_TIME 300000L      /* milliseconds: large CRLs on slow lines, long after their asker has gone on */
#define STALL_SPEED 256L          /* bytes a second: slower is no server */
#define STALL_TIME 20L            /* seconds */
#define LONGEST_ETAG 1024
#define POLL_TIME 60000           /* milliseconds; it is woken up when there is work */

/* libcurl brings two dozen more libraries: linking it would cost each start more than all else together. Its macros that check types don't
 * reach through these. */
#define CURL_FUNCTIONS(FUNCTION) \
  FUNCTION (global_init) FUNCTION (easy_init) FUNCTION (easy_setopt) FUNCTION (easy_getinfo) FUNCTION (easy_cleanup) \
  FUNCTION (easy_strerror) FUNCTION (multi_init) FUNCTION (multi_add_handle) FUNCTION (multi_remove_handle) FUNCTION (multi_perform) \
  FUNCTION (multi_poll) FUNCTION (multi_wakeup) FUNCTION (multi_info_read) FUNCTION (multi_cleanup) FUNCTION (slist_append) \
  FUNCTION (slist_free_all)
#define DECLARE(name) typeof (curl_##name) *name; /* (unowned) */
#define SYMBOL(name) { "curl_" #name, G_STRUCT_OFFSET (Curl, name) },

typedef struct
{
  CURL_FUNCTIONS (DECLARE)
} Curl;

struct _SmdCurl
{
  SmdFlightFunc landed;
  gpointer data;         /* (unowned) */
  GMutex lock;           /* for what stands up to the thread's own */
  GThread *thread;       /* (owned) (nullable) before the first flight */
  GQueue coming;         /* (owned) of SmdFlight */
  gboolean quit;
  CURLM *multi;          /* (owned) */
  const Curl *curl;      /* (unowned) */
  GPtrArray *transfers;  /* (owned) of Transfer; the thread's own */
};

typedef struct
{
  const Curl *curl;      /* (unowned) */
  SmdFlight *flight;     /* (owned) */
  CURL *easy;            /* (owned) */
  struct curl_slist *fields; /* (owned) */
  SmdAnswer answer;
  GError *refusal;       /* (owned) (nullable) the guard's */
  char text[CURL_ERROR_SIZE];
} Transfer;

static void
transfer_free (gpointer data)
{
  Transfer *self = data;

  self->curl->easy_cleanup (self->easy);
  self->curl->slist_free_all (self->fields);
  smd_answer_clear (&self->answer);
  g_clear_error (&self->refusal);
  smd_flight_unref (self->flight);
  g_free (self);
}

/* The guard's last word: on what is connected to. A proxy is the user's own choice, and resolves names itself. */
static curl_socket_t
on_open_socket (void *data, curlsocktype purpose, struct curl_sockaddr *to)
{
  Transfer *self = data;
  g_autoptr (GSocketAddress) address = g_socket_address_new_from_native (&to->addr, to->addrlen);
  SmdFlight *flight = self->flight;
  gboolean open = G_IS_INET_SOCKET_ADDRESS (address);

  if (open && flight->proxy == NULL)
    {
      g_clear_error (&self->refusal);
      open = smd_url_guard_check_address (flight->guard, flight->target->host,
                                          g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)), &self->refusal);
      if (!open)
        g_prefix_error (&self->refusal, "“%s” isn't fetched: ", flight->url);
    }
  return open ? socket (to->family, to->socktype | SOCK_CLOEXEC, to->protocol) : CURL_SOCKET_BAD;
}

static long
get_status (Transfer *self)
{
  long status = 0;

  self->curl->easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/* Returns: what was taken; less ends the transfer */
static size_t
on_body (char *bytes, size_t size, size_t count, void *data)
{
  Transfer *self = data;
  curl_off_t announced = -1;

  self->curl->easy_getinfo (self->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  return smd_answer_add_body (&self->answer, get_status (self), smd_span (bytes, size * count), announced) ? size * count : 0;
}

static size_t
on_header (char *line, size_t size, size_t count, void *data)
{
  Transfer *self = data;

  return smd_answer_add_line (&self->answer, smd_span (line, size * count)) ? size * count : 0;
}

static void
add_field (Transfer *self, const char *field)
{
  self->fields = self->curl->slist_append (self->fields, field);
}

static gboolean
is_field_value (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text))
      return FALSE;
  return TRUE;
}

static void
set_condition (Transfer *self)
{
  const Curl *curl = self->curl;
  const SmdFetchRequest *request = self->flight->request;
  g_autofree char *field = NULL;

  if (request->etag != NULL && strlen (request->etag) <= LONGEST_ETAG && is_field_value (request->etag))
    {
      field = g_strconcat ("If-None-Match: ", request->etag, NULL);
      add_field (self, field);
    }
  else if (request->modified > 0)
    {
      curl->easy_setopt (self->easy, CURLOPT_TIMECONDITION, (long) CURL_TIMECOND_IFMODSINCE);
      curl->easy_setopt (self->easy, CURLOPT_TIMEVALUE_LARGE, (curl_off_t) request->modified);
    }
}

static void
set_post (Transfer *self)
{
  const Curl *curl = self->curl;
  const SmdFetchRequest *request = self->flight->request;
  SmdSpan body = smd_blob_get_span (request->body);
  g_autofree char *type = g_strconcat ("Content-Type: ", request->content_type, NULL);

  curl->easy_setopt (self->easy, CURLOPT_POST, 1L);
  curl->easy_setopt (self->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) body.size);
  curl->easy_setopt (self->easy, CURLOPT_POSTFIELDS, body.data);
  add_field (self, request->content_type != NULL && is_field_value (type) ? type : "Content-Type: application/octet-stream");
  add_field (self, "Expect:");
}

/* Nothing is kept from one fetch to the next: each connection is made, and guarded, for one fetch. */
static void
set_privacy (Transfer *self)
{
  const Curl *curl = self->curl;

  curl->easy_setopt (self->easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl->easy_setopt (self->easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl->easy_setopt (self->easy, CURLOPT_FRESH_CONNECT, 1L);
  curl->easy_setopt (self->easy, CURLOPT_FORBID_REUSE, 1L);
  curl->easy_setopt (self->easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  /* "" is not NULL: environment variables don't count, the desktop's settings do. */
  curl->easy_setopt (self->easy, CURLOPT_PROXY, self->flight->proxy != NULL ? self->flight->proxy : "");
  curl->easy_setopt (self->easy, CURLOPT_NOPROXY, "");
  curl->easy_setopt (self->easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
  curl->easy_setopt (self->easy, CURLOPT_OPENSOCKETDATA, self);
}

static void
set_bounds (Transfer *self)
{
  const Curl *curl = self->curl;

  curl->easy_setopt (self->easy, CURLOPT_NOSIGNAL, 1L);
  /* A resolver that hangs isn't waited for when its transfer is dropped. */
  curl->easy_setopt (self->easy, CURLOPT_QUICK_EXIT, 1L);
  curl->easy_setopt (self->easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIME);
  curl->easy_setopt (self->easy, CURLOPT_TIMEOUT_MS, OVERALL_TIME);
  curl->easy_setopt (self->easy, CURLOPT_LOW_SPEED_LIMIT, STALL_SPEED);
  curl->easy_setopt (self->easy, CURLOPT_LOW_SPEED_TIME, STALL_TIME);
  curl->easy_setopt (self->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t) MIN (self->flight->request->limit, (gsize) G_MAXINT64));
}

static void
set_callbacks (Transfer *self)
{
  const Curl *curl = self->curl;

  curl->easy_setopt (self->easy, CURLOPT_PRIVATE, self);
  curl->easy_setopt (self->easy, CURLOPT_ERRORBUFFER, self->text);
  curl->easy_setopt (self->easy, CURLOPT_WRITEFUNCTION, on_body);
  curl->easy_setopt (self->easy, CURLOPT_WRITEDATA, self);
  curl->easy_setopt (self->easy, CURLOPT_HEADERFUNCTION, on_header);
  curl->easy_setopt (self->easy, CURLOPT_HEADERDATA, self);
  curl->easy_setopt (self->easy, CURLOPT_FILETIME, 1L);
}

static Transfer *
transfer_new (const Curl *curl, SmdFlight *flight)
{
  Transfer *self = g_new0 (Transfer, 1);
  g_auto (GStrv) parts = g_strsplit (flight->url, " ", -1);
  g_autofree char *url = g_strjoinv ("%20", parts);

  self->curl = curl;
  self->flight = flight;
  self->answer.flight = flight;
  self->easy = curl->easy_init ();
  curl->easy_setopt (self->easy, CURLOPT_URL, url);
  set_privacy (self);
  set_bounds (self);
  set_callbacks (self);
  set_condition (self);
  if (flight->request->body != NULL)
    set_post (self);
  curl->easy_setopt (self->easy, CURLOPT_HTTPHEADER, self->fields);
  return self;
}

static void
judge_answer (Transfer *self, long status)
{
  curl_off_t modified = -1;
  long unmet = 0;

  self->curl->easy_getinfo (self->easy, CURLINFO_FILETIME_T, &modified);
  self->curl->easy_getinfo (self->easy, CURLINFO_CONDITION_UNMET, &unmet);
  smd_answer_finish (&self->answer, status, modified, unmet != 0);
}

static void
judge_failure (Transfer *self, CURLcode code)
{
  SmdFlight *flight = self->flight;
  const char *text = *self->text != '\0' ? self->text : self->curl->easy_strerror (code);

  if (code == CURLE_FILESIZE_EXCEEDED)
    smd_answer_set_too_large (&self->answer);
  if (self->answer.failure != NULL)
    smd_flight_fail (flight, SMD_FAULT_URL, g_steal_pointer (&self->answer.failure));
  else if (self->refusal != NULL)
    smd_flight_fail (flight, SMD_FAULT_NONE, g_steal_pointer (&self->refusal));
  else
    smd_flight_fail (flight, SMD_FAULT_HOST,
                     g_error_new (SMIMED_ERROR, SMIMED_ERROR_FAILED, "%s can't be fetched: %s", flight->url, text));
}

static void
judge (Transfer *self, CURLcode code)
{
  long status = get_status (self);

  /* A body that nobody wants was broken off by on_body(). */
  if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && self->answer.failure == NULL && status != 200))
    judge_answer (self, status);
  else
    judge_failure (self, code);
}

static void
land (SmdCurl *self, Transfer *transfer)
{
  self->curl->multi_remove_handle (self->multi, transfer->easy);
  self->landed (transfer->flight, self->data);
  g_ptr_array_remove_fast (self->transfers, transfer);
}

static void
add_coming (SmdCurl *self)
{
  SmdFlight *flight;

  g_mutex_lock (&self->lock);
  while ((flight = g_queue_pop_head (&self->coming)) != NULL)
    {
      Transfer *transfer = transfer_new (self->curl, flight);

      g_ptr_array_add (self->transfers, transfer);
      self->curl->multi_add_handle (self->multi, transfer->easy);
    }
  g_mutex_unlock (&self->lock);
}

static void
drop_stopped (SmdCurl *self)
{
  for (guint i = self->transfers->len; i > 0; i--)
    {
      Transfer *transfer = self->transfers->pdata[i - 1];

      if (!g_cancellable_is_cancelled (transfer->flight->stop))
        continue;
      smd_flight_fail (transfer->flight, SMD_FAULT_NONE, g_error_new (SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "Nobody wants it any more"));
      land (self, transfer);
    }
}

static void
land_ended (SmdCurl *self)
{
  CURLMsg *message;
  int left;

  while ((message = self->curl->multi_info_read (self->multi, &left)) != NULL)
    {
      CURLcode code = message->data.result;
      Transfer *transfer = NULL;

      self->curl->easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, &transfer);
      judge (transfer, code);
      land (self, transfer);
    }
}

static gboolean
wants_to_quit (SmdCurl *self)
{
  gboolean quit;

  g_mutex_lock (&self->lock);
  quit = self->quit;
  g_mutex_unlock (&self->lock);
  return quit;
}

static gpointer
run (gpointer data)
{
  SmdCurl *self = data;
  int running;

  self->transfers = g_ptr_array_new_with_free_func (transfer_free);
  while (!wants_to_quit (self))
    {
      add_coming (self);
      drop_stopped (self);
      self->curl->multi_perform (self->multi, &running);
      land_ended (self);
      self->curl->multi_poll (self->multi, NULL, 0, POLL_TIME, NULL);
    }

  for (guint i = 0; i < self->transfers->len; i++)
    self->curl->multi_remove_handle (self->multi, ((Transfer *) self->transfers->pdata[i])->easy);
  g_ptr_array_unref (self->transfers);
  return NULL;
}

SmdCurl *
smd_curl_new (SmdFlightFunc landed, gpointer data)
{
  SmdCurl *self = g_new0 (SmdCurl, 1);

  self->landed = landed;
  self->data = data;
  g_mutex_init (&self->lock);
  g_queue_init (&self->coming);
  return self;
}

void
smd_curl_free (SmdCurl *self)
{
  g_mutex_lock (&self->lock);
  self->quit = TRUE;
  g_mutex_unlock (&self->lock);
  smd_curl_wake (self);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  if (self->multi != NULL)
    self->curl->multi_cleanup (self->multi);
  g_queue_clear_full (&self->coming, (GDestroyNotify) smd_flight_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static const SmdSymbol symbols[] = { CURL_FUNCTIONS (SYMBOL) { NULL } };

static gboolean
start (gpointer functions)
{
  return ((const Curl *) functions)->global_init (CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

/* With the lock held. */
static gboolean
make_ready (SmdCurl *self)
{
  static const SmdLibrary library = { SMD_CURL_LIBRARY, symbols, sizeof (Curl), start };
  static gsize functions = 0;

  if (self->thread != NULL)
    return TRUE;
  self->curl = smd_library_get (&library, &functions);
  if (self->curl == NULL)
    return FALSE;
  self->multi = self->curl->multi_init ();
  self->thread = g_thread_new ("fetch", run, self);
  return TRUE;
}

void
smd_curl_start (SmdCurl *self, SmdFlight *flight)
{
  gboolean ready;

  g_mutex_lock (&self->lock);
  ready = make_ready (self);
  if (ready)
    g_queue_push_tail (&self->coming, smd_flight_ref (flight));
  g_mutex_unlock (&self->lock);

  if (ready)
    {
      smd_curl_wake (self);
      return;
    }
  smd_flight_fail (flight, SMD_FAULT_NONE,
                   g_error_new (SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED, SMD_CURL_LIBRARY " is missing; install libcurl to fetch over HTTP"));
  self->landed (flight, self->data);
}

void
smd_curl_wake (SmdCurl *self)
{
  g_mutex_lock (&self->lock);
  if (self->multi != NULL)
    self->curl->multi_wakeup (self->multi);
  g_mutex_unlock (&self->lock);
}
