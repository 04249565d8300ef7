/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-ocsp-request.h"

G_BEGIN_DECLS

#define SMD_TYPE_FETCHER (smd_fetcher_get_type ())
G_DECLARE_INTERFACE (SmdFetcher, smd_fetcher, SMD, FETCHER, GObject)

/**
 * SmdFetchRequest:
 * @url: (owned): http, https, ldap or ldaps
 * @ocsp: (owned) (nullable): what @body asks a responder
 * @body: (owned) (nullable): to POST (OCSP); %NULL for GET
 * @content_type: (owned) (nullable): of @body
 * @etag: (owned) (nullable): of what is there already
 * @modified: Last-Modified of what is there already, seconds since 1970 UTC, 0 = unknown
 * @limit: of the answer, in bytes
 * @force: ask although the host or the URL failed a short time ago (back-off): the user wants it now
 * @looked: when this asker last began to look at what is at hand, monotonic microseconds: who has had the same since then may have left it there. 0 = never
 * @since: when this asker first asked for it, monotonic microseconds, 0 = now: who was there before the silence waits on
 */
typedef struct
{
  char *url;            /* (owned) */
  SmdOcspRequest *ocsp; /* (owned) */
  SmdBlob *body;        /* (owned) */
  char *content_type;   /* (owned) */
  char *etag;           /* (owned) */
  gint64 modified;
  gsize limit;
  gboolean force;
  gint64 looked;
  gint64 since;
} SmdFetchRequest;

SmdFetchRequest *smd_fetch_request_new (const char *url, gsize limit);
/* @ocsp: (transfer full) */
SmdFetchRequest *smd_fetch_request_new_ocsp (const char *url, SmdOcspRequest *ocsp);
void smd_fetch_request_free (SmdFetchRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdFetchRequest, smd_fetch_request_free)

/**
 * SmdFetchResult:
 * @ocsp: (owned) (nullable): what a responder was really asked: somebody who asked first about the same certificate made the nonce
 * @body: (owned) (nullable): what came; %NULL on failure or if nothing changed
 * @unchanged: what is there already is still right (304)
 * @failure: (owned) (nullable): why nothing came: `DeadlineExceeded`, `PolicyForbids` (the guard), `TooLarge`, `Failed`
 * @etag: (owned) (nullable)
 * @modified: 0 = unknown
 * @answering: with `DeadlineExceeded`: some of it has come already
 * @unasked: with `Failed`: nobody was asked now, because that was in vain a short time ago
 * @overtaken: nobody was asked: somebody else has had it, and let it go, since this asker looked at what is at hand: look again
 * @hold: (owned) (nullable): the fetcher's own; ends before the fetcher does
 * @let_go: (nullable): frees @hold
 *
 * The outcome of one fetch. While it is there, nobody asks anew for the same, unless by force: what this fetch brings is for all. So it is
 * kept until what came has been judged, or, of a fetch that hasn't ended, until it has been asked for again.
 */
typedef struct
{
  char *url;            /* (owned) as asked */
  SmdOcspRequest *ocsp; /* (owned) */
  SmdBlob *body;        /* (owned) */
  gboolean unchanged;
  GError *failure;      /* (owned) */
  char *etag;           /* (owned) */
  gint64 modified;
  gboolean answering;
  gboolean unasked;
  gboolean overtaken;
  gpointer hold;        /* (owned) */
  GDestroyNotify let_go;
} SmdFetchResult;

SmdFetchResult *smd_fetch_result_new (const char *url);
/* From now on the same may be asked for anew; what came stays. */
void smd_fetch_result_let_go (SmdFetchResult *self);
void smd_fetch_result_free (SmdFetchResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdFetchResult, smd_fetch_result_free)

/* Told once for each such fetch, in whatever thread; @result: (transfer full) */
typedef void (*SmdFetchedFunc) (SmdFetchResult *result, gpointer data);

/**
 * SmdFetcherInterface:
 * @fetch_all: fetches all of @requests (element-type SmdFetchRequest) side by side and waits for them until @deadline (monotonic microseconds) or
 *   @cancellable. Those that haven't ended by then go on in the background if somebody else asked or @late is given; their results carry
 *   `DeadlineExceeded`. One in-flight fetch per URL (and certificate, of a responder), whoever asked. Returns (transfer full) (element-type
 *   SmdFetchResult): in order, one for each request; never fails as a whole. A fetch that was silent for seconds already when its asker came
 *   isn't waited for.
 * @set_late: @late (nullable) is told of every successful fetch that ended after its askers' deadlines, once they have freed their results
 *   without having asked again, so that its fruit is not lost. Nothing is told any more when this has come back from setting another one.
 * @note_content: (nullable): what became of what a fetch of @request brought. @fault: (nullable): why it is of no use to anybody, whatever is
 *   known here: then the same isn't asked for a while (back-off), the longer the more often
 *
 * The network, guarded: schemes, addresses (checked on the address connected to, after DNS and redirects), size, redirects and
 * decompression are bounded; no cookies, no identifying header fields; the desktop's proxy. A host that failed is left alone for a
 * while (back-off), and says so. Any worker thread.
 */
struct _SmdFetcherInterface
{
  GTypeInterface parent;
  GPtrArray *(*fetch_all) (SmdFetcher *self, GPtrArray *requests, gint64 deadline, GCancellable *cancellable);
  void (*set_late) (SmdFetcher *self, SmdFetchedFunc late, gpointer data);
  void (*note_content) (SmdFetcher *self, const SmdFetchRequest *request, const char *fault);
};

GPtrArray *smd_fetcher_fetch_all (SmdFetcher *self, GPtrArray *requests, gint64 deadline,
                                  GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;
void smd_fetcher_set_late (SmdFetcher *self, SmdFetchedFunc late, gpointer data);
void smd_fetcher_note_content (SmdFetcher *self, const SmdFetchRequest *request, const char *fault);

G_END_DECLS
