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
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), NULL, result, &error);

  if (reply != NULL)
    return;

  g_debug ("No portal opens a page: %s", error->message);
  launch (view);
}

static void
ask_portal (GDBusConnection *connection, View *view, GUnixFDList *fds, int file)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (*view->token != '\0')
    g_variant_builder_add (&options, "{sv}", "activation_token", g_variant_new_string (view->token));
  g_dbus_connection_call_with_unix_fd_list (connection, PORTAL, PORTAL_PATH, PORTAL_INTERFACE, "OpenFile",
                                            g_variant_new ("(sha{sv})", "", file, &options), NULL, G_DBUS_CALL_FLAGS_NONE, PATIENCE, fds,
                                            NULL, on_opened, view);
}

void
smd_page_view (GDBusConnection *connection, const char *html, const char *token)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (View) view = g_new0 (View, 1);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int fd = -1;
  int file = -1;

  view->token = g_strdup (token);
  view->path = write_page (html, &error);
  if (view->path != NULL)
    fd = g_open (view->path, O_RDONLY | O_CLOEXEC, 0);
  if (fd >= 0)
    file = g_unix_fd_list_append (fds, fd, &error);
  if (fd >= 0)
    close (fd);

  if (file >= 0)
    ask_portal (connection, g_steal_pointer (&view), fds, file);
  else
    g_message ("The certificate that a notification was about can't be shown: %s", error != NULL ? error->message : "its page can't be read");
}
