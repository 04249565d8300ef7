/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-deadlines.h"

typedef struct
{
  SmdDeadlines *deadlines; /* (unowned) */
  GString *order;          /* (owned) */
  gint passed;             /* (atomic) */
  gint removed;            /* (atomic) */
} Counts;

typedef struct
{
  Counts *counts; /* (unowned) */
  char name;
} Call;

static void
on_passed (gpointer data)
{
  Call *call = data;

  g_string_append_c (call->counts->order, call->name);
  g_atomic_int_inc (&call->counts->passed);
}

static void
await_passed (Counts *counts, gint count)
{
  while (g_atomic_int_get (&counts->passed) < count)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_they_pass_in_their_order (void)
{
  g_autoptr (SmdDeadlines) deadlines = smd_deadlines_new ();
  Counts counts = { deadlines, g_string_new (NULL) };
  Call calls[] = { { &counts, 'c' }, { &counts, 'a' }, { &counts, 'x' }, { &counts, 'b' } };
  gint64 now = g_get_monotonic_time ();

  smd_deadlines_add (deadlines, now + 30000, on_passed, &calls[0]);
  smd_deadlines_add (deadlines, now + 10000, on_passed, &calls[1]);
  smd_deadlines_add (deadlines, now + 20000, on_passed, &calls[2]);
  smd_deadlines_add (deadlines, now + 20000, on_passed, &calls[3]);
  g_assert_true (smd_deadlines_remove (deadlines, now + 20000, &calls[2]));
  g_assert_false (smd_deadlines_remove (deadlines, now + 20000, &calls[2]));

  await_passed (&counts, 3);
  g_assert_cmpstr (counts.order->str, ==, "abc");
  g_assert_cmpint (g_get_monotonic_time (), >=, now + 30000);
  g_assert_false (smd_deadlines_remove (deadlines, now + 30000, &calls[0]));
  g_string_free (counts.order, TRUE);
}

static void
test_one_that_is_added_later_may_pass_first (void)
{
  g_autoptr (SmdDeadlines) deadlines = smd_deadlines_new ();
  Counts counts = { deadlines, g_string_new (NULL) };
  Call late = { &counts, 'l' };
  Call soon = { &counts, 's' };
  gint64 never = g_get_monotonic_time () + G_TIME_SPAN_DAY;

  smd_deadlines_add (deadlines, never, on_passed, &late);
  smd_deadlines_add (deadlines, g_get_monotonic_time (), on_passed, &soon);
  await_passed (&counts, 1);
  g_assert_cmpstr (counts.order->str, ==, "s");
  g_assert_true (smd_deadlines_remove (deadlines, never, &late));
  g_string_free (counts.order, TRUE);
}

#define EACH 2000
#define THREADS 4

/* Every second call ends before its deadline, or at the same moment. */
static gpointer
come_and_go (gpointer data)
{
  Call *calls = data;
  Counts *counts = calls->counts;

  for (guint i = 0; i < EACH; i++)
    {
      gint64 when = g_get_monotonic_time () + i % 100;

      smd_deadlines_add (counts->deadlines, when, on_passed, &calls[i]);
      if (i % 2 == 0 && smd_deadlines_remove (counts->deadlines, when, &calls[i]))
        g_atomic_int_inc (&counts->removed);
    }

  g_main_context_wakeup (NULL);
  return NULL;
}

static void
test_each_passes_or_is_removed (void)
{
  g_autoptr (SmdDeadlines) deadlines = smd_deadlines_new ();
  g_autofree Call *calls = g_new (Call, THREADS * EACH);
  Counts counts = { deadlines, g_string_new (NULL) };
  GThread *threads[THREADS];

  for (guint i = 0; i < THREADS * EACH; i++)
    calls[i] = (Call){ &counts, '.' };
  for (guint i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("calls", come_and_go, &calls[i * EACH]);
  while (g_atomic_int_get (&counts.passed) + g_atomic_int_get (&counts.removed) < THREADS * EACH)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);

  g_assert_cmpint (counts.passed + counts.removed, ==, THREADS * EACH);
  g_assert_cmpint (counts.passed, >=, THREADS * EACH / 2);
  g_string_free (counts.order, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deadlines/they-pass-in-their-order", test_they_pass_in_their_order);
  g_test_add_func ("/deadlines/one-that-is-added-later-may-pass-first", test_one_that_is_added_later_may_pass_first);
  g_test_add_func ("/deadlines/each-passes-or-is-removed", test_each_passes_or_is_removed);
  return g_test_run ();
}
