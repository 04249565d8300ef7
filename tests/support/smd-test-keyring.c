/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-keyring.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifdef HAVE_MOCK_PROMPTER
#define GCR_API_SUBJECT_TO_CHANGE
#include <gcr/gcr-base.h>
#endif

#include "smd-test-command.h"
#include "smd-test-files.h"

#define SECRETS "org.freedesktop.secrets"
#define SERVICE "org.freedesktop.Secret.Service"

static GVariant *
call (SmdTestKeyring *self, const char *path, const char *interface, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply =
      g_dbus_connection_call_sync (self->session, SECRETS, path, interface, method, arguments, NULL,
                                   G_DBUS_CALL_FLAGS_NO_AUTO_START, SMD_TEST_KEYRING_PATIENCE * 1000, NULL, &error);

  g_assert_no_error (error);
  return reply;
}

static void
appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer flag)
{
  *(gboolean *) flag = TRUE;
}

static gboolean
on_timeout (gpointer data)
{
  g_error ("Nothing happened for %d seconds", SMD_TEST_KEYRING_PATIENCE);
  return G_SOURCE_REMOVE;
}

guint
smd_test_keyring_expect (void)
{
  return g_timeout_add_seconds (SMD_TEST_KEYRING_PATIENCE, on_timeout, NULL);
}

static void
prepare_child (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

void
smd_test_keyring_spawn (SmdTestKeyring *self, gboolean unlocked)
{
  const char *argv[] = { "gnome-keyring-daemon", "--foreground", "--components=secrets", unlocked ? "--unlock" : NULL, NULL };
  g_autoptr (GError) error = NULL;
  int in;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                                G_SPAWN_STDERR_TO_DEV_NULL,
                            prepare_child, NULL, &self->process, &in, NULL, NULL, &error);
  g_assert_no_error (error);
  if (unlocked)
    g_assert_cmpint (write (in, SMD_TEST_KEYRING_PASSWORD, strlen (SMD_TEST_KEYRING_PASSWORD)), ==,
                     strlen (SMD_TEST_KEYRING_PASSWORD));
  close (in);
}

void
smd_test_keyring_await (SmdTestKeyring *self)
{
  gboolean there = FALSE;
  guint watch = g_bus_watch_name_on_connection (self->session, SECRETS, G_BUS_NAME_WATCHER_FLAGS_NONE, appeared, NULL, &there,
                                                NULL);
  guint timeout = smd_test_keyring_expect ();

  while (!there)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  g_bus_unwatch_name (watch);
}

static void
start_daemon (SmdTestKeyring *self)
{
  g_autoptr (GVariant) reply = NULL;

  smd_test_keyring_spawn (self, TRUE);
  smd_test_keyring_await (self);
  reply = call (self, "/org/freedesktop/secrets", SERVICE, "ReadAlias", g_variant_new ("(s)", "default"));
  g_variant_get (reply, "(o)", &self->collection);
  g_assert_cmpstr (self->collection, !=, "/");
}

static void
set_folder (const char *top, const char *name, const char *variable)
{
  g_autofree char *path = g_build_filename (top, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_setenv (variable, path, TRUE);
}

gboolean
smd_test_keyring_start (SmdTestKeyring *self)
{
  g_autoptr (GError) error = NULL;

  if (!smd_test_all_have ("gnome-keyring-daemon"))
    return FALSE;

  g_setenv ("GIO_USE_VFS", "local", TRUE);
  self->folder = smd_test_folder_new ();
  set_folder (self->folder, "home", "HOME");
  set_folder (self->folder, "runtime", "XDG_RUNTIME_DIR");
  set_folder (self->folder, "data", "XDG_DATA_HOME");
  set_folder (self->folder, "cache", "XDG_CACHE_HOME");
  set_folder (self->folder, "config", "XDG_CONFIG_HOME");
  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  self->session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
#ifdef HAVE_MOCK_PROMPTER
  g_setenv ("GNOME_KEYRING_TEST_PROMPTER", gcr_mock_prompter_start (), TRUE);
#endif
  start_daemon (self);
  return TRUE;
}

void
smd_test_keyring_kill (SmdTestKeyring *self)
{
  if (self->process != 0)
    kill (self->process, SIGTERM);
  self->process = 0;
}

void
smd_test_keyring_stop (SmdTestKeyring *self)
{
  smd_test_keyring_kill (self);
#ifdef HAVE_MOCK_PROMPTER
  gcr_mock_prompter_stop ();
#endif
  g_clear_object (&self->session);
  g_test_dbus_stop (self->bus);
  g_object_unref (self->bus);
  smd_test_folder_remove (self->folder);
  g_free (self->collection);
}

void
smd_test_keyring_lock (SmdTestKeyring *self)
{
  const char *paths[] = { self->collection, NULL };

  g_variant_unref (call (self, "/org/freedesktop/secrets", SERVICE, "Lock", g_variant_new ("(^ao)", paths)));
}

static GVariant *
build_bytes (const char *text)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1);
}

void
smd_test_keyring_unlock (SmdTestKeyring *self)
{
  g_autoptr (GVariant) reply = call (self, "/org/freedesktop/secrets", SERVICE, "OpenSession",
                                     g_variant_new ("(sv)", "plain", g_variant_new_string ("")));
  const char *session;

  g_variant_get (reply, "(@v&o)", NULL, &session);
  g_variant_unref (call (self, "/org/freedesktop/secrets", "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
                         "UnlockWithMasterPassword",
                         g_variant_new ("(o(o@ay@ays))", self->collection, session, build_bytes (""),
                                        build_bytes (SMD_TEST_KEYRING_PASSWORD), "text/plain")));
}

GVariant *
smd_test_keyring_get (SmdTestKeyring *self, const char *path, const char *interface, const char *name)
{
  g_autoptr (GVariant) reply
      = call (self, path, "org.freedesktop.DBus.Properties", "Get", g_variant_new ("(ss)", interface, name));
  GVariant *value;

  g_variant_get (reply, "(v)", &value);
  return value;
}

char **
smd_test_keyring_list (SmdTestKeyring *self)
{
  g_autoptr (GVariant) items =
      smd_test_keyring_get (self, self->collection, "org.freedesktop.Secret.Collection", "Items");

  return g_variant_dup_objv (items, NULL);
}

guint
smd_test_keyring_count (SmdTestKeyring *self)
{
  g_auto (GStrv) items = smd_test_keyring_list (self);

  return g_strv_length (items);
}

void
smd_test_keyring_clear (SmdTestKeyring *self)
{
  g_auto (GStrv) items = smd_test_keyring_list (self);

  for (guint i = 0; items[i] != NULL; i++)
    g_variant_unref (call (self, items[i], "org.freedesktop.Secret.Item", "Delete", NULL));
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer flag)
{
  g_variant_unref (g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL));
  *(gboolean *) flag = TRUE;
}

void
smd_test_keyring_settle (SmdTestKeyring *self)
{
  for (guint i = 0; i < 50; i++)
    {
      gboolean replied = FALSE;

      g_dbus_connection_call (self->session, SECRETS, "/org/freedesktop/secrets", "org.freedesktop.DBus.Peer", "Ping",
                              NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_reply, &replied);
      while (!replied)
        g_main_context_iteration (NULL, TRUE);
    }
}
