/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pool.h"

#include "smimed-error.h"

/* Work that waits until it is let go. */
typedef struct
{
  GMutex lock;
  GCond changed;
  guint begun;
  guint done;
  gboolean open;
} Gate;

static void
pass (gpointer data)
{
  Gate *gate = data;

  g_mutex_lock (&gate->lock);
  gate->begun++;
  g_cond_broadcast (&gate->changed);
  while (!gate->open)
    g_cond_wait (&gate->changed, &gate->lock);
  gate->done++;
  g_cond_broadcast (&gate->changed);
  g_mutex_unlock (&gate->lock);
}

static void
await (Gate *gate, const guint *counter, guint count)
{
  g_mutex_lock (&gate->lock);
  while (*counter < count)
    g_cond_wait (&gate->changed, &gate->lock);
  g_mutex_unlock (&gate->lock);
}

static void
open_gate (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->open = TRUE;
  g_cond_broadcast (&gate->changed);
  g_mutex_unlock (&gate->lock);
}

static void
push (SmdPool *pool, gconstpointer caller, Gate *gate, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (smd_pool_push (pool, caller, pass, gate, &error));
      g_assert_no_error (error);
    }
}

static void
test_all_work_is_done (void)
{
  SmdPool *pool = smd_pool_new (4, 8, 5000);
  Gate gate = { .open = TRUE };

  push (pool, NULL, &gate, 5000);
  smd_pool_free (pool);
  g_assert_cmpuint (gate.done, ==, 5000);
}

/* Each time all threads are asleep, or about to be. */
static void
test_no_call_is_slept_through (void)
{
  SmdPool *pool = smd_pool_new (4, 8, 100);
  Gate gate = { .open = TRUE };

  for (guint i = 1; i <= 5000; i++)
    {
      push (pool, NULL, &gate, 1);
      await (&gate, &gate.done, i);
    }
  smd_pool_free (pool);
}

static gpointer
push_many (gpointer data)
{
  gpointer *arguments = data;

  push (arguments[0], g_thread_self (), arguments[1], 500);
  return NULL;
}

static void
test_several_push_at_once (void)
{
  g_autoptr (SmdPool) pool = smd_pool_new (4, 8, 5000);
  Gate gate = { .open = TRUE };
  gpointer arguments[] = { pool, &gate };
  GThread *threads[6];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("pusher", push_many, arguments);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  await (&gate, &gate.done, 500 * G_N_ELEMENTS (threads));
}

static void
test_stuck_threads_starve_nobody (void)
{
  SmdPool *pool = smd_pool_new (2, 10, 100);
  Gate stuck = { .open = FALSE };
  Gate free_way = { .open = TRUE };

  push (pool, NULL, &stuck, 4);
  await (&stuck, &stuck.begun, 4);
  push (pool, NULL, &free_way, 10);
  await (&free_way, &free_way.done, 10);
  g_assert_cmpuint (stuck.done, ==, 0);
  open_gate (&stuck);
  smd_pool_free (pool);
  g_assert_cmpuint (stuck.done, ==, 4);
}

/* Each of them has more stuck work than there are threads. */
static void
test_stuck_callers_starve_nobody (void)
{
  SmdPool *pool = smd_pool_new (2, 8, 100);
  Gate stuck = { .open = FALSE };
  Gate free_way = { .open = TRUE };

  push (pool, "first", &stuck, 20);
  await (&stuck, &stuck.begun, 4);
  push (pool, "second", &stuck, 20);
  await (&stuck, &stuck.begun, 6);
  push (pool, "third", &free_way, 20);
  await (&free_way, &free_way.done, 20);
  g_assert_cmpuint (stuck.begun, ==, 6);
  open_gate (&stuck);
  smd_pool_free (pool);
  g_assert_cmpuint (stuck.done, ==, 40);
}

typedef struct
{
  GMutex lock;
  GString *seen; /* (owned) */
} Diary;

typedef struct
{
  Diary *diary; /* (unowned) */
  char letter;
} Page;

static void
write_down (gpointer data)
{
  const Page *page = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&page->diary->lock);

  g_string_append_c (page->diary->seen, page->letter);
}

static void
test_callers_take_turns (void)
{
  SmdPool *pool = smd_pool_new (1, 1, 1000);
  Gate gate = { .open = FALSE };
  Diary diary = { .seen = g_string_new (NULL) };
  Page greedy = { &diary, 'g' };
  Page modest = { &diary, 'm' };

  push (pool, NULL, &gate, 1);
  await (&gate, &gate.begun, 1);
  for (guint i = 0; i < 100; i++)
    g_assert_true (smd_pool_push (pool, "greedy", write_down, &greedy, NULL));
  for (guint i = 0; i < 3; i++)
    g_assert_true (smd_pool_push (pool, "modest", write_down, &modest, NULL));
  open_gate (&gate);
  smd_pool_free (pool);
  g_assert_cmpuint (diary.seen->len, ==, 103);
  g_assert_true (g_str_has_prefix (diary.seen->str, "gmgmgmggg"));
  g_string_free (diary.seen, TRUE);
}

static void
test_full_queue_has_room_for_others (void)
{
  SmdPool *pool = smd_pool_new (1, 1, 10);
  Gate gate = { .open = FALSE };

  push (pool, "greedy", &gate, 1);
  await (&gate, &gate.begun, 1);
  push (pool, "greedy", &gate, 10);
  g_assert_false (smd_pool_push (pool, "greedy", pass, &gate, NULL));
  push (pool, "modest", &gate, 5);
  g_assert_false (smd_pool_push (pool, "modest", pass, &gate, NULL));
  push (pool, "third", &gate, 3);
  open_gate (&gate);
  smd_pool_free (pool);
  g_assert_cmpuint (gate.done, ==, 19);
}

static void
test_full_queue_is_an_error (void)
{
  SmdPool *pool = smd_pool_new (1, 1, 3);
  Gate gate = { .open = FALSE };
  g_autoptr (GError) error = NULL;

  push (pool, NULL, &gate, 1);
  await (&gate, &gate.begun, 1);
  push (pool, NULL, &gate, 3);
  g_assert_false (smd_pool_push (pool, NULL, pass, &gate, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED);
  open_gate (&gate);
  smd_pool_free (pool);
  g_assert_cmpuint (gate.done, ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/all-work-is-done", test_all_work_is_done);
  g_test_add_func ("/pool/no-call-is-slept-through", test_no_call_is_slept_through);
  g_test_add_func ("/pool/several-push-at-once", test_several_push_at_once);
  g_test_add_func ("/pool/stuck-threads-starve-nobody", test_stuck_threads_starve_nobody);
  g_test_add_func ("/pool/stuck-callers-starve-nobody", test_stuck_callers_starve_nobody);
  g_test_add_func ("/pool/callers-take-turns", test_callers_take_turns);
  g_test_add_func ("/pool/a-full-queue-has-room-for-others", test_full_queue_has_room_for_others);
  g_test_add_func ("/pool/a-full-queue-is-an-error", test_full_queue_is_an_error);
  return g_test_run ();
}
