/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-fetcher.h"

G_BEGIN_DECLS

#define SMD_TYPE_TEST_FETCHER (smd_test_fetcher_get_type ())
G_DECLARE_FINAL_TYPE (SmdTestFetcher, smd_test_fetcher, SMD, TEST_FETCHER, GObject)

/**
 * SmdTestFetcher:
 *
 * A network where nothing is to be had but what @answer gives.
 */
struct _SmdTestFetcher
{
  GObject parent_instance;
  /* (nullable). Returns: (transfer full) (nullable) */
  SmdBlob *(*answer) (const SmdFetchRequest *request, gpointer data);
  gpointer data;      /* (unowned) */
  void (*meanwhile) (gpointer data); /* (nullable) somebody else's call, which overtakes the next one */
  gboolean dead;      /* not even that */
  gint asked;         /* atomic */
  guint questions;    /* of OCSP among them */
  guint most_at_once; /* requests of one call */
};

SmdTestFetcher *smd_test_fetcher_new (void);

G_END_DECLS
