/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-peer.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "smd-flatpak-info.h"
#include "smimed-error.h"

#define PATIENCE 5000 /* milliseconds: the bus answers at once, or never */

static GVariant *
ask_bus (GDBusConnection *connection, const char *method, const char *name, const char *type, GUnixFDList **fds, GError **error)
{
  return g_dbus_connection_call_with_unix_fd_list_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                                        method, g_variant_new ("(s)", name), G_VARIANT_TYPE (type),
                                                        G_DBUS_CALL_FLAGS_NONE, PATIENCE, NULL, fds, NULL, error);
}

static int
refuse (GError **error, const char *why)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED,
               "It can't be told which program calls, so that it may do nothing: %s; stay connected to the bus until the answer comes, and run "
               "as a process that others of the same user may look at (no PR_SET_DUMPABLE 0, no set-group-id)", why);
  return -1;
}

/* The bus asks the kernel for it when the connection is made (since dbus 1.15.8): nothing can have come between. */
static int
take_process_fd (GVariant *credentials, GUnixFDList *fds)
{
  gint32 handle;

  if (fds == NULL || !g_variant_lookup (credentials, "ProcessFD", "h", &handle))
    return -1;
  return g_unix_fd_list_get (fds, handle, NULL);
}

/* The connection is still there when the process is held: as long as its own process keeps it, that is the one. */
static int
open_process (GDBusConnection *connection, const char *name, guint32 pid, GError **error)
{
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);
  g_autoptr (GError) local = NULL;
  g_autoptr (GVariant) again = NULL;
  guint32 seen = 0;

  if (fd < 0)
    return refuse (error, g_strerror (errno));

  again = ask_bus (connection, "GetConnectionUnixProcessID", name, "(u)", NULL, &local);
  if (again != NULL)
    g_variant_get (again, "(u)", &seen);
  if (seen == pid)
    return fd;

  close (fd);
  return refuse (error, local != NULL ? local->message : "its process has changed");
}

static gboolean
lives (int process)
{
  struct pollfd end = { .fd = process, .events = POLLIN };

  return poll (&end, 1, 0) == 0;
}

static gboolean
look_at_root (guint32 pid, char **application, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/%u/root", pid);
  int root = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  gboolean good;

  if (root < 0)
    {
      refuse (error, g_strerror (errno));
      return FALSE;
    }

  good = smd_flatpak_info_read (root, application, error);
  close (root);
  return good;
}

char *
smd_peer_get_snap (const char *label)
{
  g_auto (GStrv) parts = g_strsplit (label, ".", 3);
  g_autofree char *id = NULL;

  if (g_strv_length (parts) != 3 || !g_str_equal (parts[0], "snap"))
    return NULL;

  id = g_strconcat ("snap.", parts[1], NULL);
  return parts[1][0] != '\0' && parts[1][strspn (parts[1], G_CSET_a_2_z G_CSET_DIGITS "-_")] == '\0' ? g_steal_pointer (&id) : NULL;
}

static char *
find_snap (GVariant *credentials)
{
  const char *label = NULL;

  return g_variant_lookup (credentials, "LinuxSecurityLabel", "^&ay", &label) ? smd_peer_get_snap (label) : NULL;
}

static gboolean
find_application (GVariant *credentials, guint32 pid, int process, char **application, GError **error)
{
  gboolean good = TRUE;

  *application = find_snap (credentials);
  if (*application == NULL)
    good = look_at_root (pid, application, error);
  if (!good || lives (process))
    return good;

  g_clear_pointer (application, g_free);
  refuse (error, "its process has ended");
  return FALSE;
}

gboolean
smd_peer_find_application (GDBusConnection *connection, const char *name, char **application, GError **error)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GVariant) reply = ask_bus (connection, "GetConnectionCredentials", name, "(a{sv})", &fds, &local);
  g_autoptr (GVariant) credentials = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  guint32 pid = 0;
  gboolean good;
  int process;

  if (credentials == NULL || !g_variant_lookup (credentials, "ProcessID", "u", &pid))
    {
      refuse (error, local != NULL ? local->message : "the bus doesn't know its process");
      return FALSE;
    }

  process = take_process_fd (credentials, fds);
  if (process < 0)
    process = open_process (connection, name, pid, error);
  if (process < 0)
    return FALSE;

  good = find_application (credentials, pid, process, application, error);
  close (process);
  return good;
}
