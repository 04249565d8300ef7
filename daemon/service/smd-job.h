/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-inputs.h"
#include "smd-job-host.h"
#include "smd-options.h"

G_BEGIN_DECLS

/**
 * SmdJob:
 *
 * One call: its message, its request, what it reads and gives back. It is prepared in the thread that it comes in, run in a worker, and answered
 * there when the work is done; or in the main thread, if that has something to show or to conclude first. Or it ends early, when it is cancelled, its
 * deadline passes or its caller leaves; then what the worker still brings is dropped.
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
 * @call: emptied of its descriptors: nothing of the message keeps the client's open
 * @request: (transfer full)
 *
 * Returns: (transfer full): to be given to smd_job_launch(), in the same thread; one that was not the main thread's knows its caller, and takes no
 *   option `job`
 */
SmdJob *smd_job_new (SmdJobHost *host, GDBusMessage *call, const SmdJobKind *kind, gpointer request);

/* The same for a skeleton's handler, in the main thread. @invocation: (transfer full) */
SmdJob *smd_job_new_invoked (SmdJobHost *host, GDBusMethodInvocation *invocation, const SmdJobKind *kind, gpointer request);

/* Returns: FALSE with `Disabled` while the switch is off */
gboolean smd_job_check_enabled (SmdJob *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Parses into the common options and the request; see smd_options_parse() */
gboolean smd_job_parse (SmdJob *self, GVariant *options, const SmdOption *table, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_job_take_fd:
 * @handle: an index into the message's descriptors
 * @limit: in bytes, 0 for the policy's max-message-size
 * @what: static, for messages
 *
 * The next input of the call; the worker finds it with smd_job_get_blob() under the numbers 0, 1, ...
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

G_END_DECLS
