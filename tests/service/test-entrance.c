/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that begin where the bus is read are the same as others: one answer to each, and the same errors. */
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "smd-test-bus.h"

/* Replies that come to nobody's ears would be dropped by GDBus: they are counted before. */
static void
assert_answers (SmdTestBus *fixture, gint count)
{
  smd_test_bus_await_idle (fixture);
  smd_test_bus_settle (fixture, fixture->client);
  g_assert_cmpint (g_atomic_int_get (&fixture->answers), ==, count + 1);
}

static void
test_whatever_comes_first_is_the_only_answer (SmdTestBus *fixture, gconstpointer way)
{
  SmdTestReply late;
  SmdTestReply cancelled;
  SmdTestReply cancel;
  g_autofree char *path = smd_test_bus_dup_job_path (fixture, "twice");
  int pipes[] = { smd_test_bus_start_open (fixture, fixture->client, &late, "{'deadline': <uint32 1>}"),
                  smd_test_bus_start_open (fixture, fixture->client, &cancelled, "{'job': <'twice'>, 'deadline': <uint32 600000>}") };

  smd_test_reply_assert_error (&late, SMIMED_ERROR_DEADLINE_EXCEEDED);
  smd_test_bus_await_busy (fixture, fixture->client);
  smd_test_bus_send (fixture, fixture->client, &cancel, path, "Job", "Cancel", g_variant_new_parsed ("(@a{sv} {},)"), -1);
  smd_test_reply_await (&cancel);
  g_clear_pointer (&cancel.value, g_variant_unref);
  smd_test_reply_assert_error (&cancelled, SMIMED_ERROR_CANCELLED);

  /* Now the worker has something to tell, too. */
  close (pipes[0]);
  close (pipes[1]);
  assert_answers (fixture, 4);
}

static void
test_calls_whose_deadlines_pass_meanwhile_are_answered_once (SmdTestBus *fixture, gconstpointer way)
{
  enum { CALLS = 60 };
  g_autofree SmdTestReply *replies = g_new0 (SmdTestReply, CALLS);

  for (guint i = 0; i < CALLS; i++)
    {
      g_autofree char *options = g_strdup_printf ("{'deadline': <uint32 %u>}", i % 10);

      close (smd_test_bus_start_open (fixture, fixture->client, &replies[i], options));
    }

  for (guint i = 0; i < CALLS; i++)
    {
      smd_test_reply_await (&replies[i]);
      g_assert_true (g_error_matches (replies[i].error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED)
                     || g_error_matches (replies[i].error, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED));
      g_clear_error (&replies[i].error);
    }
  assert_answers (fixture, CALLS);
}

