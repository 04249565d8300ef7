/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-progress.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "org.smimed.Smime1"
#define WIDTH 30
#define PATIENCE (400 * G_TIME_SPAN_MILLISECOND) /* what is done by then needs no bar */

struct _SmimectlProgress
{
  GDBusConnection *bus; /* (owned) */
  guint subscription;
  gint64 begun;
  gboolean drawn;
  double fraction; /* -1: unknown */
  guint64 bytes;
  char *stage;     /* (owned) (nullable) */
};

static void
draw (SmimectlProgress *self)
{
  char bar[WIDTH + 1];
  int full = (int) (self->fraction * WIDTH);
  g_autofree char *bytes = self->bytes > 0 ? g_format_size (self->bytes) : g_strdup ("");
  const char *stage = self->stage != NULL ? self->stage : "";

  self->drawn = TRUE;
  if (self->fraction < 0)
    {
      fprintf (stderr, "\r\033[K%s  %s", stage, bytes);
      return;
    }

  for (int i = 0; i < WIDTH; i++)
    bar[i] = i < full ? '#' : '.';
  bar[WIDTH] = '\0';
  fprintf (stderr, "\r\033[K[%s] %3d%%  %s  %s", bar, (int) (self->fraction * 100), stage, bytes);
}

static void
on_changed (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
            gpointer data)
{
  SmimectlProgress *self = data;
  g_autoptr (GVariant) changed = NULL;
  char *stage = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;

  changed = g_variant_get_child_value (parameters, 1);
  g_variant_lookup (changed, "Progress", "d", &self->fraction);
  g_variant_lookup (changed, "BytesDone", "t", &self->bytes);
  if (g_variant_lookup (changed, "Stage", "s", &stage))
    {
      g_free (self->stage);
      self->stage = stage;
    }
  if (g_get_monotonic_time () - self->begun >= PATIENCE)
    draw (self);
}

/* A call that stands still says so, too: nothing changes then, and no signal comes. */
static gboolean
on_patience (gpointer data)
{
  SmimectlProgress *self = data;

  draw (self);
  return G_SOURCE_REMOVE;
}

SmimectlProgress *
smimectl_progress_new (const SmimectlContext *context, const char *job)
{
  SmimectlProgress *self;

  if (context->quiet || !isatty (STDERR_FILENO) || g_strcmp0 (g_getenv ("TERM"), "dumb") == 0)
    return NULL;

  self = g_new0 (SmimectlProgress, 1);
  self->bus = g_object_ref (context->bus);
  self->fraction = -1;
  self->begun = g_get_monotonic_time ();
  self->subscription = g_dbus_connection_signal_subscribe (self->bus, NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged", job,
                                                           NAME ".Job", G_DBUS_SIGNAL_FLAGS_NONE, on_changed, self, NULL);
  g_timeout_add_full (G_PRIORITY_DEFAULT, PATIENCE / 1000, on_patience, self, NULL);
  return self;
}

void
smimectl_progress_free (SmimectlProgress *self)
{
  g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  while (g_source_remove_by_user_data (self))
    continue;
  if (self->drawn)
    fputs ("\r\033[K", stderr);
  g_object_unref (self->bus);
  g_free (self->stage);
  g_free (self);
}
