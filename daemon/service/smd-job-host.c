/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-job-host.h"

void
smd_job_host_enter (SmdJobHost *host)
{
  g_atomic_int_inc (&host->under_way);
}

void
smd_job_host_leave (SmdJobHost *host)
{
  if (g_atomic_int_dec_and_test (&host->under_way) && g_atomic_int_compare_and_exchange (&host->is_awaited, TRUE, FALSE))
    g_main_context_wakeup (NULL);
}

gboolean
smd_job_host_is_busy (SmdJobHost *host)
{
  g_atomic_int_set (&host->is_awaited, TRUE);
  return g_atomic_int_get (&host->under_way) > 0;
}

SmdSnapshot *
smd_job_host_take_snapshot (SmdJobHost *host, const SmdPolicy *policy)
{
  gint64 serial = (gint64) g_atomic_pointer_add (&host->snapshots, 1);
  g_autoptr (GError) error = NULL;
  SmdSnapshot *snapshot = smd_snapshot_new (host->env, policy, serial, &error);

  if (snapshot == NULL)
    g_warning ("Can't read what is stored: %s", error->message);
  return snapshot;
}

typedef struct
{
  SmdJobHost *host; /* (unowned) */
  SmdPolicy policy;
  SmdSnapshot *snapshot; /* (owned) (nullable) */
} Refresh;

static gboolean
finish_refresh (gpointer data)
{
  Refresh *refresh = data;

  if (refresh->snapshot != NULL && refresh->host->show != NULL)
    refresh->host->show (refresh->snapshot, refresh->host->show_data);

  smd_job_host_leave (refresh->host);
  g_clear_pointer (&refresh->snapshot, smd_snapshot_free);
  g_free (refresh);
  return G_SOURCE_REMOVE;
}

static void
run_refresh (gpointer data)
{
  Refresh *refresh = data;

  refresh->snapshot = smd_job_host_take_snapshot (refresh->host, &refresh->policy);
  g_idle_add_full (G_PRIORITY_DEFAULT, finish_refresh, refresh, NULL);
}

void
smd_job_host_refresh (SmdJobHost *host)
{
  Refresh *refresh = g_new0 (Refresh, 1);
  g_autoptr (GError) error = NULL;

  refresh->host = host;
  refresh->policy = smd_settings_copy_policy (host->settings);
  smd_job_host_enter (host);
  if (smd_pool_push (host->pool, NULL, run_refresh, refresh, &error))
    return;

  g_warning ("Can't read what is stored: %s", error->message);
  finish_refresh (refresh);
}
