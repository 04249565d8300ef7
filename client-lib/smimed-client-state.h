/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * SmimedClientState:
 *
 * What is known of the service, kept up to date by its signals: read anew when it starts again. Belongs to one main context.
 */
typedef struct
{
  GDBusConnection *connection; /* (owned) */
  GVariant *values;            /* (owned) Manager's and Revocation's properties, `a{sv}` */
  GListStore *accounts;        /* (owned) */
  GListStore *certificates;    /* (owned) */
  guint subscriptions[9];
} SmimedClientState;

void smimed_client_state_init (SmimedClientState *self);
void smimed_client_state_clear (SmimedClientState *self);

/* Listens to the service in the thread's main context. @owner: whose state this is; signals are dropped once it is gone */
void smimed_client_state_watch (SmimedClientState *self, GObject *owner);

/* Reads everything, in the thread's main context. */
void smimed_client_state_load (SmimedClientState *self, GObject *owner, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean smimed_client_state_load_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
