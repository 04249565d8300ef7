/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-job.h"

#include <malloc.h>

#include "smd-access.h"
#include "smd-reply.h"
#include "smd-wire-error.h"
#include "smimed-error.h"

#define LEEWAY (100 * G_TIME_SPAN_MILLISECOND) /* for the network, however late: what is known to come at once still comes */
#define MOST_RESERVE (200 * G_TIME_SPAN_MILLISECOND) /* of the network deadline, for judging and answering on a busy machine */
#define LARGE_RESULT (1 << 20)    /* bytes, in many pieces, between whose places others' have come to lie */

struct _SmdJob
{
  SmdDoneLink done;
  gatomicrefcount refs;              /* of who runs it, and of what may end it early: its deadline, its caller's leave */
  gint is_answered;                  /* (atomic) */
  SmdJobHost *host;                  /* (unowned) */
  const SmdJobKind *kind;            /* (unowned) static */
  gpointer request;                  /* (owned) */
  SmdReply reply;
  const char *sender;                /* (unowned) (nullable) the reply's */
  SmdCommonOptions common;
  SmdCall call;
  gint64 network_left;
  gint64 queued_at;                  /* monotonic microseconds: since when it has only been waiting; 0 = it isn't yet */
  GCancellable *cancellable;         /* (owned) */
  SmdProgress progress;
  SmdInputs *inputs;                 /* (owned) */
  guint streams;                     /* still being read by the intake; its thread's */
  SmdJobNotice *notice;              /* (unowned) (nullable) only if a job was asked for; main thread only */
  GUnixFDList *outputs;              /* (owned) (nullable) */
  GVariant *result;                  /* (owned) (nullable) */
  gsize result_size;                 /* also of one that was refused for it */
  SmdShare *share;                   /* (owned) (nullable) in which it counts */
  SmdShare *payer;                   /* (owned) (nullable) whose turn it is run in */
  GError *stranger;                  /* (owned) (nullable) why it can't be told who calls */
  SmdSnapshot *snapshot;             /* (owned) (nullable) */
  GError *error;                     /* (owned) (nullable) */
};

static void
job_unref (SmdJob *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  if (self->kind->free_request != NULL)
    self->kind->free_request (self->request);
  smd_common_options_clear (&self->common);
  smd_inputs_free (self->inputs);
  smd_reply_clear (&self->reply);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->outputs);
  g_clear_pointer (&self->result, g_variant_unref);
  g_clear_pointer (&self->snapshot, smd_snapshot_free);
  g_clear_pointer (&self->share, smd_share_unref);
  g_clear_pointer (&self->payer, smd_share_unref);
  g_clear_error (&self->stranger);
  g_clear_error (&self->error);
  g_free (self);
}

SmdJob *
smd_job_new (SmdJobHost *host, GDBusMessage *call, const SmdJobKind *kind, gpointer request)
{
  SmdJob *self = g_new0 (SmdJob, 1);

  g_atomic_ref_count_init (&self->refs);
  self->host = host;
  self->kind = kind;
  self->request = request;
  smd_reply_init (&self->reply, call);
  self->sender = smd_reply_get_caller (&self->reply);
  self->cancellable = g_cancellable_new ();
  self->progress.stage = "queued";
  self->progress.cancellable = self->cancellable;
  self->inputs = smd_inputs_new (g_dbus_message_get_unix_fd_list (call), host->scratch);
  self->call.policy = smd_settings_copy_policy (host->settings);
  smd_common_options_init (&self->common);
  return self;
}

SmdJob *
smd_job_new_invoked (SmdJobHost *host, GDBusMethodInvocation *invocation, const SmdJobKind *kind, gpointer request)
{
  SmdJob *self = smd_job_new (host, g_dbus_method_invocation_get_message (invocation), kind, request);

  g_object_unref (invocation);
  return self;
}

