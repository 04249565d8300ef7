/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "smd-callers.h"
#include "smd-done.h"
#include "smd-intake.h"
#include "smd-job-board.h"
#include "smd-options.h"
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
 * @under_way: calls whose work isn't done, main thread only
 * @done: (atomic): those whose work is done; the main thread takes them
 *
 * What all calls share.
 */
typedef struct
{
  const SmdEnv *env;     /* (unowned) */
  SmdSettings *settings; /* (unowned) */
  SmdPool *pool;         /* (unowned) */
  SmdIntake *intake;     /* (unowned) (nullable) %NULL at the end of the service */
  SmdScratchPool *scratch; /* (unowned) */
  SmdCallers *callers;   /* (unowned) */
  SmdJobBoard *board;    /* (unowned) */
  GCancellable *closing; /* (unowned) ends work that no call waits for */
  void (*show) (const SmdSnapshot *snapshot, gpointer data);
  gpointer show_data;    /* (unowned) */
  gsize snapshots;
  guint under_way;
  SmdDoneLink *done;     /* (unowned) (nullable) */
} SmdJobHost;

/**
 * SmdJob:
 *
 * One call: its invocation, its request, what it reads and gives back. Prepared in the main thread, run in a worker, answered in the main thread:
 * when the work is done, or before that when it is cancelled, its deadline passes or its caller leaves; then what the worker
 * still brings is dropped.
 */
typedef struct _SmdJob SmdJob;

/* What a call may leave changed. */
typedef enum
{
  SMD_JOB_CHANGES_NOTHING,
  SMD_JOB_CHANGES_OTHERS, /* certificates that ObjectManager doesn't list */
  SMD_JOB_CHANGES_LISTED, /* anything */
} SmdJobEffect;

/**
 * SmdJobKind:
 * @operation: the method's name
 * @run: in a worker; @request is what was given to smd_job_new(). Returns the reply's tuple, or %NULL with @error
 * @free_request: (nullable)
 * @right: what a sandboxed caller must have been granted
 * @conclude: (nullable): what remains to be done in the main thread after @run went well, before the reply
 */
typedef struct
{
  const char *operation; /* (unowned) static */
  GVariant *(*run) (SmdJob *job, gpointer request, GError **error);
  GDestroyNotify free_request;
  SmdJobEffect effect;
  SmdRight right;
  gboolean (*conclude) (SmdJob *job, gpointer request, GError **error);
} SmdJobKind;

/**
 * smd_job_new:
 * @invocation: (transfer full)
 * @fds: (nullable): emptied: nothing of the message keeps the client's descriptors open
 * @request: (transfer full)
 *
 * Returns: (transfer full): to be given to smd_job_launch()
 */
SmdJob *smd_job_new (SmdJobHost *host, GDBusMethodInvocation *invocation, GUnixFDList *fds, const SmdJobKind *kind, gpointer request);

/* Main thread: parses into the common options and the request; see smd_options_parse_call() */
gboolean smd_job_parse (SmdJob *self, GVariant *options, const SmdOption *table, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_job_take_fd:
 * @handle: an index into the message's descriptors
 * @limit: in bytes, 0 for the policy's max-message-size
 * @what: static, for messages
 *
 * Main thread: the next input of the call; the worker finds it with smd_job_get_blob() under the numbers 0, 1, ...
 */
gboolean smd_job_take_fd (SmdJob *self, int handle, gsize limit, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @handle: -1 = none */
gboolean smd_job_take_password (SmdJob *self, int handle, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_job_launch:
 * @self: (transfer full)
 * @prepared: FALSE: the call fails with @error
 */
void smd_job_launch (SmdJob *self, gboolean prepared, GError *error);

/* For the worker */
const SmdEnv *smd_job_get_env (SmdJob *self);
const SmdCall *smd_job_get_call (SmdJob *self);
SmdBlob *smd_job_get_blob (SmdJob *self, guint index);
/* Returns: (transfer none) (nullable) */
SmdSecret *smd_job_get_password (SmdJob *self);
/* Returns: the handle of @output in the reply, -1 on error */
int smd_job_add_output (SmdJob *self, SmdBlob *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* In a worker. Returns: (transfer full) (nullable): what is stored now; %NULL, with a word in the log, where it can't be read */
SmdSnapshot *smd_job_host_take_snapshot (SmdJobHost *host, const SmdPolicy *policy);

/**
 * smd_job_refresh:
 *
 * Has a snapshot made in a worker and shown, because something but a call has changed: settings, time.
 */
void smd_job_refresh (SmdJobHost *host);

G_END_DECLS
