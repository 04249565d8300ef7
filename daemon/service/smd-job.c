/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-job.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include "smd-access.h"
#include "smd-wire-error.h"
#include "smimed-error.h"

#define LARGEST_RESULT (32 << 20) /* bytes; aligned as D-Bus wants it, they may become nearly twice as many */
#define LARGE_RESULT (1 << 20)    /* bytes, in many pieces, between whose places others' have come to lie */

struct _SmdJob
{
  SmdDoneLink done;
  SmdJobHost *host;                  /* (unowned) */
  const SmdJobKind *kind;            /* (unowned) static */
  gpointer request;                  /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned) (nullable) until it is answered; main thread only */
  SmdCommonOptions common;
  SmdCall call;
  gint64 network_left;
  GCancellable *cancellable;         /* (owned) */
  SmdProgress progress;
  int *fds;                          /* (owned) (nullable) those that came with the message; -1 = taken */
  int n_fds;
  GPtrArray *inputs;                 /* (owned) of SmdFdIn */
  SmdFdIn *password;                 /* (owned) (nullable) */
  guint streams;                     /* still being read by the intake; its thread's */
  guint deadline;                    /* event source; main thread only */
  SmdJobNotice *notice;              /* (unowned) (nullable) main thread only */
  GUnixFDList *outputs;              /* (owned) (nullable) */
  GVariant *result;                  /* (owned) (nullable) */
  gsize result_size;                 /* also of one that was refused for it */
  SmdShare *share;                   /* (owned) (nullable) in which it counts; main thread only */
  SmdShare *payer;                   /* (owned) (nullable) whose turn it is run in */
  GError *stranger;                  /* (owned) (nullable) why it can't be told who calls */
  SmdSnapshot *snapshot;             /* (owned) (nullable) */
  GError *error;                     /* (owned) (nullable) */
};

static void
close_fds (SmdJob *self)
{
  for (int i = 0; i < self->n_fds; i++)
    if (self->fds[i] >= 0)
      close (self->fds[i]);

  self->n_fds = 0;
  g_clear_pointer (&self->fds, g_free);
}

static void
job_free (SmdJob *self)
{
  close_fds (self);
  if (self->kind->free_request != NULL)
    self->kind->free_request (self->request);
  smd_common_options_clear (&self->common);
  g_ptr_array_unref (self->inputs);
  g_clear_pointer (&self->password, smd_fd_in_free);
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
smd_job_new (SmdJobHost *host, GDBusMethodInvocation *invocation, GUnixFDList *fds, const SmdJobKind *kind, gpointer request)
{
  SmdJob *self = g_new0 (SmdJob, 1);

  self->host = host;
  self->kind = kind;
  self->request = request;
  self->invocation = invocation;
  self->cancellable = g_cancellable_new ();
  self->progress.stage = "queued";
  self->progress.cancellable = self->cancellable;
  self->inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fd_in_free);
  smd_common_options_init (&self->common);
  if (fds != NULL)
    self->fds = g_unix_fd_list_steal_fds (fds, &self->n_fds);
  return self;
}

gboolean
smd_job_parse (SmdJob *self, GVariant *options, const SmdOption *table, GError **error)
{
  return smd_options_parse_call (options, table, self->request, &self->common, error);
}

static int
take_handle (SmdJob *self, int handle, const char *what, GError **error)
{
  int fd = handle >= 0 && handle < self->n_fds ? self->fds[handle] : -1;

  if (fd < 0)
    g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT,
                 "“%s”: the message brought no file descriptor number %d, or it stands for another argument already", what, handle);
  else
    self->fds[handle] = -1;
  return fd;
}

gboolean
smd_job_take_fd (SmdJob *self, int handle, gsize limit, const char *what, GError **error)
{
  gsize most = limit != 0 ? limit : smd_settings_get_policy (self->host->settings)->max_message_size;
  int fd = take_handle (self, handle, what, error);
  SmdFdIn *input = fd >= 0 ? smd_fd_in_new (fd, most, what, error) : NULL;

  if (input == NULL)
    return FALSE;

  smd_fd_in_share (input, self->host->scratch);
  g_ptr_array_add (self->inputs, input);
  return TRUE;
}

gboolean
smd_job_take_password (SmdJob *self, int handle, GError **error)
{
  int fd;

  if (handle < 0)
    return TRUE;

  fd = take_handle (self, handle, "password-fd", error);
  self->password = fd >= 0 ? smd_fd_in_new_password (fd, "password-fd", error) : NULL;
  return self->password != NULL;
}