gboolean
smd_job_check_enabled (SmdJob *self, GError **error)
{
  if (self->call.policy.enabled)
    return TRUE;

  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_DISABLED,
               "S/MIME is switched off; set the property Enabled of org.smimed.Smime1.Manager to turn it on");
  return FALSE;
}

gboolean
smd_job_parse (SmdJob *self, GVariant *options, const SmdOption *table, GError **error)
{
  return smd_options_parse (options, table, self->request, &self->common, error);
}

gboolean
smd_job_take_fd (SmdJob *self, int handle, gsize limit, const char *what, GError **error)
{
  return smd_inputs_take (self->inputs, handle, limit != 0 ? limit : self->call.policy.max_message_size, what, error);
}

gboolean
smd_job_take_password (SmdJob *self, int handle, GError **error)
{
  return handle < 0 || smd_inputs_take_password (self->inputs, handle, error);
}

/* Nothing ends the call early any more. Everything that makes it visible ends before its answer. */
static void
withdraw (SmdJob *self)
{
  SmdJobHost *host = self->host;

  if (self->common.job != NULL && self->notice != NULL)
    smd_job_board_remove (host->board, g_steal_pointer (&self->notice));
  if (self->common.has_deadline && smd_deadlines_remove (host->deadlines, self->call.deadline, self))
    job_unref (self);
  if (self->sender != NULL && smd_callers_remove (host->callers, self->sender, self))
    job_unref (self);
}

/* Returns: TRUE once: for the result, the cancellation, the deadline or the caller's leave, whichever is first */
static gboolean
take_answer (SmdJob *self)
{
  return g_atomic_int_compare_and_exchange (&self->is_answered, FALSE, TRUE);
}

/* @error: (transfer full) */
static void
answer_error (SmdJob *self, GError *error)
{
  g_autoptr (GError) translated = smd_wire_error (error);

  g_debug ("%s fails: %s", self->kind->operation, translated->message);
  smd_reply_send_error (&self->reply, self->host->connection, translated);
}

/* Main thread: the call fails now; the worker is told, and what it still brings is dropped. */
static void
end_early (SmdJob *self, SmimedError code, const char *text)
{
  if (!take_answer (self))
    return;

  withdraw (self);
  answer_error (self, g_error_new_literal (SMIMED_ERROR, code, text));
  g_cancellable_cancel (self->cancellable);
  if (self->host->intake != NULL)
    smd_intake_wake (self->host->intake);
}

static void
on_cancel (gpointer data)
{
  end_early (data, SMIMED_ERROR_CANCELLED, "The call was cancelled");
}

static void
on_leave (gpointer data)
{
  on_cancel (data);
  job_unref (data);
}

static void
on_deadline (gpointer data)
{
  end_early (data, SMIMED_ERROR_DEADLINE_EXCEEDED, "The call's deadline passed");
  job_unref (data);
}

static gboolean
give_back (gpointer data)
{
  malloc_trim (0);
  return G_SOURCE_REMOVE;
}

static void
answer (SmdJob *self)
{
  if (self->error != NULL)
    answer_error (self, g_steal_pointer (&self->error));
  else
    smd_reply_send (&self->reply, self->host->connection, self->result, self->outputs);
}

/* The last thing that happens to a job that was started. */
static void
finish (SmdJob *self)
{
  SmdJobHost *host = self->host;

  if (self->share != NULL)
    smd_share_end (self->share);
  if (self->result != NULL && self->kind->conclude != NULL && !self->kind->conclude (self, self->request, &self->error))
    g_clear_pointer (&self->result, g_variant_unref);
  if (self->kind->effect != SMD_JOB_CHANGES_NOTHING && host->show != NULL)
    host->show (self->snapshot, host->show_data);

  withdraw (self);
  if (take_answer (self))
    answer (self);
  if (self->result_size > LARGE_RESULT)
    g_timeout_add_seconds (3, give_back, NULL); /* when it has been sent */
  job_unref (self);
  smd_job_host_leave (host);
}

