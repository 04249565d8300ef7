/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-refresher.h"

#include "smd-errand.h"
#include "smd-late-answers.h"
#include "smd-refresh-plan.h"
#include "smd-refresh.h"

#define CALM G_USEC_PER_SEC /* from a change to planning: judgements of one message change much */

struct _SmdRefresher
{
  SmdJobHost *host;            /* (unowned) */
  SmdDbusRevocation *skeleton; /* (owned) */
  SmdLateAnswers *late;        /* (owned) */
  GSource *change;             /* (owned) ready when planning is due; any thread sets its time */
  guint32 seed;
  int news;                    /* atomic: what is stored has changed since the accounts were judged */
  gboolean metered;
  gboolean impatient;          /* the network or the settings have changed since the last try */
  gboolean under_way;
  gboolean stopped;
  GMutex lock;                 /* guards what follows */
  gint64 last;                 /* seconds since 1970 UTC */
  gint64 next;
};

/* One round: refreshes what is due, then tells when to come again. */
typedef struct
{
  SmdRefresher *refresher; /* (unowned) */
  gboolean impatient;
  gboolean may_fetch;
} Round;

static void on_alarm (gboolean clock_changed, gpointer data);

/* ---- worker ---- */

void
smd_refresher_read_times (SmdRefresher *self, const SmdCall *call)
{
  const SmdEnv *env = self->host->env;
  g_autoptr (GError) error = NULL;
  gint64 last, next;

  if (!smd_refresh_get_times (env, call, self->seed, &last, &next, &error))
    {
      g_warning ("Can't tell what is to be refreshed: %s", error->message);
      return;
    }

  g_mutex_lock (&self->lock);
  self->last = last;
  self->next = next;
  g_mutex_unlock (&self->lock);
}

static SmdJobEffect
run_round (const SmdEnv *env, const SmdCall *call, gpointer data)
{
  const Round *round = data;
  const SmdRefreshRequest request = {
    .impatient = round->impatient,
    .seed = round->refresher->seed,
    .deadline = g_get_monotonic_time () + (gint64) call->policy.network_deadline * 1000,
  };
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GError) error = NULL;

  if (round->may_fetch)
    results = smd_refresh (env, call, &request, &error);
  if (error != NULL)
    g_debug ("Can't refresh revocation information: %s", error->message);
  smd_refresher_read_times (round->refresher, call);
  return SMD_JOB_CHANGES_NOTHING;
}

/* ---- main thread ---- */

static gboolean
may_fetch (SmdRefresher *self)
{
  const SmdPolicy *policy = smd_settings_get_policy (self->host->settings);

  return policy->enabled && policy->revocation != SMD_REVOCATION_OFF && (policy->fetch_when_metered || !self->metered);
}

static void
set_alarm (SmdRefresher *self, gint64 next)
{
  if (self->host->env->alarm != NULL && !self->stopped)
    smd_alarm_set (self->host->env->alarm, may_fetch (self) ? next : SMD_ALARM_NEVER, on_alarm, self);
}

static gint64
get_next (SmdRefresher *self)
{
  gint64 next;

  g_mutex_lock (&self->lock);
  next = self->next;
  g_mutex_unlock (&self->lock);
  return next;
}

