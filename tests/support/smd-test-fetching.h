/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-network.h"
#include "smd-test-time.h"

G_BEGIN_DECLS

#define SMD_TEST_LONG (20 * SMD_TEST_PATIENCE * SECOND)
#define SMD_TEST_BODY_LIMIT ((gsize) 1024 * 1024)

/* The fetcher, and a real HTTP server with faults on demand (tests/support/fault_server.py) */
typedef struct
{
  GSubprocess *server; /* (owned) */
  SmdNetwork *network; /* (owned) */
  SmdFetcher *fetcher; /* (unowned) the same */
  int port;
  int refusing;        /* a port where nobody listens */
} SmdTestFetching;

/* @guarded: (nullable): if there is anything, this machine may not be asked */
void smd_test_fetching_set_up (SmdTestFetching *self, gconstpointer guarded);
void smd_test_fetching_tear_down (SmdTestFetching *self, gconstpointer data);

SmdFetchRequest *smd_test_fetching_make_request (SmdTestFetching *self, const char *path);
GPtrArray *smd_test_fetching_make_list (void);
/* @request: (transfer full). @time: microseconds */
SmdFetchResult *smd_test_fetching_run (SmdTestFetching *self, SmdFetchRequest *request, gint64 time);
SmdFetchResult *smd_test_fetching_fetch (SmdTestFetching *self, const char *path);
/* Returns: (transfer full): what came, as text */
char *smd_test_fetching_get_text (const SmdFetchResult *result);
char *smd_test_fetching_fetch_text (SmdTestFetching *self, const char *path);
/* The failure's text has @words, and names the URL. */
void smd_test_fetching_assert_failure (SmdTestFetching *self, const char *path, int code, const char *words);

G_END_DECLS
