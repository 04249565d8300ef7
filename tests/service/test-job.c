/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole service in this process, on a bus of its own, over a world in memory. */
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "smd-fake-world.h"
#include "smd-service.h"
#include "smimed-error.h"

#define NAME "org.smimed.Smime1"
#define ROOT "/org/smimed/Smime1"

typedef struct
{
  GTestDBus *bus;              /* (owned) */
  GDBusConnection *connection; /* (owned) the service's */
  GDBusConnection *client;     /* (owned) */
  SmdFakeWorld *world;         /* (owned) */
  SmdEnv env;
  SmdSettings *settings;       /* (owned) */
  SmdService *service;         /* (owned) */
} Fixture;

/* A reply that comes. */
typedef struct
{
  GVariant *value; /* (owned) (nullable) */
  GError *error;   /* (owned) (nullable) */
  gboolean done;
} Reply;

static GDBusConnection *
connect_to (GTestDBus *bus)
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

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  fixture->connection = connect_to (fixture->bus);
  fixture->client = connect_to (fixture->bus);
  fixture->world = smd_fake_world_new ();
  fixture->env = smd_fake_world_get_env (fixture->world);
  fixture->settings = smd_settings_new (&error);
  g_assert_no_error (error);
  g_assert_true (smd_settings_set_enabled (fixture->settings, TRUE, &error));
  fixture->service = smd_service_new (fixture->connection, &fixture->env, fixture->settings, "1", &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  smd_service_free (fixture->service);
  smd_settings_free (fixture->settings);
  g_object_unref (fixture->world);
  g_dbus_connection_close_sync (fixture->client, NULL, NULL);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_object_unref (fixture->client);
  g_object_unref (fixture->connection);
  g_test_dbus_down (fixture->bus);
  g_object_unref (fixture->bus);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  Reply *reply = data;

  reply->value = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), NULL, result, &reply->error);
  reply->done = TRUE;
}

static void
send_on (Fixture *fixture, GDBusConnection *client, Reply *reply, const char *path, const char *interface, const char *method,
         GVariant *parameters, int fd)
{
  g_autoptr (GUnixFDList) fds = fd >= 0 ? g_unix_fd_list_new_from_array (&fd, 1) : NULL;
  g_autofree char *full = g_strconcat (NAME ".", interface, NULL);

  *reply = (Reply){ 0 };
  g_dbus_connection_call_with_unix_fd_list (client, g_dbus_connection_get_unique_name (fixture->connection), path, full, method,
                                            parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL, on_reply, reply);
}