/* Everything that makes the call visible ends before its answer. */
static GDBusMethodInvocation *
withdraw (SmdJob *self)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&self->invocation);
  const char *sender = g_dbus_method_invocation_get_sender (invocation);

  g_clear_handle_id (&self->deadline, g_source_remove);
  if (self->notice != NULL)
    smd_job_board_remove (self->host->board, g_steal_pointer (&self->notice));
  if (sender != NULL)
    smd_callers_remove (self->host->callers, sender, self);
  return invocation;
}

static void
answer_error (SmdJob *self, GError *error)
{
  g_autoptr (GError) translated = smd_wire_error (error);

  g_debug ("%s fails: %s", self->kind->operation, translated->message);
  g_dbus_method_invocation_return_gerror (withdraw (self), translated);
}

/* The call fails now; the worker is told, and what it still brings is dropped. */
static void
end_early (SmdJob *self, SmimedError code, const char *text)
{
  if (self->invocation == NULL)
    return;

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

static gboolean
on_deadline (gpointer data)
{
  SmdJob *self = data;

  self->deadline = 0;
  end_early (self, SMIMED_ERROR_DEADLINE_EXCEEDED, "The call's deadline passed");
  return G_SOURCE_REMOVE;
}

static gboolean
give_back (gpointer data)
{
  malloc_trim (0);
  return G_SOURCE_REMOVE;
}

/* Main thread: the last thing that happens to a job that was started. */
static void
finish (SmdJob *self)
{
  self->host->under_way--;
  if (self->share != NULL)
    smd_share_end (self->share);
  if (self->result != NULL && self->kind->conclude != NULL && !self->kind->conclude (self, self->request, &self->error))
    g_clear_pointer (&self->result, g_variant_unref);
  if (self->kind->effect != SMD_JOB_CHANGES_NOTHING && self->host->show != NULL)
    self->host->show (self->snapshot, self->host->show_data);

  if (self->invocation != NULL && self->error != NULL)
    answer_error (self, g_steal_pointer (&self->error));
  else if (self->invocation != NULL)
    g_dbus_method_invocation_return_value_with_unix_fd_list (withdraw (self), self->result, self->outputs);

  if (self->result_size > LARGE_RESULT)
    g_timeout_add_seconds (3, give_back, NULL); /* when it has been sent */
  job_free (self);
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

/* The main thread is woken by the first one; those that come meanwhile go with it. */
static void
hop_back (SmdJob *self)
{
  gpointer host = self->host;

  if (smd_done_push (&self->host->done, &self->done))
    g_idle_add_full (G_PRIORITY_DEFAULT, finish_done, host, NULL);
}

static gboolean
read_inputs (SmdJob *self, GError **error)
{
  for (guint i = 0; i < self->inputs->len; i++)
    if (!smd_fd_in_finish (self->inputs->pdata[i], &self->progress, self->cancellable, error))
      return FALSE;

  return self->password == NULL || smd_fd_in_finish (self->password, NULL, self->cancellable, error);
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
  if (self->result_size <= LARGEST_RESULT)
    return;
  g_clear_pointer (&self->result, g_variant_unref);
  g_set_error (&self->error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
               "The answer would be larger than %d MiB, more than the bus can carry: the message tells too much, or too much was asked for",
               LARGEST_RESULT >> 20);
}

static void
run (gpointer data)
{
  SmdJob *self = data;

  if (!g_cancellable_set_error_if_cancelled (self->cancellable, &self->error) && check_access (self, &self->error)
      && read_inputs (self, &self->error))
    self->result = self->kind->run (self, self->request, &self->error);
  if (self->result != NULL)
    check_result (self, g_variant_ref_sink (self->result));

  /* Also after an error: what a call that was cancelled has stored by then shows. */
  if (self->kind->effect == SMD_JOB_CHANGES_LISTED)
    self->snapshot = smd_job_host_take_snapshot (self->host, &self->call.policy);
  hop_back (self);
}

static void
enqueue (SmdJob *self)
{
  if (!smd_pool_push (self->host->pool, self->payer, run, self, &self->error))
    hop_back (self);
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
        hop_back (self);
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
  SmdFdIn *streams[8];
  guint count = 0;

  for (guint i = 0; i < self->inputs->len && count < G_N_ELEMENTS (streams) - 1; i++)
    if (smd_fd_in_is_stream (self->inputs->pdata[i]))
      streams[count++] = self->inputs->pdata[i];
  if (self->password != NULL && smd_fd_in_is_stream (self->password))
    streams[count++] = self->password;

  /* The job may be gone as soon as the last one is handed over. */
  self->streams = count;
  if (count == 0)
    enqueue (self);
  else
    smd_progress_enter (&self->progress, "reading", 0);
  for (guint i = 0; i < count; i++)
    smd_intake_read (self->host->intake, streams[i], &self->progress, self->cancellable, on_stream_read, self);
}

static void
charge_inputs (SmdJob *self)
{
  const SmdPolicy *policy = &self->call.policy;

  /* One message is never too much. */
  for (guint i = 0; i < self->inputs->len; i++)
    smd_fd_in_charge (self->inputs->pdata[i], self->payer, MAX (policy->caller_bytes, policy->max_message_size));
}

/* Main thread: it is known who calls, or can't be. */
static void
on_known (SmdShare *share, const GError *error, gpointer data)
{
  SmdJob *self = data;

  self->payer = smd_share_ref (share);
  self->stranger = error != NULL ? g_error_copy (error) : NULL;
  self->call.application = smd_share_get_application (share);
  charge_inputs (self);
  if (self->host->intake != NULL)
    {
      read_streams (self);
      return;
    }

  self->error = g_error_new_literal (SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The service ends");
  hop_back (self);
}

static void
start (SmdJob *self)
{
  const char *sender = g_dbus_method_invocation_get_sender (self->invocation);

  self->call = (SmdCall){
    .policy = *smd_settings_get_policy (self->host->settings),
    .cancellable = self->cancellable,
    .interactive = self->common.interactive,
    .cache_only = self->common.cache_only,
    .progress = &self->progress,
    .network_left = &self->network_left,
  };
  self->network_left = -1;
  if (sender != NULL)
    smd_callers_add (self->host->callers, sender, on_cancel, self);
  if (self->common.has_deadline)
    {
      self->call.deadline = g_get_monotonic_time () + (gint64) self->common.deadline * 1000;
      self->deadline = g_timeout_add (self->common.deadline, on_deadline, self);
    }
  self->host->under_way++;
  if (sender != NULL)
    smd_callers_identify (self->host->callers, sender, on_known, self);
  else
    read_streams (self);
}

/* Returns: FALSE on error: `LimitExceeded` */
static gboolean
count (SmdJob *self, GError **error)
{
  const char *sender = g_dbus_method_invocation_get_sender (self->invocation);
  SmdShare *share = sender != NULL ? smd_callers_get_share (self->host->callers, sender) : NULL;

  if (share == NULL)
    return TRUE;
  if (!smd_share_begin (share, smd_settings_get_policy (self->host->settings), g_get_monotonic_time (), error))
    return FALSE;

  self->share = smd_share_ref (share);
  return TRUE;
}

static gboolean
post_notice (SmdJob *self, GError **error)
{
  const char *sender = g_dbus_method_invocation_get_sender (self->invocation);

  if (self->common.job == NULL || sender == NULL)
    return TRUE;

  self->notice = smd_job_board_post (self->host->board, sender, self->common.job, self->kind->operation, &self->progress, on_cancel,
                                     self, error);
  return self->notice != NULL;
}

void
smd_job_launch (SmdJob *self, gboolean prepared, GError *error)
{
  g_autoptr (GError) local = prepared ? NULL : g_error_copy (error);

  close_fds (self);
  if (prepared && count (self, &local) && post_notice (self, &local))
    {
      start (self);
      return;
    }

  answer_error (self, g_steal_pointer (&local));
  if (self->share != NULL)
    smd_share_end (self->share);
  job_free (self);
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
  return smd_fd_in_get_blob (self->inputs->pdata[index]);
}

SmdSecret *
smd_job_get_password (SmdJob *self)
{
  return self->password != NULL ? smd_fd_in_get_secret (self->password) : NULL;
}

int
smd_job_add_output (SmdJob *self, SmdBlob *output, GError **error)
{
  int fd = smd_blob_dup_fd (output, error);
  int handle;

  if (fd < 0)
    return -1;

  /* Takes the first one as it is, without a duplicate. */
  if (self->outputs == NULL)
    return (self->outputs = g_unix_fd_list_new_from_array (&fd, 1)) != NULL ? 0 : -1;

  handle = g_unix_fd_list_append (self->outputs, fd, error);
  close (fd);
  return handle;
}
