/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-page-viewer.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_INTERFACE "org.freedesktop.portal.OpenURI"
#define PATIENCE 10000 /* milliseconds: the portal may have to be started first */
#define FAILED 2       /* the portal's word for it; 0: done, 1: the user didn't want it */

/* A page on its way to somebody who shows it */
typedef struct
{
  char *path;  /* (owned) */
  char *token; /* (owned) */
} View;

static void
view_free (View *self)
{
  g_free (self->path);
  g_free (self->token);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (View, view_free)

/* A file, not a descriptor of memory: viewers want a name. The next page takes its place, and the end of the session removes it. */
static char *
write_page (const char *html, GError **error)
{
  g_autofree char *folder = g_build_filename (g_get_user_runtime_dir (), "smimed", NULL);
  g_autofree char *path = g_build_filename (folder, "certificate.html", NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", folder, g_strerror (errno));
      return NULL;
    }
  return g_file_set_contents_full (path, html, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error) ? g_steal_pointer (&path) : NULL;
}

/* Without a portal there is no sandbox of systemd's around us either that the viewer would inherit. */
static void
launch (const View *view)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAppLaunchContext) context = g_app_launch_context_new ();
  g_autofree char *uri = g_filename_to_uri (view->path, NULL, NULL);

  if (*view->token != '\0')
    g_app_launch_context_setenv (context, "XDG_ACTIVATION_TOKEN", view->token);
  if (!g_app_info_launch_default_for_uri (uri, context, &error))
    g_message ("The certificate that a notification was about can't be shown: %s. It is described in %s", error->message, view->path);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (View) view = data;
  g_autoptr (GError) error = NULL;

  if (g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error))
    return;

  g_debug ("No portal opens a page: %s", error->message);
  launch (view);
}

/* A portal looks at who asks, in /proc, and refuses whom it may not look at. Nobody may look at us; at a process without keys one may. */
void
smd_page_view (const char *html, const char *token)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (View) view = g_new0 (View, 1);
  g_autoptr (GSubprocess) asker = NULL;

  view->token = g_strdup (token);
  view->path = write_page (html, &error);
  if (view->path == NULL)
    {
      g_message ("The certificate that a notification was about can't be shown: %s", error->message);
      return;
    }

  asker = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "/proc/self/exe", SMD_PAGE_OPTION, view->path, view->token, NULL);
  if (asker != NULL)
    g_subprocess_wait_check_async (asker, NULL, on_opened, g_steal_pointer (&view));
  else
    launch (view);
}

/* ---- the process that asks ---- */

typedef struct
{
  GMainLoop *loop; /* (owned) */
  guint32 response;
} Answer;

static void
on_response (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal, GVariant *values,
             gpointer data)
{
  Answer *self = data;

  g_variant_get (values, "(ua{sv})", &self->response, NULL);
  g_main_loop_quit (self->loop);
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  g_main_loop_quit (((Answer *) data)->loop);
}

static gboolean
open_file (GDBusConnection *connection, const char *path, const char *token, GError **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder options;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  int file;

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path, g_strerror (errno));
      return FALSE;
    }
  file = g_unix_fd_list_append (fds, fd, error);
  close (fd);
  if (file < 0)
    return FALSE;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (*token != '\0')
    g_variant_builder_add (&options, "{sv}", "activation_token", g_variant_new_string (token));
  reply = g_dbus_connection_call_with_unix_fd_list_sync (connection, PORTAL, PORTAL_PATH, PORTAL_INTERFACE, "OpenFile",
                                                         g_variant_new ("(sha{sv})", "", file, &options), NULL, G_DBUS_CALL_FLAGS_NONE,
                                                         PATIENCE, fds, NULL, NULL, error);
  return reply != NULL;
}

/* A portal forgets what was asked of it when its asker is gone: the end is waited for. */
int
smd_page_open (const char *path, const char *token)
{
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;
  Answer answer = { NULL, FAILED };
  guint watch;

  if (connection == NULL)
    return FAILED;

  answer.loop = g_main_loop_new (NULL, FALSE);
  g_dbus_connection_signal_subscribe (connection, PORTAL, "org.freedesktop.portal.Request", "Response", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                      on_response, &answer, NULL);
  if (open_file (connection, path, token, &error))
    {
      watch = g_bus_watch_name_on_connection (connection, PORTAL, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_vanished, &answer, NULL);
      g_main_loop_run (answer.loop);
      g_bus_unwatch_name (watch);
    }
  else
    g_message ("The portal can't be asked for a page: %s", error->message);
  g_main_loop_unref (answer.loop);
  return answer.response >= FAILED ? FAILED : 0;
}