static void
test_many_callers_leave_while_they_are_answered (SmdTestBus *fixture, gconstpointer way)
{
  for (guint round = 0; round < 20; round++)
    {
      GDBusConnection *client = smd_test_bus_connect (fixture->bus);
      SmdTestReply replies[20];

      smd_test_bus_introduce (fixture, client, way);
      for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
        close (smd_test_bus_start_open (fixture, client, &replies[i], "{'deadline': <uint32 600000>}"));
      smd_test_reply_await (&replies[round % G_N_ELEMENTS (replies)]);
      g_dbus_connection_close_sync (client, NULL, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
        {
          smd_test_reply_await (&replies[i]);
          g_clear_error (&replies[i].error);
        }
      g_object_unref (client);
    }
  smd_test_bus_await_idle (fixture);
}

static GDBusMessage *
new_open (SmdTestBus *fixture, const char *options)
{
  GDBusMessage *message = smd_test_bus_new_call (fixture, "Messages", "Open", NULL);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (g_unix_fd_list_append (fds, fd, NULL), ==, 0);
  close (fd);
  g_dbus_message_set_body (message, g_variant_new ("(h@a{sv})", 0, g_variant_new_parsed (options)));
  g_dbus_message_set_unix_fd_list (message, fds);
  return message;
}

static void
test_who_wants_no_answer_gets_none (SmdTestBus *fixture, gconstpointer way)
{
  g_autoptr (GDBusMessage) good = smd_test_bus_new_call (fixture, "Certificates", "Find", "({'address': <'a@b'>}, @a{sv} {})");
  g_autoptr (GDBusMessage) bad = new_open (fixture, "@a{sv} {}");
  GDBusMessage *const calls[] = { good, bad };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_dbus_message_set_flags (calls[i], G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
      g_assert_true (g_dbus_connection_send_message (fixture->client, calls[i], G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL));
    }

  smd_test_bus_settle (fixture, fixture->client);
  assert_answers (fixture, 1);
}

/* This is the main thread, and it waits for the answer without looking at anything else. */
static void
test_a_known_caller_is_answered_while_the_main_thread_is_busy (SmdTestBus *fixture, gconstpointer way)
{
  g_autoptr (GDBusMessage) call = new_open (fixture, "@a{sv} {}");
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusMessage) reply = g_dbus_connection_send_message_with_reply_sync (fixture->client, call, G_DBUS_SEND_MESSAGE_FLAGS_NONE, -1,
                                                                                   NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (g_dbus_message_to_gerror (reply, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
}

static void
test_the_service_ends_with_calls_under_way (SmdTestBus *fixture, gconstpointer way)
{
  SmdTestReply replies[50];
  SmdTestReply last;
  int pipe;

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    close (smd_test_bus_start_open (fixture, fixture->client, &replies[i], "{'deadline': <uint32 600000>}"));
  pipe = smd_test_bus_start_open (fixture, fixture->client, &last, "@a{sv} {}");
  smd_test_bus_await_busy (fixture, fixture->client);
  g_clear_pointer (&fixture->service, smd_service_free);
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      smd_test_reply_await (&replies[i]);
      g_assert_nonnull (replies[i].error);
      g_clear_error (&replies[i].error);
    }
  smd_test_reply_await (&last);
  g_assert_nonnull (last.error);
  g_clear_error (&last.error);
  close (pipe);
}

static char *
tell_error (SmdTestBus *fixture, GDBusConnection *client, const char *interface, const char *method, const char *arguments)
{
  SmdTestReply reply;
  char *told;

  smd_test_bus_send (fixture, client, &reply, SMD_TEST_BUS_ROOT, interface, method, g_variant_new_parsed (arguments), -1);
  smd_test_reply_await (&reply);
  g_assert_nonnull (reply.error);
  told = g_strdup (reply.error->message);
  g_clear_error (&reply.error);
  return told;
}

static void
test_errors_are_the_same_whichever_way (SmdTestBus *fixture, gconstpointer way)
{
  static const char *const calls[][3] = {
    { "Messages", "Sign", "(handle 0, 'a@b', {'no-such': <1>})" },
    { "Messages", "Sign", "(handle 0, 'a@b', {'format': <'none'>})" },
    { "Messages", "Sign", "(handle 0, 'a@b', {'purpose': <'draft'>})" },
    { "Messages", "Sign", "(handle 0, 'a@b', {'deadline': <'soon'>})" },
    { "Messages", "Sign", "('a@b', handle 0, @a{sv} {})" },
    { "Messages", "Encrypt", "(handle 0, 'a@b', ['c@d'], {'cipher': <'rot13'>})" },
    { "Messages", "Open", "(handle 1, @a{sv} {})" },
    { "Messages", "Open", "(handle 0, {'content-type': <'text/plain'>})" },
    { "Messages", "Verify", "(handle 0, handle 0, @a{sv} {})" },
    { "Messages", "Inspect", "(handle -1, @a{sv} {})" },
    { "Messages", "Close", "(handle 0, @a{sv} {})" },
    { "Recipients", "Evaluate", "('a@b', ['c@d'], {'sender': <'e'>})" },
    { "Certificates", "Validate", "([[byte 1]], 'knit', @a{sv} {})" },
    { "Certificates", "Validate", "([[byte 1]], 'sign', @a{sv} {})" },
    { "Certificates", "Find", "({'address': <1>}, @a{sv} {})" },
    { "Certificates", "Find", "({'address': <'a@b'>}, {'no-such': <1>})" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (GDBusConnection) stranger = smd_test_bus_connect (fixture->bus);
      g_autofree char *first = tell_error (fixture, stranger, calls[i][0], calls[i][1], calls[i][2]);
      g_autofree char *known = tell_error (fixture, fixture->client, calls[i][0], calls[i][1], calls[i][2]);

      g_assert_cmpstr (first, ==, known);
      g_dbus_connection_close_sync (stranger, NULL, NULL);
    }
}

static void
add (const char *name, void (*test) (SmdTestBus *, gconstpointer))
{
  static const char *const ways[] = { SMD_TEST_BUS_FIRST, SMD_TEST_BUS_KNOWN };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/entrance/%s/%s", ways[i], name);

      g_test_add (path, SmdTestBus, ways[i], smd_test_bus_set_up, test, smd_test_bus_tear_down);
    }
}

#define ADD_KNOWN(name, test) \
  g_test_add ("/entrance/" name, SmdTestBus, SMD_TEST_BUS_KNOWN, smd_test_bus_set_up, test, smd_test_bus_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("whatever-comes-first-is-the-only-answer", test_whatever_comes_first_is_the_only_answer);
  add ("calls-whose-deadlines-pass-meanwhile-are-answered-once", test_calls_whose_deadlines_pass_meanwhile_are_answered_once);
  add ("many-callers-leave-while-they-are-answered", test_many_callers_leave_while_they_are_answered);
  add ("the-service-ends-with-calls-under-way", test_the_service_ends_with_calls_under_way);
  add ("who-wants-no-answer-gets-none", test_who_wants_no_answer_gets_none);
  ADD_KNOWN ("a-known-caller-is-answered-while-the-main-thread-is-busy", test_a_known_caller_is_answered_while_the_main_thread_is_busy);
  ADD_KNOWN ("errors-are-the-same-whichever-way", test_errors_are_the_same_whichever_way);
  return g_test_run ();
}
