/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-detached-calls.h"

#include "smimed-error.h"

struct _SmdDetachedCalls
{
  gatomicrefcount references;
  GMutex mutex; /* guards all below, and each DetachedCall */
  GCond cond;
  gboolean busy;
};

/* Shared by the thread that runs it and the caller, who may leave first */
typedef struct
{
  SmdDetachedCalls *calls; /* (owned) */
  SmdDetachedFunc func;
  gpointer data; /* (owned) by destroy */
  GDestroyNotify destroy;
  GError *error; /* (owned) (nullable) */
  gboolean result;
  gboolean done;
  gboolean left; /* by the caller: the thread frees this */
} DetachedCall;

SmdDetachedCalls *
smd_detached_calls_new (void)
{
  SmdDetachedCalls *self = g_new0 (SmdDetachedCalls, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  return self;
}

SmdDetachedCalls *
smd_detached_calls_ref (SmdDetachedCalls *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_detached_calls_unref (SmdDetachedCalls *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

static void
detached_call_free (DetachedCall *call)
{
  smd_detached_calls_unref (call->calls);
  g_clear_error (&call->error);
  g_free (call);
}

static gpointer
run_call (gpointer data)
{
  DetachedCall *call = data;
  GError *error = NULL;
  gboolean result = call->func (call->data, &error);
  gboolean left;

  call->destroy (call->data);
  g_mutex_lock (&call->calls->mutex);
  call->result = result;
  call->error = error;
  call->done = TRUE;
  call->calls->busy = FALSE;
  left = call->left;
  g_cond_broadcast (&call->calls->cond);
  g_mutex_unlock (&call->calls->mutex);

  if (left)
    detached_call_free (call);
  return NULL;
}

static void
wake (GCancellable *cancellable, gpointer data)
{
  SmdDetachedCalls *self = data;

  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/* Waits until @flag has the value @wanted. Called with the mutex held. Returns: FALSE if cancelled before */
static gboolean
await (SmdDetachedCalls *self, const gboolean *flag, gboolean wanted, GCancellable *cancellable)
{
  while (*flag != wanted && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->cond, &self->mutex);
  return *flag == wanted;
}

/* Called with the mutex held. Returns: (nullable): the call, if it has ended; NULL if the caller left it */
static DetachedCall *
start_and_await (SmdDetachedCalls *self, DetachedCall *call, GCancellable *cancellable)
{
  self->busy = TRUE;
  g_thread_unref (g_thread_new ("keyring prompt", run_call, call));
  if (await (self, &call->done, TRUE, cancellable))
    return call;

  call->left = TRUE;
  return NULL;
}

gboolean
smd_detached_calls_run (SmdDetachedCalls *self, SmdDetachedFunc func, gpointer data, GDestroyNotify destroy,
                        GCancellable *cancellable, GError **error)
{
  gulong handler = cancellable ? g_cancellable_connect (cancellable, G_CALLBACK (wake), self, NULL) : 0;
  DetachedCall *call = NULL;
  gboolean result = FALSE;

  g_mutex_lock (&self->mutex);
  if (await (self, &self->busy, FALSE, cancellable))
    {
      call = g_new0 (DetachedCall, 1);
      *call = (DetachedCall){ smd_detached_calls_ref (self), func, data, destroy };
      call = start_and_await (self, call, cancellable);
    }
  else
    destroy (data);
  g_mutex_unlock (&self->mutex);
  g_cancellable_disconnect (cancellable, handler);

  if (call == NULL)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The call was cancelled");
      return FALSE;
    }

  result = call->result;
  if (call->error != NULL)
    g_propagate_error (error, g_steal_pointer (&call->error));
  detached_call_free (call);
  return result;
}
