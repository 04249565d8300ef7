/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-late-answers.h"

#include "smd-errand.h"
#include "smd-refresh.h"

struct _SmdLateAnswers
{
  SmdJobHost *host;   /* (unowned) */
  GSource *arrival;   /* (owned) ready when something is in @queue; any thread sets its time */
  GAsyncQueue *queue; /* (owned) of SmdFetchResult (owned) */
};

/* Nothing is fetched for it while smimed is switched off, or checks no revocation. */
static SmdJobEffect
take (const SmdEnv *env, const SmdCall *call, gpointer data)
{
  SmdCall within = *call;

  within.cache_only = !call->policy.enabled || call->policy.revocation == SMD_REVOCATION_OFF;
  smd_refresh_take_late_answer (env, &within, data);
  return SMD_JOB_CHANGES_NOTHING;
}

static gboolean
on_arrival (gpointer data)
{
  SmdLateAnswers *self = data;
  SmdFetchResult *late;

  g_source_set_ready_time (self->arrival, -1);
  while ((late = g_async_queue_try_pop (self->queue)) != NULL)
    smd_errand_run (self->host, take, (GDestroyNotify) smd_fetch_result_free, late);
  return G_SOURCE_CONTINUE;
}

void
smd_late_answers_push (SmdLateAnswers *self, SmdFetchResult *late)
{
  g_async_queue_push (self->queue, late);
  g_source_set_ready_time (self->arrival, 0);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

SmdLateAnswers *
smd_late_answers_new (SmdJobHost *host)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };
  SmdLateAnswers *self = g_new0 (SmdLateAnswers, 1);

  self->host = host;
  self->queue = g_async_queue_new_full ((GDestroyNotify) smd_fetch_result_free);
  self->arrival = g_source_new (&funcs, sizeof (GSource));
  g_source_set_callback (self->arrival, on_arrival, self, NULL);
  g_source_attach (self->arrival, g_main_context_get_thread_default ());
  return self;
}

void
smd_late_answers_stop (SmdLateAnswers *self)
{
  g_source_destroy (self->arrival);
}

void
smd_late_answers_free (SmdLateAnswers *self)
{
  smd_late_answers_stop (self);
  g_source_unref (self->arrival);
  g_async_queue_unref (self->queue);
  g_free (self);
}
