/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-flight.h"

G_BEGIN_DECLS

/**
 * SmdCurl:
 *
 * HTTP and HTTPS by libcurl, all transfers side by side in one thread. Library and thread come with the first fetch. Thread-safe.
 */
typedef struct _SmdCurl SmdCurl;

/* @landed: told of each flight that was started, in the fetch thread: quick, please */
SmdCurl *smd_curl_new (SmdFlightFunc landed, gpointer data);

/* Ends the thread; flights under way are forgotten. */
void smd_curl_free (SmdCurl *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCurl, smd_curl_free)

/**
 * smd_curl_start:
 *
 * Fetches once, without following redirects: a flight with a location has been redirected. Connection, stall and overall time, and
 * size are bounded, no cookies, no content decoding, nothing in the header that names us.
 */
void smd_curl_start (SmdCurl *self, SmdFlight *flight);

/* Looks for flights that have been stopped. */
void smd_curl_wake (SmdCurl *self);

G_END_DECLS