static gboolean
finish_done (gpointer data)
{
  SmdJobHost *host = data;
  SmdDoneLink *done = smd_done_take (&host->done);

  while (done != NULL)
    {
      SmdJob *job = (SmdJob *) done;

      done = done->next;
      finish (job);
    }
  return G_SOURCE_REMOVE;
}

/* In any thread: the main thread is woken only if it has something to do, and by the first one; those that come meanwhile go with it. */
static void
end (SmdJob *self)
{
  SmdJobHost *host = self->host;

  if (self->kind->effect == SMD_JOB_CHANGES_NOTHING && self->kind->conclude == NULL && self->common.job == NULL)
    finish (self);
  else if (smd_done_push (&host->done, &self->done))
    g_idle_add_full (G_PRIORITY_DEFAULT, finish_done, host, NULL);
}

/* Before anything is read: a client that may not is told at once. */
static gboolean
check_access (SmdJob *self, GError **error)
{
  if (self->stranger == NULL || self->kind->right == SMD_RIGHT_NOTHING)
    return smd_access_require (self->host->env, &self->call, self->kind->right, error);

  g_propagate_error (error, g_steal_pointer (&self->stranger));
  return FALSE;
}

/* The bus drops who sends an array of more than 64 MiB, and with the connection all calls of everybody. */
static void
check_result (SmdJob *self, GVariant *result)
{
  self->result_size = g_variant_get_size (result);
  if (!smd_reply_check_size (self->result_size, &self->error))
    g_clear_pointer (&self->result, g_variant_unref);
}

/* Who had to wait for others' fetches doesn't wait as long again for his own. */
static void
start_network_time (SmdJob *self)
{
  gint64 whole = (gint64) self->call.policy.network_deadline * G_TIME_SPAN_MILLISECOND;
  gint64 left = whole - (g_get_monotonic_time () - self->queued_at);

  self->network_left = MAX (left - MIN (whole / 15, MOST_RESERVE), CLAMP (left + LEEWAY / 2, 0, MIN (LEEWAY, whole)));
}

static void
run (gpointer data)
{
  SmdJob *self = data;

  start_network_time (self);
  if (!g_cancellable_set_error_if_cancelled (self->cancellable, &self->error) && check_access (self, &self->error)
      && smd_inputs_finish (self->inputs, &self->progress, self->cancellable, &self->error))
    self->result = self->kind->run (self, self->request, &self->error);
  if (self->result != NULL)
    check_result (self, g_variant_ref_sink (self->result));

  /* Also after an error: what a call that was cancelled has stored by then shows. */
  if (self->kind->effect == SMD_JOB_CHANGES_LISTED)
    self->snapshot = smd_job_host_take_snapshot (self->host, &self->call.policy);
  end (self);
}

static void
enqueue (SmdJob *self)
{
  self->queued_at = self->queued_at != 0 ? self->queued_at : g_get_monotonic_time ();
  if (!smd_pool_push (self->host->pool, self->payer, run, self, &self->error))
    end (self);
}

/* The intake's thread: once for each stream */
static void
on_stream_read (GError *error, gpointer data)
{
  SmdJob *self = data;

  if (error != NULL && self->error == NULL)
    self->error = g_steal_pointer (&error);
  g_clear_error (&error);
  if (--self->streams == 0)
    {
      if (self->error == NULL)
        enqueue (self);
      else
        end (self);
      return;
    }

  if (self->error != NULL)
    {
      g_cancellable_cancel (self->cancellable);
      smd_intake_wake (self->host->intake);
    }
}

static void
read_streams (SmdJob *self)
{
  SmdFdIn *streams[SMD_INPUTS_MOST];
  guint count = smd_inputs_list_streams (self->inputs, streams);

  /* The job may be gone as soon as the last one is handed over. */
  self->streams = count;
  self->queued_at = count == 0 ? self->queued_at : 0;
  if (count == 0)
    enqueue (self);
  else
    smd_progress_enter (&self->progress, "reading", 0);
  for (guint i = 0; i < count; i++)
    smd_intake_read (self->host->intake, streams[i], &self->progress, self->cancellable, on_stream_read, self);
}

