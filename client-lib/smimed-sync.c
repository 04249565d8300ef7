/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimed-sync.h"

void
smimed_sync_init (SmimedSync *self)
{
  self->result = NULL;
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
}

void
smimed_sync_clear (SmimedSync *self)
{
  g_main_context_pop_thread_default (self->context);
  g_clear_object (&self->result);
  g_main_context_unref (self->context);
}

void
smimed_sync_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SmimedSync *self = user_data;

  self->result = g_object_ref (result);
}

GAsyncResult *
smimed_sync_wait (SmimedSync *self)
{
  while (self->result == NULL)
    g_main_context_iteration (self->context, TRUE);

  return self->result;
}
