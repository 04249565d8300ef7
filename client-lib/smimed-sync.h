/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * SmimedSync:
 *
 * Waits for an asynchronous function, in any thread: between init and clear, the thread has a main context of its own.
 */
typedef struct
{
  GMainContext *context; /* (owned) */
  GAsyncResult *result;  /* (owned) (nullable) */
} SmimedSync;

void smimed_sync_init (SmimedSync *self);
void smimed_sync_clear (SmimedSync *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmimedSync, smimed_sync_clear)

/* A GAsyncReadyCallback, with the SmimedSync as its data */
void smimed_sync_done (GObject *source, GAsyncResult *result, gpointer user_data);

/* Returns: (transfer none): the result, when it has come */
GAsyncResult *smimed_sync_wait (SmimedSync *self);

G_END_DECLS
