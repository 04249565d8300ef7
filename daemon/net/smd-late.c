/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-late.h"

struct _SmdLate
{
  GThreadPool *deliveries; /* (owned) of SmdFetchResult (owned) */
  GMutex lock;             /* for what follows */
  GCond delivered;         /* @delivering is FALSE again */
  gboolean delivering;     /* @func is being told */
  SmdFetchedFunc func;
  gpointer data;           /* (unowned) */
};

static void
deliver (gpointer item, gpointer user_data)
{
  g_autoptr (SmdFetchResult) result = item;
  SmdLate *self = user_data;
  SmdFetchedFunc func;
  gpointer data;

  g_mutex_lock (&self->lock);
  func = self->func;
  data = self->data;
  self->delivering = TRUE;
  g_mutex_unlock (&self->lock);

  if (func != NULL)
    func (g_steal_pointer (&result), data);

  g_mutex_lock (&self->lock);
  self->delivering = FALSE;
  g_cond_broadcast (&self->delivered);
  g_mutex_unlock (&self->lock);
}

SmdLate *
smd_late_new (void)
{
  SmdLate *self = g_new0 (SmdLate, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->delivered);
  /* Not exclusive: no thread before there is work. */
  self->deliveries = g_thread_pool_new (deliver, self, 1, FALSE, NULL);
  return self;
}

void
smd_late_free (SmdLate *self)
{
  smd_late_set (self, NULL, NULL);
  g_thread_pool_free (self->deliveries, FALSE, TRUE);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->delivered);
  g_free (self);
}

void
smd_late_set (SmdLate *self, SmdFetchedFunc func, gpointer data)
{
  g_mutex_lock (&self->lock);
  self->func = func;
  self->data = data;
  while (self->delivering)
    g_cond_wait (&self->delivered, &self->lock);
  g_mutex_unlock (&self->lock);
}

gboolean
smd_late_is_wanted (SmdLate *self)
{
  gboolean wanted;

  g_mutex_lock (&self->lock);
  wanted = self->func != NULL;
  g_mutex_unlock (&self->lock);
  return wanted;
}

void
smd_late_push (SmdLate *self, SmdFetchResult *result)
{
  g_thread_pool_push (self->deliveries, result, NULL);
}
