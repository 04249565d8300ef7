/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who doesn't come in where the bus is read: a sandboxed program, about whose rights somebody has to be asked first. Who it is, is what this test says in
 * place of the look into /proc (see meson.build); all else is real. */
#include <unistd.h>

#include "smd-peer.h"
#include "smd-test-bus.h"

gboolean __wrap_smd_peer_find_application (GDBusConnection *connection, const char *name, char **application, GError **error);

static gint sandboxed; /* atomic */

gboolean
__wrap_smd_peer_find_application (GDBusConnection *connection, const char *name, char **application, GError **error)
{
  *application = g_atomic_int_get (&sandboxed) ? g_strdup ("org.example.Mail") : NULL;
  return TRUE;
}

typedef struct
{
  const char *interface; /* (unowned) */
  const char *method;    /* (unowned) */
  const char *arguments; /* (unowned) */
} Call;

/* All that may be begun where the bus is read */
static const Call calls[] = {
  { "Messages", "Sign", "(handle 0, 'a@b', @a{sv} {})" },
  { "Messages", "Encrypt", "(handle 0, 'a@b', ['c@d'], @a{sv} {})" },
  { "Messages", "Open", "(handle 0, @a{sv} {})" },
  { "Messages", "Verify", "(handle 0, handle 0, @a{sv} {})" },
  { "Messages", "Inspect", "(handle 0, @a{sv} {})" },
  { "Recipients", "Evaluate", "('a@b', ['c@d'], @a{sv} {})" },
  { "Certificates", "Find", "({'address': <'a@b'>}, @a{sv} {})" },
  { "Certificates", "Validate", "([[byte 1]], 'sign', @a{sv} {})" },
};

/* This is the main thread: until it is told to wait, it looks at nothing. */
static void
assert_answered_without_main_thread (SmdTestBus *fixture, const Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusMessage) message = smd_test_bus_new_call (fixture, call->interface, call->method, call->arguments);
  g_autoptr (GDBusMessage) reply
      = g_dbus_connection_send_message_with_reply_sync (fixture->client, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, -1, NULL, NULL, &error);

  g_assert_no_error (error);
}

/* The bus's thread has seen all that was sent before, and what it has answered itself is here. */
static void
settle_without_main_thread (SmdTestBus *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) pong
      = g_dbus_connection_call_sync (fixture->client, g_dbus_connection_get_unique_name (fixture->connection), SMD_TEST_BUS_ROOT,
                                     "org.freedesktop.DBus.Peer", "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

/* The message comes through a pipe that stays open meanwhile: what has begun with it isn't done. */
static void
assert_waits_for_main_thread (SmdTestBus *fixture, const Call *call)
{
  gint before = g_atomic_int_get (&fixture->answers);
  SmdTestReply reply;
  int fds[2];

  smd_test_bus_await_idle (fixture);
  g_assert_cmpint (pipe (fds), ==, 0);
  smd_test_bus_send (fixture, fixture->client, &reply, SMD_TEST_BUS_ROOT, call->interface, call->method,
                     g_variant_new_parsed (call->arguments), fds[0]);
  settle_without_main_thread (fixture);
  g_assert_false (smd_service_is_busy (fixture->service));
  g_assert_cmpint (g_atomic_int_get (&fixture->answers), ==, before + 1);
  close (fds[1]);
  smd_test_reply_await (&reply);
  g_clear_pointer (&reply.value, g_variant_unref);
  g_clear_error (&reply.error);
}

static void
test_outside (SmdTestBus *fixture, gconstpointer way)
{
  g_atomic_int_set (&sandboxed, FALSE);
  assert_waits_for_main_thread (fixture, &calls[0]);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    assert_answered_without_main_thread (fixture, &calls[i]);
}

static void
test_sandboxed (SmdTestBus *fixture, gconstpointer way)
{
  SmdTestReply reply;

  g_atomic_int_set (&sandboxed, TRUE);
  smd_test_bus_send (fixture, fixture->client, &reply, SMD_TEST_BUS_ROOT, "Certificates", "Find", g_variant_new_parsed ("(@a{sv} {}, @a{sv} {})"), -1);
  smd_test_reply_assert_error (&reply, SMIMED_ERROR_ACCESS_DENIED);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    assert_waits_for_main_thread (fixture, &calls[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/entrance/a program outside of sandboxes comes in as soon as it is known", SmdTestBus, SMD_TEST_BUS_FIRST, smd_test_bus_set_up,
              test_outside, smd_test_bus_tear_down);
  g_test_add ("/entrance/a sandboxed program never comes in, although it is known", SmdTestBus, SMD_TEST_BUS_FIRST, smd_test_bus_set_up,
              test_sandboxed, smd_test_bus_tear_down);
  return g_test_run ();
}