void
smd_refresher_show (SmdRefresher *self)
{
  gint64 last, next;

  g_mutex_lock (&self->lock);
  last = self->last;
  next = self->next;
  g_mutex_unlock (&self->lock);

  smd_dbus_revocation_set_last_refresh (self->skeleton, last);
  smd_dbus_revocation_set_next_refresh (self->skeleton, may_fetch (self) && next != SMD_REFRESH_NEVER ? next : 0);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

static void
finish_round (gpointer data)
{
  Round *round = data;
  SmdRefresher *self = round->refresher;

  self->under_way = FALSE;
  smd_refresher_show (self);
  set_alarm (self, get_next (self));
  g_free (round);
}

static void
start_round (SmdRefresher *self)
{
  Round *round;

  if (self->stopped || self->host->env->revocation == NULL)
    return;
  if (self->under_way)
    {
      smd_refresher_plan (self);
      return;
    }

  round = g_new0 (Round, 1);
  round->refresher = self;
  round->may_fetch = may_fetch (self);
  round->impatient = self->impatient && round->may_fetch;
  self->impatient = self->impatient && !round->may_fetch;
  self->under_way = TRUE;
  smd_errand_run (self->host, run_round, finish_round, round);
}

static void
on_alarm (gboolean clock_changed, gpointer data)
{
  start_round (data);
}

static gboolean
on_change (gpointer data)
{
  SmdRefresher *self = data;

  g_source_set_ready_time (self->change, -1);
  if (g_atomic_int_compare_and_exchange (&self->news, TRUE, FALSE))
    smd_job_host_refresh (self->host);
  start_round (self);
  return G_SOURCE_CONTINUE;
}

void
smd_refresher_plan (SmdRefresher *self)
{
  if (g_source_get_ready_time (self->change) < 0)
    g_source_set_ready_time (self->change, g_get_monotonic_time () + CALM);
}

void
smd_refresher_retry (SmdRefresher *self)
{
  self->impatient = TRUE;
  smd_refresher_plan (self);
}

void
smd_refresher_set_metered (SmdRefresher *self, gboolean metered)
{
  self->metered = metered;
  smd_refresher_retry (self);
}

guint32
smd_refresher_get_seed (SmdRefresher *self)
{
  return self->seed;
}

/* ---- life ---- */

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

/* Any thread. An account that waited for a CRL may be ready now. */
static void
on_store_changed (gpointer data)
{
  SmdRefresher *self = data;

  g_atomic_int_set (&self->news, TRUE);
  smd_refresher_plan (self);
}

static void
on_late (SmdFetchResult *result, gpointer data)
{
  g_autoptr (SmdFetchResult) late = result;
  SmdRefresher *self = data;

  if (late->ocsp != NULL && late->body != NULL)
    smd_late_answers_push (self->late, g_steal_pointer (&late));
  else
    smd_refresh_take_late (self->host->env, late);
}

SmdRefresher *
smd_refresher_new (SmdJobHost *host, SmdDbusRevocation *skeleton)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };
  SmdRefresher *self = g_new0 (SmdRefresher, 1);

  self->host = host;
  self->skeleton = g_object_ref (skeleton);
  self->seed = g_random_int ();
  self->next = SMD_REFRESH_NEVER;
  g_mutex_init (&self->lock);
  self->late = smd_late_answers_new (host);
  self->change = g_source_new (&funcs, sizeof (GSource));
  g_source_set_callback (self->change, on_change, self, NULL);
  g_source_attach (self->change, g_main_context_get_thread_default ());
  smd_refresher_plan (self);
  if (host->env->revocation != NULL)
    smd_revocation_store_set_listener (host->env->revocation, on_store_changed, self);
  if (host->env->fetcher != NULL)
    smd_fetcher_set_late (host->env->fetcher, on_late, self);
  return self;
}

void
smd_refresher_stop (SmdRefresher *self)
{
  const SmdEnv *env = self->host->env;

  if (self->stopped)
    return;

  self->stopped = TRUE;
  if (env->fetcher != NULL)
    smd_fetcher_set_late (env->fetcher, NULL, NULL);
  if (env->revocation != NULL)
    smd_revocation_store_set_listener (env->revocation, NULL, NULL);
  if (env->alarm != NULL)
    smd_alarm_clear (env->alarm, on_alarm, self);
  smd_late_answers_stop (self->late);
  g_source_destroy (self->change);
}

void
smd_refresher_free (SmdRefresher *self)
{
  smd_refresher_stop (self);
  smd_late_answers_free (self->late);
  g_source_unref (self->change);
  g_mutex_clear (&self->lock);
  g_object_unref (self->skeleton);
  g_free (self);
}
