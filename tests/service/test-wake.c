/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The wall clock's alarm over the kernel's real timer; setting the machine's clock is what the kernel is made to say (see meson.build). */
#include "smd-wake.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

typedef enum
{
  CALM,
  CHANGED_WHILE_WAITING, /* read() says ECANCELED */
  CHANGED_WHILE_SETTING, /* timerfd_settime() does */
} Kernel;

static Kernel kernel;
static guint rounds;

ssize_t __real_read (int fd, void *buffer, size_t size);
ssize_t __wrap_read (int fd, void *buffer, size_t size);
int __real_timerfd_settime (int fd, int flags, const struct itimerspec *new, struct itimerspec *old);
int __wrap_timerfd_settime (int fd, int flags, const struct itimerspec *new, struct itimerspec *old);

static int
say (Kernel what, int result)
{
  if (kernel != what)
    return result;
  kernel = CALM;
  errno = ECANCELED;
  return -1;
}

ssize_t
__wrap_read (int fd, void *buffer, size_t size)
{
  ssize_t got = __real_read (fd, buffer, size);

  return got == sizeof (guint64) ? say (CHANGED_WHILE_WAITING, got) : got;
}

int
__wrap_timerfd_settime (int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
  int result = __real_timerfd_settime (fd, flags, new, old);

  rounds++;
  return (flags & TFD_TIMER_CANCEL_ON_SET) != 0 ? say (CHANGED_WHILE_SETTING, result) : result;
}

#define TEST_TYPE_CLOCK (test_clock_get_type ())
G_DECLARE_FINAL_TYPE (TestClock, test_clock, TEST, CLOCK, GObject)

struct _TestClock
{
  GObject parent_instance;
  gint64 ahead; /* seconds before the system's */
};

static gint64
get_now (SmdClock *clock)
{
  return g_get_real_time () / G_USEC_PER_SEC + TEST_CLOCK (clock)->ahead;
}

static void
init_clock (SmdClockInterface *iface)
{
  iface->now = get_now;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestClock, test_clock, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (SMD_TYPE_CLOCK, init_clock))

static void
test_clock_class_init (TestClockClass *klass)
{
}

static void
test_clock_init (TestClock *self)
{
}

typedef struct
{
  TestClock *clock; /* (owned) */
  SmdAlarm *alarm;  /* (owned) */
  SmdClock *now;    /* (unowned) the same */
} Fixture;

typedef struct
{
  Fixture *fixture; /* (unowned) */
  int times;
  gboolean changed;
  gint64 at;
  gint64 again; /* sets itself again for this moment */
} Told;

static void
on_alarm (gboolean changed, gpointer data)
{
  Told *told = data;

  told->times++;
  told->changed = changed;
  told->at = smd_clock_now (told->fixture->now);
  if (told->again != 0)
    smd_alarm_set (told->fixture->alarm, told->again, on_alarm, told);
}

static void
await (const Told *told, int times)
{
  while (told->times < times)
    g_main_context_iteration (NULL, TRUE);
}

/* All that is ready now; a timer in the past is */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  SmdWake *wake;

  kernel = CALM;
  fixture->clock = g_object_new (TEST_TYPE_CLOCK, NULL);
  fixture->now = SMD_CLOCK (fixture->clock);
  wake = smd_wake_new (fixture->now, &error);
  g_assert_no_error (error);
  fixture->alarm = SMD_ALARM (wake);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->alarm);
  g_object_unref (fixture->clock);
}

static void
test_due (Fixture *fixture, gconstpointer data)
{
  gint64 when = smd_clock_now (fixture->now) + 1;
  Told told = { fixture };

  smd_alarm_set (fixture->alarm, when, on_alarm, &told);
  await (&told, 1);
  g_assert_false (told.changed);
  g_assert_cmpint (told.at, >=, when);
  settle ();
  g_assert_cmpint (told.times, ==, 1);
}

static void
test_past (Fixture *fixture, gconstpointer data)
{
  const gint64 past[] = { smd_clock_now (fixture->now), 1000, 0, -5, G_MININT64 };

  for (guint i = 0; i < G_N_ELEMENTS (past); i++)
    {
      Told told = { fixture };

      smd_alarm_set (fixture->alarm, past[i], on_alarm, &told);
      g_assert_cmpint (told.times, ==, 0);
      await (&told, 1);
      g_assert_false (told.changed);
    }
}

