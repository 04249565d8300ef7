/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-test-bus.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

GDBusConnection *
smd_test_bus_connect (GTestDBus *bus)
{
  GError *error = NULL;
  GDBusConnection *connection
    = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static GDBusMessage *
count_answer (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  GDBusMessageType type = g_dbus_message_get_message_type (message);

  if (incoming && (type == G_DBUS_MESSAGE_TYPE_METHOD_RETURN || type == G_DBUS_MESSAGE_TYPE_ERROR))
    g_atomic_int_inc ((gint *) data);
  return message;
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  SmdTestReply *reply = data;

  reply->value = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), NULL, result, &reply->error);
  reply->done = TRUE;
}

GDBusMessage *
smd_test_bus_new_call (SmdTestBus *fixture, const char *interface, const char *method, const char *arguments)
{
  g_autofree char *full = g_strconcat (SMD_TEST_BUS_NAME ".", interface, NULL);
  GDBusMessage *message
      = g_dbus_message_new_method_call (g_dbus_connection_get_unique_name (fixture->connection), SMD_TEST_BUS_ROOT, full, method);

  if (arguments != NULL)
    g_dbus_message_set_body (message, g_variant_new_parsed (arguments));
  return message;
}

void
smd_test_bus_send (SmdTestBus *fixture, GDBusConnection *client, SmdTestReply *reply, const char *path, const char *interface,
                   const char *method, GVariant *parameters, int fd)
{
  g_autoptr (GUnixFDList) fds = fd >= 0 ? g_unix_fd_list_new_from_array (&fd, 1) : NULL;
  g_autofree char *full = g_strconcat (SMD_TEST_BUS_NAME ".", interface, NULL);

  *reply = (SmdTestReply){ 0 };
  g_dbus_connection_call_with_unix_fd_list (client, g_dbus_connection_get_unique_name (fixture->connection), path, full, method,
                                            parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL, on_reply, reply);
}

void
smd_test_reply_await (SmdTestReply *reply)
{
  while (!reply->done)
    g_main_context_iteration (NULL, TRUE);
}

void
smd_test_reply_assert_error (SmdTestReply *reply, SmimedError code)
{
  smd_test_reply_await (reply);
  g_assert_error (reply->error, SMIMED_ERROR, (int) code);
  g_clear_error (&reply->error);
}

void
smd_test_bus_introduce (SmdTestBus *fixture, GDBusConnection *client, gconstpointer way)
{
  SmdTestReply reply;

  if (!g_str_equal (way, SMD_TEST_BUS_KNOWN))
    return;

  smd_test_bus_send (fixture, client, &reply, SMD_TEST_BUS_ROOT, "Messages", "Open", g_variant_new_parsed ("(handle 0, @a{sv} {})"), -1);
  smd_test_reply_assert_error (&reply, SMIMED_ERROR_INVALID_ARGUMENT);
  smd_test_bus_send (fixture, client, &reply, SMD_TEST_BUS_ROOT, "Certificates", "Find", g_variant_new_parsed ("(@a{sv} {}, @a{sv} {})"), -1);
  smd_test_reply_await (&reply);
  g_assert_no_error (reply.error);
  g_clear_pointer (&reply.value, g_variant_unref);
}

void
smd_test_bus_settle (SmdTestBus *fixture, GDBusConnection *client)
{
  SmdTestReply reply = { 0 };

  g_dbus_connection_call_with_unix_fd_list (client, g_dbus_connection_get_unique_name (fixture->connection), SMD_TEST_BUS_ROOT,
                                            "org.freedesktop.DBus.Peer", "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, on_reply, &reply);
  smd_test_reply_await (&reply);
  g_assert_no_error (reply.error);
  g_clear_pointer (&reply.value, g_variant_unref);
}

int
smd_test_bus_start_open (SmdTestBus *fixture, GDBusConnection *client, SmdTestReply *reply, const char *options)
{
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  smd_test_bus_send (fixture, client, reply, SMD_TEST_BUS_ROOT, "Messages", "Open",
                     g_variant_new ("(h@a{sv})", 0, g_variant_new_parsed (options)), fds[0]);
  return fds[1];
}

/* Calls that begin where the bus is read wake nobody else. */
void
smd_test_bus_await_busy (SmdTestBus *fixture, GDBusConnection *client)
{
  smd_test_bus_settle (fixture, client);
  while (!smd_service_is_busy (fixture->service))
    g_main_context_iteration (NULL, TRUE);
}

void
smd_test_bus_await_idle (SmdTestBus *fixture)
{
  while (smd_service_is_busy (fixture->service))
    g_main_context_iteration (NULL, TRUE);
}

char *
smd_test_bus_dup_job_path (SmdTestBus *fixture, const char *token)
{
  g_autofree char *sender = g_strdelimit (g_strdup (g_dbus_connection_get_unique_name (fixture->client) + 1), ".", '_');

  return g_strdup_printf (SMD_TEST_BUS_ROOT "/jobs/%s/%s", sender, token);
}

void
smd_test_bus_set_up (SmdTestBus *fixture, gconstpointer way)
{
  g_autoptr (GError) error = NULL;

  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  fixture->connection = smd_test_bus_connect (fixture->bus);
  fixture->client = smd_test_bus_connect (fixture->bus);
  fixture->world = smd_fake_world_new ();
  fixture->env = smd_fake_world_get_env (fixture->world);
  fixture->settings = smd_settings_new (&error);
  g_assert_no_error (error);
  g_assert_true (smd_settings_set_enabled (fixture->settings, TRUE, &error));
  fixture->service = smd_service_new (fixture->connection, &fixture->env, fixture->settings, "1", &error);
  g_assert_no_error (error);
  smd_test_bus_introduce (fixture, fixture->client, way);
  g_dbus_connection_add_filter (fixture->client, count_answer, &fixture->answers, NULL);
}

void
smd_test_bus_tear_down (SmdTestBus *fixture, gconstpointer way)
{
  g_clear_pointer (&fixture->service, smd_service_free);
  smd_settings_free (fixture->settings);
  g_object_unref (fixture->world);
  g_dbus_connection_close_sync (fixture->client, NULL, NULL);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_object_unref (fixture->client);
  g_object_unref (fixture->connection);
  g_test_dbus_down (fixture->bus);
  g_object_unref (fixture->bus);
}
