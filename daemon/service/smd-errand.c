/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-errand.h"

typedef struct
{
  SmdJobHost *host;    /* (unowned) */
  SmdErrandFunc run;
  GDestroyNotify done;
  gpointer data;       /* (owned) until @done */
  SmdCall call;
  SmdJobEffect effect;
} Errand;

static void
show (Errand *self)
{
  if (self->effect == SMD_JOB_CHANGES_LISTED)
    smd_job_host_refresh (self->host);
  else if (self->effect == SMD_JOB_CHANGES_OTHERS)
    self->host->show (NULL, self->host->show_data);
}

static gboolean
finish (gpointer data)
{
  Errand *self = data;

  show (self);
  if (self->done != NULL)
    self->done (self->data);
  smd_job_host_leave (self->host);
  g_object_unref (self->call.cancellable);
  g_free (self);
  return G_SOURCE_REMOVE;
}

static void
run_errand (gpointer data)
{
  Errand *self = data;

  self->effect = self->run (self->host->env, &self->call, self->data);
  g_idle_add_full (G_PRIORITY_DEFAULT, finish, self, NULL);
}

void
smd_errand_run (SmdJobHost *host, SmdErrandFunc run, GDestroyNotify done, gpointer data)
{
  Errand *self = g_new0 (Errand, 1);
  g_autoptr (GError) error = NULL;

  self->host = host;
  self->run = run;
  self->done = done;
  self->data = data;
  self->effect = SMD_JOB_CHANGES_NOTHING;
  self->call.policy = smd_settings_copy_policy (host->settings);
  self->call.cancellable = g_object_ref (host->closing);
  smd_job_host_enter (host);
  if (smd_pool_push (host->pool, NULL, run_errand, self, &error))
    return;

  g_warning ("Work in the background has to wait for the next occasion: %s", error->message);
  finish (self);
}
