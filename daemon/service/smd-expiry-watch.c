/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-expiry-watch.h"

#include "smd-errand.h"
#include "smd-paths.h"
#include "smd-watch-expiry.h"

#define RETRY 3600 /* seconds until another look after one that failed: the disk is full, or broken */

/* Notices that the desktop hasn't answered keep it alive, without host. */
struct _SmdExpiryWatch
{
  SmdJobHost *host;      /* (unowned) (nullable) */
  SmdNotifier *notifier; /* (owned) (nullable) */
  SmdExpiryListener listener;
  gboolean looking;
  gboolean again;        /* something changed during the look */
  guint unanswered;      /* notices */
  gboolean show_again;   /* there was more to be shown meanwhile */
  gboolean following;    /* a notification is looked up that was followed */
  GPtrArray *standing;   /* (owned) (nullable) of SmdNotice: what was true at the last look, and may be on the display */
};

typedef struct
{
  SmdExpiryWatch *watch; /* (owned) */
  SmdExpiryPlan *plan;   /* (owned) (nullable) */
} Look;

/* A notification that was followed, on its way to somebody who shows more of it */
typedef struct
{
  SmdExpiryWatch *watch; /* (owned) */
  char *fingerprint;     /* (owned) */
  char *token;           /* (owned) */
  SmdNotice *notice;     /* (owned) (nullable) */
} Following;

/* A notice on its way to the desktop, or into the books. */
typedef struct
{
  SmdExpiryWatch *watch; /* (owned) */
  GPtrArray *rows;       /* (owned) of SmdExpiryRow */
} Showing;

static void
clear_watch (gpointer data)
{
  SmdExpiryWatch *self = data;

  g_clear_object (&self->notifier);
  g_clear_pointer (&self->standing, g_ptr_array_unref);
}

static void
release (SmdExpiryWatch *self)
{
  g_rc_box_release_full (self, clear_watch);
}

static void
answered (Showing *showing)
{
  SmdExpiryWatch *self = showing->watch;
  gboolean last = --self->unanswered == 0;

  g_ptr_array_unref (showing->rows);
  g_free (showing);
  if (last && self->show_again && self->host != NULL)
    {
      self->show_again = FALSE;
      smd_expiry_watch_look (self);
    }
  release (self);
}

static SmdJobEffect
run_note (const SmdEnv *env, const SmdCall *call, gpointer data)
{
  const Showing *showing = data;
  g_autoptr (GError) error = NULL;

  if (!smd_expiry_store_note (env->expiries, showing->rows, &error))
    g_warning ("A notification may come again: %s", error->message);
  return SMD_JOB_CHANGES_NOTHING;
}

static void
note_done (gpointer data)
{
  answered (data);
}

static void
on_shown (gboolean shown, gpointer data)
{
  Showing *showing = data;

  if (shown && showing->watch->host != NULL)
    smd_errand_run (showing->watch->host, run_note, note_done, showing);
  else
    answered (showing);
}

/* Never two at once about the same: the first isn't in the books yet. */
static void
show (SmdExpiryWatch *self, const SmdExpiryPlan *plan)
{
  if (self->unanswered > 0)
    {
      self->show_again = self->show_again || plan->notices->len > 0;
      return;
    }

  self->unanswered = plan->notices->len;
  for (guint i = 0; i < plan->notices->len; i++)
    {
      Showing *showing = g_new0 (Showing, 1);

      showing->watch = g_rc_box_acquire (self);
      showing->rows = g_ptr_array_ref (plan->show->pdata[i]);
      smd_notifier_show (self->notifier, plan->notices->pdata[i], on_shown, showing);
    }
}

static void
tell (SmdExpiryWatch *self, const SmdExpiryPlan *plan)
{
  for (guint i = 0; i < plan->tell->len; i++)
    {
      const SmdExpiryAlert *alert = plan->tell->pdata[i];
      g_autofree char *path = smd_path_for_certificate (alert->row->fingerprint);

      self->listener.expiring (path, alert->row->address, alert->row->not_after, alert->days, self->listener.data);
    }
}

static void
on_alarm (gboolean clock_changed, gpointer data)
{
  smd_expiry_watch_look (data);
}

static SmdJobEffect
run_look (const SmdEnv *env, const SmdCall *call, gpointer data)
{
  Look *look = data;
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GError) error = NULL;

  look->plan = smd_watch_expiry (env, &call->policy, zone, &error);
  if (look->plan == NULL)
    g_warning ("Can't tell which certificates expire: %s", error->message);
  return SMD_JOB_CHANGES_NOTHING;
}

