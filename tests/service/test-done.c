/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-done.h"

#define THREADS 4
#define EACH 20000

typedef struct
{
  SmdDoneLink link;
  guint thread;
  guint number;
} Piece;

typedef struct
{
  GMutex lock;
  GCond told;
  guint news; /* how often the taker was told */
  SmdDoneLink *list;
  Piece pieces[THREADS][EACH];
} World;

typedef struct
{
  World *world;
  guint thread;
} Pusher;

static gpointer
push_all (gpointer data)
{
  const Pusher *self = data;

  for (guint i = 0; i < EACH; i++)
    {
      Piece *piece = &self->world->pieces[self->thread][i];

      piece->thread = self->thread;
      piece->number = i;
      if (!smd_done_push (&self->world->list, &piece->link))
        continue;
      g_mutex_lock (&self->world->lock);
      self->world->news++;
      g_cond_signal (&self->world->told);
      g_mutex_unlock (&self->world->lock);
    }
  return NULL;
}

static void
await_news (World *world)
{
  g_mutex_lock (&world->lock);
  while (world->news == 0)
    g_cond_wait (&world->told, &world->lock);
  world->news--;
  g_mutex_unlock (&world->lock);
}

/* The taker looks only when it is told: nothing is lost, nothing comes twice, and what one thread pushes stays in order. */
static void
test_who_is_told_finds_all (void)
{
  World *world = g_new0 (World, 1);
  guint next[THREADS] = { 0 };
  GThread *threads[THREADS];
  Pusher pushers[THREADS];
  guint taken = 0;

  for (guint i = 0; i < THREADS; i++)
    {
      pushers[i] = (Pusher){ world, i };
      threads[i] = g_thread_new ("pusher", push_all, &pushers[i]);
    }
  while (taken < THREADS * EACH)
    {
      await_news (world);
      for (SmdDoneLink *link = smd_done_take (&world->list); link != NULL; link = link->next, taken++)
        g_assert_cmpuint (((Piece *) link)->number, ==, next[((Piece *) link)->thread]++);
    }

  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_null (smd_done_take (&world->list));
  g_assert_cmpuint (world->news, ==, 0);
  g_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/done/who-is-told-finds-all", test_who_is_told_finds_all);
  return g_test_run ();
}
