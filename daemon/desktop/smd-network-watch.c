/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-network-watch.h"

#define QUIET 1000 /* milliseconds: joining a network is told in a dozen steps */

struct _SmdNetworkWatch
{
  GObject parent_instance;
  GNetworkMonitor *monitor; /* (owned) */
  GSource *pending;         /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (SmdNetworkWatch, smd_network_watch, G_TYPE_OBJECT)

static gboolean
tell (gpointer data)
{
  SmdNetworkWatch *self = data;

  g_clear_pointer (&self->pending, g_source_unref);
  g_signal_emit_by_name (self, "changed");
  return G_SOURCE_REMOVE;
}

static void
on_changed (SmdNetworkWatch *self)
{
  if (self->pending != NULL)
    return;
  self->pending = g_timeout_source_new (QUIET);
  g_source_set_callback (self->pending, tell, self, NULL);
  g_source_attach (self->pending, g_main_context_get_thread_default ());
}

static void
smd_network_watch_finalize (GObject *object)
{
  SmdNetworkWatch *self = SMD_NETWORK_WATCH (object);

  if (self->pending != NULL)
    g_source_destroy (self->pending);
  g_clear_pointer (&self->pending, g_source_unref);
  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_object_unref (self->monitor);
  G_OBJECT_CLASS (smd_network_watch_parent_class)->finalize (object);
}

static void
smd_network_watch_class_init (SmdNetworkWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_network_watch_finalize;
  g_signal_new ("changed", SMD_TYPE_NETWORK_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
smd_network_watch_init (SmdNetworkWatch *self)
{
}

SmdNetworkWatch *
smd_network_watch_new (GNetworkMonitor *monitor)
{
  SmdNetworkWatch *self = g_object_new (SMD_TYPE_NETWORK_WATCH, NULL);

  self->monitor = g_object_ref (monitor != NULL ? monitor : g_network_monitor_get_default ());
  g_signal_connect_swapped (self->monitor, "network-changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->monitor, "notify::network-metered", G_CALLBACK (on_changed), self);
  return self;
}

gboolean
smd_network_watch_is_metered (SmdNetworkWatch *self)
{
  return g_network_monitor_get_network_metered (self->monitor);
}