static gboolean
is_standing (const SmdExpiryPlan *plan, const SmdNotice *notice)
{
  for (guint i = 0; i < plan->standing->len; i++)
    if (smd_notice_replaces (plan->standing->pdata[i], notice))
      return TRUE;
  return FALSE;
}

/* A successor has come, or nobody is interested any more. */
static void
withdraw (SmdExpiryWatch *self, const SmdExpiryPlan *plan)
{
  for (guint i = 0; self->standing != NULL && i < self->standing->len; i++)
    if (!is_standing (plan, self->standing->pdata[i]))
      smd_notifier_withdraw (self->notifier, self->standing->pdata[i]);
  g_clear_pointer (&self->standing, g_ptr_array_unref);
  self->standing = g_ptr_array_ref (plan->standing);
}

static void
act (SmdExpiryWatch *self, const SmdExpiryPlan *plan)
{
  gint64 retry = smd_clock_now (self->host->env->clock) + RETRY;

  smd_alarm_set (self->host->env->alarm, plan != NULL ? plan->next : retry, on_alarm, self);
  if (plan == NULL)
    return;
  tell (self, plan);
  if (self->notifier == NULL)
    return;
  withdraw (self, plan);
  show (self, plan);
}

static void
look_done (gpointer data)
{
  Look *look = data;
  SmdExpiryWatch *self = look->watch;

  self->looking = FALSE;
  if (self->host != NULL && !g_cancellable_is_cancelled (self->host->closing))
    {
      act (self, look->plan);
      if (self->again)
        smd_expiry_watch_look (self);
    }
  g_clear_pointer (&look->plan, smd_expiry_plan_free);
  g_free (look);
  release (self);
}

void
smd_expiry_watch_look (SmdExpiryWatch *self)
{
  Look *look;

  if (self->host->env->expiries == NULL || self->host->env->alarm == NULL || g_cancellable_is_cancelled (self->host->closing))
    return;
  self->again = self->looking;
  if (self->looking)
    return;

  self->looking = TRUE;
  look = g_new0 (Look, 1);
  look->watch = g_rc_box_acquire (self);
  smd_errand_run (self->host, run_look, look_done, look);
}

static SmdJobEffect
run_describe (const SmdEnv *env, const SmdCall *call, gpointer data)
{
  Following *following = data;
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GError) error = NULL;

  following->notice = smd_watch_expiry_describe (env, &call->policy, zone, following->fingerprint, &error);
  if (following->notice == NULL)
    g_message ("A notification was followed that leads nowhere: %s", error->message);
  return SMD_JOB_CHANGES_NOTHING;
}

static void
describe_done (gpointer data)
{
  Following *following = data;
  SmdExpiryWatch *self = following->watch;

  self->following = FALSE;
  if (following->notice != NULL && self->host != NULL)
    {
      g_autofree char *path = smd_path_for_certificate (following->fingerprint);

      /* In this order: it is asked whether a mail program shows certificates before one is told, which may end after that. */
      smd_notifier_explain (self->notifier, following->notice, following->token);
      self->listener.activated (path, following->token, self->listener.data);
    }
  g_clear_pointer (&following->notice, smd_notice_free);
  g_free (following->fingerprint);
  g_free (following->token);
  g_free (following);
  release (self);
}

/* By what is true now: GNOME keeps a notification for weeks, and anybody can say that one was followed, many times: users do so one by one. */
static void
on_activated (SmdExpiryWatch *self, const char *fingerprint, const char *token)
{
  Following *following;

  if (self->following)
    return;

  self->following = TRUE;
  following = g_new0 (Following, 1);
  following->watch = g_rc_box_acquire (self);
  following->fingerprint = g_strdup (fingerprint);
  following->token = g_strdup (token);
  smd_errand_run (self->host, run_describe, describe_done, following);
}

SmdExpiryWatch *
smd_expiry_watch_new (SmdJobHost *host, SmdNotifier *notifier, const SmdExpiryListener *listener)
{
  SmdExpiryWatch *self = g_rc_box_new0 (SmdExpiryWatch);

  self->host = host;
  self->listener = *listener;
  if (notifier != NULL)
    {
      self->notifier = g_object_ref (notifier);
      g_signal_connect_swapped (notifier, "available", G_CALLBACK (smd_expiry_watch_look), self);
      g_signal_connect_swapped (notifier, "activated", G_CALLBACK (on_activated), self);
      smd_notifier_listen (notifier);
    }
  smd_expiry_watch_look (self);
  return self;
}

void
smd_expiry_watch_free (SmdExpiryWatch *self)
{
  if (self->host->env->alarm != NULL)
    smd_alarm_clear (self->host->env->alarm, on_alarm, self);
  if (self->notifier != NULL)
    g_signal_handlers_disconnect_by_data (self->notifier, self);
  self->host = NULL;
  release (self);
}
