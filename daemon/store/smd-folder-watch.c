/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-folder-watch.h"

struct _SmdFolderWatch
{
  GObject parent_instance;
  char *path;            /* (owned) */
  char *watched;         /* (owned) (nullable): @path, or a folder above it */
  GFileMonitor *monitor; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (SmdFolderWatch, smd_folder_watch, G_TYPE_OBJECT)

static void
stop (SmdFolderWatch *self)
{
  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->watched, g_free);
}

static void
smd_folder_watch_finalize (GObject *object)
{
  SmdFolderWatch *self = SMD_FOLDER_WATCH (object);

  stop (self);
  g_free (self->path);
  G_OBJECT_CLASS (smd_folder_watch_parent_class)->finalize (object);
}

static void
smd_folder_watch_class_init (SmdFolderWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smd_folder_watch_finalize;
  g_signal_new ("changed", SMD_TYPE_FOLDER_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
smd_folder_watch_init (SmdFolderWatch *self)
{
}

static void on_event (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, SmdFolderWatch *self);

/* Returns: (transfer full): @path, or the nearest folder above that is there */
static char *
find_nearest (const char *path)
{
  char *nearest = g_strdup (path);

  while (!g_file_test (nearest, G_FILE_TEST_IS_DIR) && !g_str_equal (nearest, "/"))
    {
      char *above = g_path_get_dirname (nearest);

      g_free (nearest);
      nearest = above;
    }
  return nearest;
}

static void
watch (SmdFolderWatch *self, const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GError) error = NULL;

  stop (self);
  self->watched = g_strdup (folder);
  self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (on_event), self, 0);
  else
    g_warning ("“%s” can't be watched: %s", folder, error->message);
}

/* Until the folder that is watched is the nearest one: another may have come before its watch began.
 * Returns: whether the folder itself is watched and wasn't before */
static gboolean
come_near (SmdFolderWatch *self, gboolean anew)
{
  gboolean was_there = !anew && g_strcmp0 (self->watched, self->path) == 0;
  g_autofree char *nearest = find_nearest (self->path);

  while (anew || g_strcmp0 (nearest, self->watched) != 0)
    {
      anew = FALSE;
      watch (self, nearest);
      g_free (nearest);
      nearest = find_nearest (self->path);
    }
  return !was_there && g_str_equal (self->watched, self->path);
}

/* What is still being written tells when that has ended. */
static gboolean
is_news (GFileMonitorEvent event)
{
  return event != G_FILE_MONITOR_EVENT_CREATED && event != G_FILE_MONITOR_EVENT_CHANGED;
}

static void
on_event (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, SmdFolderWatch *self)
{
  g_autofree char *path = g_file_get_path (file);
  gboolean itself = g_strcmp0 (path, self->watched) == 0;
  gboolean gone = itself && (event == G_FILE_MONITOR_EVENT_DELETED || event == G_FILE_MONITOR_EVENT_UNMOUNTED || event == G_FILE_MONITOR_EVENT_MOVED_OUT);
  gboolean there = g_strcmp0 (self->watched, self->path) == 0;

  if (come_near (self, gone) || (there && is_news (event)))
    g_signal_emit_by_name (self, "changed");
}

SmdFolderWatch *
smd_folder_watch_new (const char *path)
{
  SmdFolderWatch *self = g_object_new (SMD_TYPE_FOLDER_WATCH, NULL);

  self->path = g_strdup (path);
  (void) come_near (self, FALSE);
  return self;
}