static void
test_soonest (Fixture *fixture, gconstpointer data)
{
  gint64 now = smd_clock_now (fixture->now);
  Told late = { fixture };
  Told never = { fixture };
  Told soon = { fixture };
  Told cleared = { fixture };

  smd_alarm_set (fixture->alarm, now + 100000, on_alarm, &late);
  smd_alarm_set (fixture->alarm, SMD_ALARM_NEVER, on_alarm, &never);
  smd_alarm_set (fixture->alarm, now + 1, on_alarm, &soon);
  smd_alarm_set (fixture->alarm, now, on_alarm, &cleared);
  smd_alarm_clear (fixture->alarm, on_alarm, &cleared);
  await (&soon, 1);
  settle ();
  g_assert_cmpint (late.times + never.times + cleared.times, ==, 0);
}

static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  gint64 now = smd_clock_now (fixture->now);
  Told told = { fixture };
  Told other = { fixture };

  smd_alarm_set (fixture->alarm, now, on_alarm, &told);
  smd_alarm_set (fixture->alarm, now + 100000, on_alarm, &told);
  smd_alarm_set (fixture->alarm, now, on_alarm, &other);
  await (&other, 1);
  settle ();
  g_assert_cmpint (told.times, ==, 0);
}

static void
test_set_again (Fixture *fixture, gconstpointer data)
{
  gint64 now = smd_clock_now (fixture->now);
  Told eager = { fixture, .again = now };
  Told other = { fixture };

  smd_alarm_set (fixture->alarm, now, on_alarm, &eager);
  smd_alarm_set (fixture->alarm, now, on_alarm, &other);
  await (&other, 1);
  g_assert_cmpint (eager.times, ==, 1);
  await (&eager, 3);
  smd_alarm_clear (fixture->alarm, on_alarm, &eager);
}

static void
test_changed (Fixture *fixture, gconstpointer data)
{
  gint64 now = smd_clock_now (fixture->now);
  Told far = { fixture };
  Told never = { fixture, .again = SMD_ALARM_NEVER };
  Told next = { fixture };

  smd_alarm_set (fixture->alarm, now + 100000, on_alarm, &far);
  smd_alarm_set (fixture->alarm, SMD_ALARM_NEVER, on_alarm, &never);
  kernel = GPOINTER_TO_INT (data);
  smd_alarm_set (fixture->alarm, now, on_alarm, &next);
  await (&far, 1);
  await (&never, 1);
  await (&next, 1);
  g_assert_true (far.changed && never.changed);

  smd_alarm_set (fixture->alarm, smd_clock_now (fixture->now), on_alarm, &next);
  await (&next, 2);
  g_assert_false (next.changed);
  g_assert_cmpint (far.times + never.times, ==, 2);
}

/* A clock that isn't the kernel's, as under faketime, an hour behind: the kernel's alarm comes an hour too soon, again and again. */
static void
test_other_clock (Fixture *fixture, gconstpointer data)
{
  Told told = { fixture };
  gint64 when;

  fixture->clock->ahead = -3600;
  when = smd_clock_now (fixture->now) + 2;
  rounds = 0;
  smd_alarm_set (fixture->alarm, when, on_alarm, &told);
  await (&told, 1);
  g_assert_cmpint (told.at, >=, when);
  g_assert_cmpuint (rounds, <, 8);
}

static void
test_idle (Fixture *fixture, gconstpointer data)
{
  Told told = { fixture };

  smd_alarm_set (fixture->alarm, SMD_ALARM_NEVER, on_alarm, &told);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  smd_alarm_clear (fixture->alarm, on_alarm, &told);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
}

#define ADD(name, data, test) g_test_add ("/wake/" name, Fixture, data, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a moment that comes is told once, and not before", NULL, test_due);
  ADD ("a moment that has passed is told soon", NULL, test_past);
  ADD ("of several moments the soonest is told", NULL, test_soonest);
  ADD ("a wait that is set again replaces the first", NULL, test_replaced);
  ADD ("whoever always waits for the past holds up nobody", NULL, test_set_again);
  ADD ("everybody hears that the clock was set", GINT_TO_POINTER (CHANGED_WHILE_WAITING), test_changed);
  ADD ("a change during setting isn't lost", GINT_TO_POINTER (CHANGED_WHILE_SETTING), test_changed);
  ADD ("a clock that differs from the kernel's is obeyed, without spinning", NULL, test_other_clock);
  ADD ("nothing happens between", NULL, test_idle);
  return g_test_run ();
}
