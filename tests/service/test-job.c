/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls, from their beginning to their one answer, both those that begin in the main thread and those that begin where the bus is read. */
#include <unistd.h>

#include "smd-test-bus.h"

static void
test_deadline_ends_a_call (SmdTestBus *fixture, gconstpointer way)
{
  SmdTestReply reply;
  int pipe = smd_test_bus_start_open (fixture, fixture->client, &reply, "{'deadline': <uint32 1>}");

  smd_test_reply_assert_error (&reply, SMIMED_ERROR_DEADLINE_EXCEEDED);
  smd_test_bus_await_idle (fixture);
  close (pipe);
}

static void
test_caller_cancels (SmdTestBus *fixture, gconstpointer way)
{
  g_autofree char *path = smd_test_bus_dup_job_path (fixture, "one");
  SmdTestReply reply;
  SmdTestReply cancel;
  int pipe = smd_test_bus_start_open (fixture, fixture->client, &reply, "{'job': <'one'>}");

  smd_test_bus_await_busy (fixture, fixture->client);
  smd_test_bus_send (fixture, fixture->client, &cancel, path, "Job", "Cancel", g_variant_new_parsed ("(@a{sv} {},)"), -1);
  smd_test_reply_await (&cancel);
  g_assert_no_error (cancel.error);
  smd_test_reply_assert_error (&reply, SMIMED_ERROR_CANCELLED);

  /* The object is gone with the call. */
  g_clear_pointer (&cancel.value, g_variant_unref);
  smd_test_bus_send (fixture, fixture->client, &cancel, path, "Job", "Cancel", g_variant_new_parsed ("(@a{sv} {},)"), -1);
  smd_test_reply_await (&cancel);
  g_assert_error (cancel.error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
  g_clear_error (&cancel.error);
  smd_test_bus_await_idle (fixture);
  close (pipe);
}

static void
test_nobody_else_cancels (SmdTestBus *fixture, gconstpointer way)
{
  g_autofree char *path = smd_test_bus_dup_job_path (fixture, "mine");
  g_autoptr (GDBusConnection) stranger = smd_test_bus_connect (fixture->bus);
  SmdTestReply reply;
  SmdTestReply cancel;
  int pipe = smd_test_bus_start_open (fixture, fixture->client, &reply, "{'job': <'mine'>}");

  smd_test_bus_await_busy (fixture, fixture->client);
  smd_test_bus_send (fixture, stranger, &cancel, path, "Job", "Cancel", g_variant_new_parsed ("(@a{sv} {},)"), -1);
  smd_test_reply_assert_error (&cancel, SMIMED_ERROR_ACCESS_DENIED);
  g_assert_false (reply.done);

  close (pipe);
  smd_test_reply_assert_error (&reply, SMIMED_ERROR_MALFORMED);
  g_dbus_connection_close_sync (stranger, NULL, NULL);
}

static void
test_token_is_used_once_at_a_time (SmdTestBus *fixture, gconstpointer way)
{
  SmdTestReply first;
  SmdTestReply second;
  int pipe = smd_test_bus_start_open (fixture, fixture->client, &first, "{'job': <'same'>}");

  smd_test_bus_await_busy (fixture, fixture->client);
  close (smd_test_bus_start_open (fixture, fixture->client, &second, "{'job': <'same'>}"));
  smd_test_reply_assert_error (&second, SMIMED_ERROR_INVALID_ARGUMENT);
  close (pipe);
  smd_test_reply_assert_error (&first, SMIMED_ERROR_MALFORMED);
}

static void
test_caller_that_leaves_ends_its_calls (SmdTestBus *fixture, gconstpointer way)
{
  GDBusConnection *client = smd_test_bus_connect (fixture->bus);
  SmdTestReply reply;
  int pipe;

  smd_test_bus_introduce (fixture, client, way);
  pipe = smd_test_bus_start_open (fixture, client, &reply, "@a{sv} {}");
  smd_test_bus_await_busy (fixture, client);
  g_dbus_connection_close_sync (client, NULL, NULL);
  smd_test_bus_await_idle (fixture);
  smd_test_reply_await (&reply);
  g_assert_nonnull (reply.error);
  g_clear_error (&reply.error);
  g_object_unref (client);
  close (pipe);
}

static void
test_a_bus_that_goes_ends_all_calls (SmdTestBus *fixture, gconstpointer way)
{
  SmdTestReply reply;
  int pipe = smd_test_bus_start_open (fixture, fixture->client, &reply, "@a{sv} {}");

  smd_test_bus_await_busy (fixture, fixture->client);
  g_dbus_connection_set_exit_on_close (fixture->connection, FALSE);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  smd_test_bus_await_idle (fixture);
  smd_test_reply_await (&reply);
  g_assert_nonnull (reply.error);
  g_clear_error (&reply.error);
  close (pipe);
}

static void
test_switched_off_nothing_is_touched (SmdTestBus *fixture, gconstpointer way)
{
  SmdTestReply reply;

  g_assert_true (smd_settings_set_enabled (fixture->settings, FALSE, NULL));
  close (smd_test_bus_start_open (fixture, fixture->client, &reply, "@a{sv} {}"));
  smd_test_reply_assert_error (&reply, SMIMED_ERROR_DISABLED);
  smd_test_bus_send (fixture, fixture->client, &reply, SMD_TEST_BUS_ROOT, "Recipients", "Evaluate", g_variant_new_parsed ("('a@b', ['c@d'], @a{sv} {})"), -1);
  smd_test_reply_assert_error (&reply, SMIMED_ERROR_DISABLED);
  smd_test_bus_send (fixture, fixture->client, &reply, SMD_TEST_BUS_ROOT, "Certificates", "Find", g_variant_new_parsed ("(@a{sv} {}, @a{sv} {})"), -1);
  smd_test_reply_await (&reply);
  g_assert_no_error (reply.error);
  g_clear_pointer (&reply.value, g_variant_unref);
}

static void
test_missing_descriptor_is_an_argument_error (SmdTestBus *fixture, gconstpointer way)
{
  SmdTestReply reply;

  smd_test_bus_send (fixture, fixture->client, &reply, SMD_TEST_BUS_ROOT, "Messages", "Open", g_variant_new_parsed ("(handle 5, @a{sv} {})"), -1);
  smd_test_reply_assert_error (&reply, SMIMED_ERROR_INVALID_ARGUMENT);
}

static void
test_account_is_there_when_its_registration_is_answered (SmdTestBus *fixture, gconstpointer way)
{
  g_autofree char *path = NULL;
  SmdTestReply reply;

  smd_test_bus_send (fixture, fixture->client, &reply, SMD_TEST_BUS_ROOT, "Manager", "RegisterAccount", g_variant_new_parsed ("('a@example.org', @a{sv} {})"), -1);
  smd_test_reply_await (&reply);
  g_assert_no_error (reply.error);
  g_variant_get (reply.value, "(o)", &path);
  g_clear_pointer (&reply.value, g_variant_unref);

  smd_test_bus_send (fixture, fixture->client, &reply, path, "Account", "SetCertificates", g_variant_new_parsed ("(objectpath '/', objectpath '/', @a{sv} {})"), -1);
  smd_test_reply_await (&reply);
  g_assert_no_error (reply.error);
  g_clear_pointer (&reply.value, g_variant_unref);
}

static void
add (const char *name, void (*test) (SmdTestBus *, gconstpointer))
{
  static const char *const ways[] = { SMD_TEST_BUS_FIRST, SMD_TEST_BUS_KNOWN };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/job/%s/%s", ways[i], name);

      g_test_add (path, SmdTestBus, ways[i], smd_test_bus_set_up, test, smd_test_bus_tear_down);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("a-deadline-ends-a-call", test_deadline_ends_a_call);
  add ("its-caller-cancels-it", test_caller_cancels);
  add ("nobody-else-cancels-it", test_nobody_else_cancels);
  add ("a-token-is-used-once-at-a-time", test_token_is_used_once_at_a_time);
  add ("a-caller-that-leaves-ends-its-calls", test_caller_that_leaves_ends_its_calls);
  add ("a-bus-that-goes-ends-all-calls", test_a_bus_that_goes_ends_all_calls);
  add ("switched-off-nothing-is-touched", test_switched_off_nothing_is_touched);
  add ("a-missing-descriptor-is-an-argument-error", test_missing_descriptor_is_an_argument_error);
  add ("an-account-is-there-when-its-registration-is-answered", test_account_is_there_when_its_registration_is_answered);
  return g_test_run ();
}