/* It is known who calls, or can't be: then in the main thread. */
static void
on_known (SmdShare *share, const GError *error, gpointer data)
{
  SmdJob *self = data;

  self->payer = smd_share_ref (share);
  self->stranger = error != NULL ? g_error_copy (error) : NULL;
  self->call.application = smd_share_get_application (share);
  /* One message is never too much. */
  smd_inputs_charge (self->inputs, share, MAX (self->call.policy.caller_bytes, self->call.policy.max_message_size));
  if (self->host->intake != NULL)
    {
      read_streams (self);
      return;
    }

  self->error = g_error_new_literal (SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The service ends");
  end (self);
}

/* Each of those that may end the call early has a reference to it, until it is taken back or they have done so. */
static void
expose (SmdJob *self)
{
  if (self->sender != NULL)
    {
      g_atomic_ref_count_inc (&self->refs);
      smd_callers_add (self->host->callers, self->sender, on_leave, self);
    }

  if (self->common.has_deadline)
    {
      g_atomic_ref_count_inc (&self->refs);
      smd_deadlines_add (self->host->deadlines, self->call.deadline, on_deadline, self);
    }
}

static void
start (SmdJob *self)
{
  self->call.cancellable = self->cancellable;
  self->call.interactive = self->common.interactive;
  self->call.cache_only = self->common.cache_only;
  self->call.progress = &self->progress;
  self->call.network_left = &self->network_left;
  self->queued_at = g_get_monotonic_time ();
  if (self->common.has_deadline)
    self->call.deadline = self->queued_at + (gint64) self->common.deadline * 1000;

  smd_job_host_enter (self->host);
  expose (self);
  if (self->sender != NULL)
    smd_callers_identify (self->host->callers, self->sender, on_known, self);
  else
    read_streams (self);
}

/* Returns: FALSE on error: `LimitExceeded` */
static gboolean
count (SmdJob *self, GError **error)
{
  g_autoptr (SmdShare) share = self->sender != NULL ? smd_callers_ref_share (self->host->callers, self->sender) : NULL;

  if (share == NULL)
    return TRUE;
  if (!smd_share_begin (share, &self->call.policy, g_get_monotonic_time (), error))
    return FALSE;

  self->share = g_steal_pointer (&share);
  return TRUE;
}

/* The main thread's: smd_job_new() */
static gboolean
post_notice (SmdJob *self, GError **error)
{
  if (self->common.job == NULL || self->sender == NULL)
    return TRUE;

  self->notice = smd_job_board_post (self->host->board, self->sender, self->common.job, self->kind->operation, &self->progress,
                                     on_cancel, self, error);
  return self->notice != NULL;
}

void
smd_job_launch (SmdJob *self, gboolean prepared, GError *error)
{
  g_autoptr (GError) local = prepared ? NULL : g_error_copy (error);

  smd_inputs_close_rest (self->inputs);
  if (prepared && count (self, &local) && post_notice (self, &local))
    {
      start (self);
      return;
    }

  if (self->share != NULL)
    smd_share_end (self->share);
  withdraw (self);
  answer_error (self, g_steal_pointer (&local));
  job_unref (self);
}

const SmdEnv *
smd_job_get_env (SmdJob *self)
{
  return self->host->env;
}

const SmdCall *
smd_job_get_call (SmdJob *self)
{
  return &self->call;
}

SmdBlob *
smd_job_get_blob (SmdJob *self, guint index)
{
  return smd_inputs_get_blob (self->inputs, index);
}

SmdSecret *
smd_job_get_password (SmdJob *self)
{
  return smd_inputs_get_password (self->inputs);
}

int
smd_job_add_output (SmdJob *self, SmdBlob *output, GError **error)
{
  return smd_reply_add_output (&self->outputs, output, error);
}
