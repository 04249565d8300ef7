/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-wake.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "smimed-error.h"

typedef struct
{
  gint64 when;
  SmdAlarmFunc func;
  gpointer data; /* (unowned) */
  guint64 serial;
} Wait;

struct _SmdWake
{
  GObject parent_instance;
  SmdClock *clock; /* (owned) */
  GArray *waits;   /* (owned) of Wait */
  guint64 serial;  /* of the youngest wait */
  int fd;
  GSource *source; /* (owned) watches the timer */
  GSource *soon;   /* (owned) (nullable) tells that the clock was changed while the timer was being set */
};

static void init_interface (SmdAlarmInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SmdWake, smd_wake, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (SMD_TYPE_ALARM, init_interface))

static void arm (SmdWake *self);

/* Removes one that is due and was there before @serial. @changed: all are due */
static gboolean
take_due (GArray *waits, gboolean changed, gint64 now, guint64 serial, Wait *wait)
{
  for (guint i = 0; i < waits->len; i++)
    {
      *wait = g_array_index (waits, Wait, i);
      if (wait->serial <= serial && (changed || wait->when <= now))
        {
          g_array_remove_index (waits, i);
          return TRUE;
        }
    }
  return FALSE;
}

/* One by one: whoever is told may set and clear what it likes. What it sets isn't told before the next round. */
static void
tell (SmdWake *self, gboolean changed)
{
  g_autoptr (SmdWake) alive = g_object_ref (self);
  gint64 now = smd_clock_now (self->clock);
  guint64 serial = self->serial;
  Wait wait;

  while (take_due (self->waits, changed, now, serial, &wait))
    wait.func (changed, wait.data);
  arm (self);
}

static gboolean
on_soon (gpointer data)
{
  SmdWake *self = data;

  g_clear_pointer (&self->soon, g_source_unref);
  tell (self, TRUE);
  return G_SOURCE_REMOVE;
}

static gint64
find_soonest (GArray *waits)
{
  gint64 soonest = SMD_ALARM_NEVER;

  for (guint i = 0; i < waits->len; i++)
    soonest = MIN (soonest, g_array_index (waits, Wait, i).when);
  return soonest;
}

/* Zero would stop the timer: what is past or due is the first moment of 1970, which has passed. */
static void
arm (SmdWake *self)
{
  struct itimerspec spec = { .it_value = { .tv_sec = MAX (find_soonest (self->waits), 1) } };

  if (self->waits->len == 0)
    spec = (struct itimerspec){ 0 };
  if (timerfd_settime (self->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, NULL) == 0 || errno != ECANCELED ||
      self->soon != NULL)
    return;

  /* It is set all the same; the change that it tells would be lost. */
  self->soon = g_idle_source_new ();
  g_source_set_callback (self->soon, on_soon, self, NULL);
  g_source_attach (self->soon, g_source_get_context (self->source));
}

/* The kernel's clock can be ahead of the one that decides, if that isn't the system's: then the rest is waited for as a span. */
static void
wait_on (SmdWake *self, gint64 seconds)
{
  struct itimerspec spec = { .it_value = { .tv_sec = seconds } };

  (void) timerfd_settime (self->fd, 0, &spec, NULL);
}

static gboolean
on_timer (int fd, GIOCondition condition, gpointer data)
{
  SmdWake *self = data;
  guint64 expirations;
  gboolean rung = read (fd, &expirations, sizeof expirations) == sizeof expirations;
  gboolean changed = !rung && errno == ECANCELED;
  gint64 soonest = find_soonest (self->waits);
  gint64 now = smd_clock_now (self->clock);

  if (rung && soonest > now)
    wait_on (self, soonest - now);
  else if (rung || changed)
    tell (self, changed);
  return G_SOURCE_CONTINUE;
}

static void
clear (SmdAlarm *alarm, SmdAlarmFunc func, gpointer data)
{
  SmdWake *self = SMD_WAKE (alarm);

  for (guint i = 0; i < self->waits->len; i++)
    {
      const Wait *wait = &g_array_index (self->waits, Wait, i);

      if (wait->func == func && wait->data == data)
        g_array_remove_index (self->waits, i--);
    }
  arm (self);
}

static void
set (SmdAlarm *alarm, gint64 when, SmdAlarmFunc func, gpointer data)
{
  SmdWake *self = SMD_WAKE (alarm);
  Wait wait = { when, func, data, ++self->serial };

  clear (alarm, func, data);
  g_array_append_val (self->waits, wait);
  arm (self);
}

static void
init_interface (SmdAlarmInterface *iface)
{
  iface->set = set;
  iface->clear = clear;
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
smd_wake_finalize (GObject *object)
{
  SmdWake *self = SMD_WAKE (object);

  clear_source (&self->source);
  clear_source (&self->soon);
  if (self->fd >= 0)
    close (self->fd);
  g_array_unref (self->waits);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (smd_wake_parent_class)->finalize (object);
}

static void
smd_wake_class_init (SmdWakeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_wake_finalize;
}

static void
smd_wake_init (SmdWake *self)
{
  self->waits = g_array_new (FALSE, FALSE, sizeof (Wait));
  self->fd = -1;
}

SmdWake *
smd_wake_new (SmdClock *clock, GError **error)
{
  g_autoptr (SmdWake) self = g_object_new (SMD_TYPE_WAKE, NULL);

  self->clock = g_object_ref (clock);
  self->fd = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (self->fd < 0)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The kernel gives no timer: %s", g_strerror (errno));
      return NULL;
    }

  self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_timer), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return g_steal_pointer (&self);
}
