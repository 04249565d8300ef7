/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-callers.h"
#include "smd-deadlines.h"
#include "smd-done.h"
#include "smd-env.h"
#include "smd-intake.h"
#include "smd-job-board.h"
#include "smd-pool.h"
#include "smd-scratch.h"
#include "smd-settings.h"
#include "smd-snapshot.h"

G_BEGIN_DECLS

/**
 * SmdJobHost:
 * @show: called in the main thread when a call has changed the stores, before its reply is sent; without a snapshot if nothing that is
 *   listed can have changed
 * @snapshots: (atomic): how many were begun
 * @under_way: (atomic): pieces of work that aren't done, calls and others
 * @is_awaited: (atomic): the main thread is to be woken when nothing is under way any more
 * @done: (atomic): calls whose work is done, and which the main thread has something to do for
 *
 * What all calls share. Calls are prepared, run and answered in whatever thread they are in; the main thread shows what they have changed.
 */
typedef struct
{
  GDBusConnection *connection; /* (unowned) over which all calls come */
  const SmdEnv *env;     /* (unowned) */
  SmdSettings *settings; /* (unowned) */
  SmdPool *pool;         /* (unowned) */
  SmdIntake *intake;     /* (unowned) (nullable) %NULL at the end of the service, when only the main thread is left */
  SmdScratchPool *scratch; /* (unowned) */
  SmdCallers *callers;   /* (unowned) */
  SmdDeadlines *deadlines; /* (unowned) */
  SmdJobBoard *board;    /* (unowned) the main thread's */
  GCancellable *closing; /* (unowned) ends work that no call waits for */
  void (*show) (const SmdSnapshot *snapshot, gpointer data);
  gpointer show_data;    /* (unowned) */
  gsize snapshots;
  gint under_way;
  gint is_awaited;
  SmdDoneLink *done;     /* (unowned) (nullable) */
} SmdJobHost;

/* Any thread: a piece of work begins, and ends: the last that it does */
void smd_job_host_enter (SmdJobHost *host);
void smd_job_host_leave (SmdJobHost *host);

/* Main thread. Returns: whether something is under way; if so, the default main context is woken when that is over */
gboolean smd_job_host_is_busy (SmdJobHost *host);

/* In a worker. Returns: (transfer full) (nullable): what is stored now; %NULL, with a word in the log, where it can't be read */
SmdSnapshot *smd_job_host_take_snapshot (SmdJobHost *host, const SmdPolicy *policy);

/**
 * smd_job_host_refresh:
 *
 * Has a snapshot made in a worker and shown, because something but a call has changed: settings, time.
 */
void smd_job_host_refresh (SmdJobHost *host);

G_END_DECLS
