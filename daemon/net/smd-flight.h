/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-fetcher.h"
#include "smd-url-guard.h"

G_BEGIN_DECLS

/* Whom a failure tells against. */
typedef enum
{
  SMD_FAULT_NONE, /* nobody: it succeeded, was forbidden or cancelled */
  SMD_FAULT_HOST, /* it didn't answer */
  SMD_FAULT_URL,  /* the answer was of no use */
} SmdFault;

/**
 * SmdFlight:
 * @request: (owned): a copy of what was asked first
 * @url: (owned): where it is fetched from now: redirects change it
 * @target: (owned): where @url leads
 * @place: (owned): host and port of @target
 * @proxy: (owned) (nullable): URL of the proxy; %NULL = none
 * @guard: (owned): as it was when this began
 * @stop: (owned): cancelled when nobody wants it any more
 * @result: (owned): filled by whoever fetches, before it lands
 * @location: (owned) (nullable): it was redirected there
 *
 * One fetch on its way. It belongs to one thread at a time: the one that fetches it; others may cancel @stop, and look at what
 * doesn't change. Reference counted (atomic).
 */
typedef struct
{
  SmdFetchRequest *request; /* (owned) */
  char *url;                /* (owned) */
  SmdUrlTarget *target;     /* (owned) */
  char *place;              /* (owned) */
  char *proxy;              /* (owned) */
  SmdUrlGuard *guard;       /* (owned) */
  GCancellable *stop;       /* (owned) */
  SmdFetchResult *result;   /* (owned) */
  char *location;           /* (owned) */
  SmdFault fault;
  guint redirects;
  int answering; /* atomic: some of the body has come */
} SmdFlight;

/* Called once for each flight that was started, in whatever thread. */
typedef void (*SmdFlightFunc) (SmdFlight *flight, gpointer data);

/* Returns: (transfer full): on error `PolicyForbids`, `Malformed` */
SmdFlight *smd_flight_new (const SmdFetchRequest *request, SmdUrlGuard *guard, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns: (transfer full): the same for the same thing asked in the same way */
char *smd_flight_make_key (const SmdFetchRequest *request);
/* Returns: (transfer full): the same for the same thing asked, whatever is there of it already; no URL */
char *smd_flight_name_content (const SmdFetchRequest *request);

SmdFlight *smd_flight_ref (SmdFlight *self);
void smd_flight_unref (SmdFlight *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdFlight, smd_flight_unref)

/* Follows @location. Returns: FALSE on error: `PolicyForbids`, `Malformed`, `Failed`: too many */
gboolean smd_flight_redirect (SmdFlight *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @error: (transfer full) */
void smd_flight_fail (SmdFlight *self, SmdFault fault, GError *error);

/**
 * smd_flight_dup_result:
 * @landed: whether it isn't under way any more
 * @cancellable: (nullable): of the call that doesn't wait any more
 *
 * Returns: (transfer full): what @request's asker is told: a copy that shares the bytes, or that there is nothing yet
 */
SmdFetchResult *smd_flight_dup_result (SmdFlight *self, gboolean landed, const SmdFetchRequest *request, GCancellable *cancellable);

G_END_DECLS