static void
await (Reply *reply)
{
  while (!reply->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_error (Reply *reply, SmimedError code)
{
  await (reply);
  g_assert_error (reply->error, SMIMED_ERROR, (int) code);
  g_clear_error (&reply->error);
}

/* An Open whose message comes through a pipe that stays open: it is under way until something ends it. */
static int
start_open (Fixture *fixture, GDBusConnection *client, Reply *reply, const char *options)
{
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  send_on (fixture, client, reply, ROOT, "Messages", "Open", g_variant_new ("(h@a{sv})", 0, g_variant_new_parsed (options)), fds[0]);
  return fds[1];
}

static void
await_busy (Fixture *fixture)
{
  while (!smd_service_is_busy (fixture->service))
    g_main_context_iteration (NULL, TRUE);
}

static void
await_idle (Fixture *fixture)
{
  while (smd_service_is_busy (fixture->service))
    g_main_context_iteration (NULL, TRUE);
}

static char *
job_path (Fixture *fixture, const char *token)
{
  g_autofree char *sender = g_strdelimit (g_strdup (g_dbus_connection_get_unique_name (fixture->client) + 1), ".", '_');

  return g_strdup_printf (ROOT "/jobs/%s/%s", sender, token);
}

static void
test_deadline_ends_a_call (Fixture *fixture, gconstpointer data)
{
  Reply reply;
  int pipe = start_open (fixture, fixture->client, &reply, "{'deadline': <uint32 1>}");

  assert_error (&reply, SMIMED_ERROR_DEADLINE_EXCEEDED);
  await_idle (fixture);
  close (pipe);
}

static void
test_caller_cancels (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = job_path (fixture, "one");
  Reply reply;
  Reply cancel;
  int pipe = start_open (fixture, fixture->client, &reply, "{'job': <'one'>}");

  await_busy (fixture);
  send_on (fixture, fixture->client, &cancel, path, "Job", "Cancel", g_variant_new_parsed ("(@a{sv} {},)"), -1);
  await (&cancel);
  g_assert_no_error (cancel.error);
  assert_error (&reply, SMIMED_ERROR_CANCELLED);

  /* The object is gone with the call. */
  g_clear_pointer (&cancel.value, g_variant_unref);
  send_on (fixture, fixture->client, &cancel, path, "Job", "Cancel", g_variant_new_parsed ("(@a{sv} {},)"), -1);
  await (&cancel);
  g_assert_error (cancel.error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
  g_clear_error (&cancel.error);
  await_idle (fixture);
  close (pipe);
}

static void
test_nobody_else_cancels (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = job_path (fixture, "mine");
  g_autoptr (GDBusConnection) stranger = connect_to (fixture->bus);
  Reply reply;
  Reply cancel;
  int pipe = start_open (fixture, fixture->client, &reply, "{'job': <'mine'>}");

  await_busy (fixture);
  send_on (fixture, stranger, &cancel, path, "Job", "Cancel", g_variant_new_parsed ("(@a{sv} {},)"), -1);
  assert_error (&cancel, SMIMED_ERROR_ACCESS_DENIED);
  g_assert_false (reply.done);

  close (pipe);
  assert_error (&reply, SMIMED_ERROR_MALFORMED);
  g_dbus_connection_close_sync (stranger, NULL, NULL);
}

static void
test_token_is_used_once_at_a_time (Fixture *fixture, gconstpointer data)
{
  Reply first;
  Reply second;
  int pipe = start_open (fixture, fixture->client, &first, "{'job': <'same'>}");

  await_busy (fixture);
  close (start_open (fixture, fixture->client, &second, "{'job': <'same'>}"));
  assert_error (&second, SMIMED_ERROR_INVALID_ARGUMENT);
  close (pipe);
  assert_error (&first, SMIMED_ERROR_MALFORMED);
}

static void
test_caller_that_leaves_ends_its_calls (Fixture *fixture, gconstpointer data)
{
  GDBusConnection *client = connect_to (fixture->bus);
  Reply reply;
  int pipe = start_open (fixture, client, &reply, "@a{sv} {}");

  await_busy (fixture);
  g_dbus_connection_close_sync (client, NULL, NULL);
  await_idle (fixture);
  await (&reply);
  g_assert_nonnull (reply.error);
  g_clear_error (&reply.error);
  g_object_unref (client);
  close (pipe);
}

static void
test_a_bus_that_goes_ends_all_calls (Fixture *fixture, gconstpointer data)
{
  Reply reply;
  int pipe = start_open (fixture, fixture->client, &reply, "@a{sv} {}");

  await_busy (fixture);
  g_dbus_connection_set_exit_on_close (fixture->connection, FALSE);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  await_idle (fixture);
  await (&reply);
  g_assert_nonnull (reply.error);
  g_clear_error (&reply.error);
  close (pipe);
}

static void
test_switched_off_nothing_is_touched (Fixture *fixture, gconstpointer data)
{
  Reply reply;

  g_assert_true (smd_settings_set_enabled (fixture->settings, FALSE, NULL));
  close (start_open (fixture, fixture->client, &reply, "@a{sv} {}"));
  assert_error (&reply, SMIMED_ERROR_DISABLED);
  send_on (fixture, fixture->client, &reply, ROOT, "Recipients", "Evaluate", g_variant_new_parsed ("('a@b', ['c@d'], @a{sv} {})"), -1);
  assert_error (&reply, SMIMED_ERROR_DISABLED);
  send_on (fixture, fixture->client, &reply, ROOT, "Certificates", "Find", g_variant_new_parsed ("(@a{sv} {}, @a{sv} {})"), -1);
  await (&reply);
  g_assert_no_error (reply.error);
  g_clear_pointer (&reply.value, g_variant_unref);
}

static void
test_missing_descriptor_is_an_argument_error (Fixture *fixture, gconstpointer data)
{
  Reply reply;

  send_on (fixture, fixture->client, &reply, ROOT, "Messages", "Open", g_variant_new_parsed ("(handle 5, @a{sv} {})"), -1);
  assert_error (&reply, SMIMED_ERROR_INVALID_ARGUMENT);
}

static void
test_account_is_there_when_its_registration_is_answered (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  Reply reply;

  send_on (fixture, fixture->client, &reply, ROOT, "Manager", "RegisterAccount", g_variant_new_parsed ("('a@example.org', @a{sv} {})"), -1);
  await (&reply);
  g_assert_no_error (reply.error);
  g_variant_get (reply.value, "(o)", &path);
  g_clear_pointer (&reply.value, g_variant_unref);

  send_on (fixture, fixture->client, &reply, path, "Account", "SetCertificates", g_variant_new_parsed ("(objectpath '/', objectpath '/', @a{sv} {})"), -1);
  await (&reply);
  g_assert_no_error (reply.error);
  g_clear_pointer (&reply.value, g_variant_unref);
}

#define ADD(name, test) g_test_add ("/job/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a-deadline-ends-a-call", test_deadline_ends_a_call);
  ADD ("its-caller-cancels-it", test_caller_cancels);
  ADD ("nobody-else-cancels-it", test_nobody_else_cancels);
  ADD ("a-token-is-used-once-at-a-time", test_token_is_used_once_at_a_time);
  ADD ("a-caller-that-leaves-ends-its-calls", test_caller_that_leaves_ends_its_calls);
  ADD ("a-bus-that-goes-ends-all-calls", test_a_bus_that_goes_ends_all_calls);
  ADD ("switched-off-nothing-is-touched", test_switched_off_nothing_is_touched);
  ADD ("a-missing-descriptor-is-an-argument-error", test_missing_descriptor_is_an_argument_error);
  ADD ("an-account-is-there-when-its-registration-is-answered", test_account_is_there_when_its_registration_is_answered);
  return g_test_run ();
}
