/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-service.h"

#include <gio/gunixfdlist.h>
#include <sys/mman.h>
#include <unistd.h>

static GDBusMessage *
reply_to (GDBusMessage *call, GVariant *body)
{
  GDBusMessage *reply = g_dbus_message_new_method_reply (call);

  g_dbus_message_set_body (reply, body);
  return reply;
}

static GVariant *
properties_of (FakeService *f, GDBusMessage *call)
{
  const char *interface;

  g_variant_get_child (g_dbus_message_get_body (call), 0, "&s", &interface);
  if (g_str_equal (interface, NAME ".Account"))
    return g_variant_new_parsed ("({'Address': <'a@example.org'>, 'Ready': <true>},)");
  if (g_str_equal (interface, NAME ".Certificate"))
    return g_variant_new_parsed ("({'Fingerprint': <'ab'>, 'Subject': <'O=x,CN=Alice'>, 'Role': <'own'>, 'Usages': <['sign']>},)");
  if (g_str_equal (interface, NAME ".Manager"))
    return g_variant_new_parsed ("({'Enabled': <%b>, 'Version': <'7'>, 'ThreadingAdvice': <'future'>, 'Features': <['x']>},)", f->enabled);

  return g_variant_new_parsed ("({'LastRefresh': <int64 5>},)");
}

static GDBusMessage *
reply_with_file (GDBusMessage *call, GVariant *body)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  GDBusMessage *reply = reply_to (call, body);
  int fd = memfd_create ("content", MFD_CLOEXEC);

  g_assert_cmpint (write (fd, "content", 7), ==, 7);
  g_unix_fd_list_append (fds, fd, NULL);
  close (fd);
  g_dbus_message_set_unix_fd_list (reply, fds);
  return reply;
}

static GDBusMessage *
answer_message (FakeService *f, GDBusMessage *call)
{
  GVariant *body = g_dbus_message_get_body (call);

  f->calls++;
  g_clear_pointer (&f->options, g_variant_unref);
  f->options = g_variant_get_child_value (body, g_variant_n_children (body) - 1);
  return reply_with_file (call, g_variant_new ("(h@a{sv})", 0, g_variant_new_parsed (f->report)));
}

/* Replies that are always the same */
static const struct
{
  const char *member;
  const char *reply;
} replies[] = {
  { "Find", "([objectpath '/org/smimed/Smime1/certificates/ab', '/org/smimed/Smime1/certificates/ab'],)" },
  { "Import", "([objectpath '/org/smimed/Smime1/certificates/ab'], [{'code': <'malformed'>}])" },
  { "RegisterAccount", "(objectpath '/org/smimed/Smime1/accounts/1',)" },
  { "UnregisterAccount", "()" },
  { "SetCertificates", "()" },
  { "Set", "()" },
  { "ExportPkcs12", "(handle 0,)" },
  { "CreateRequest", "(handle 0, 'request')" },
  { "Validate", "({'chain': <'valid'>, 'chain-der': <[b'x']>, 'revocation': <[{'source': <'crl'>}]>},)" },
  { "List", "([{'kind': <'delta-crl'>, 'state': <'fresh'>, 'entries': <uint64 3>}],)" },
};

static GDBusMessage *
answer_always (GDBusMessage *call)
{
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    if (g_str_equal (replies[i].member, g_dbus_message_get_member (call)))
      return reply_with_file (call, g_variant_new_parsed (replies[i].reply));

  return g_dbus_message_new_method_error_literal (call, NAME ".Error.NotSupported", "not here");
}

static GDBusMessage *
answer (FakeService *f, GDBusMessage *call)
{
  const char *member = g_dbus_message_get_member (call);

  if (g_str_equal (member, "GetAll"))
    return reply_to (call, properties_of (f, call));
  if (g_str_equal (member, "GetManagedObjects"))
    return reply_to (call, g_variant_new_parsed ("(@a{oa{sa{sv}}} {%o: {%s: {'Address': <'a@example.org'>, 'Missing': <['signing']>}}},)",
                                                 ROOT "/accounts/1", NAME ".Account"));
  if (g_str_equal (member, "Open") && f->holds)
    {
      f->held = g_object_ref (call);
      return NULL;
    }
  if (g_str_equal (member, "Open") || g_str_equal (member, "Sign"))
    return answer_message (f, call);
  if (g_str_equal (member, "Evaluate"))
    return reply_to (call, g_variant_new ("(b@aa{sv})", TRUE, g_variant_new_parsed (f->report)));

  return answer_always (call);
}

static void
send_and_unref (FakeService *f, GDBusMessage *message)
{
  if (message != NULL)
    g_dbus_connection_send_message (f->service, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  g_clear_object (&message);
}

/* The service: in its connection's thread */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  FakeService *f = user_data;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL
      || !g_str_has_prefix (g_dbus_message_get_path (message), ROOT))
    return message;

  g_mutex_lock (&f->lock);
  if (g_str_equal (g_dbus_message_get_member (message), "Cancel"))
    {
      send_and_unref (f, g_dbus_message_new_method_reply (message));
      send_and_unref (f, g_dbus_message_new_method_error_literal (f->held, NAME ".Error.Cancelled", "cancelled"));
      g_clear_object (&f->held);
    }
  else
    send_and_unref (f, answer (f, message));
  g_mutex_unlock (&f->lock);
  g_object_unref (message);
  return NULL;
}

static GDBusConnection *
connect_to (FakeService *f)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (f->bus), G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

void
fake_service_start (FakeService *f)
{
  g_autoptr (GVariant) reply = NULL;

  f->service = connect_to (f);
  g_dbus_connection_add_filter (f->service, on_message, f, NULL);
  reply = g_dbus_connection_call_sync (f->service, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", NAME, 4), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_assert_nonnull (reply);
}

/* The bus notices a closed connection at some later time: the name is given back first, so that the next call finds nobody. */
void
fake_service_stop (FakeService *f)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (f->service, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReleaseName",
                                                            g_variant_new ("(s)", NAME), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  g_assert_nonnull (reply);
  g_assert_true (g_dbus_connection_close_sync (f->service, NULL, NULL));
  g_clear_object (&f->service);
}

void
fake_service_set_up (FakeService *f, gconstpointer data)
{
  g_mutex_init (&f->lock);
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  f->report = REPORT ("verified", GOOD);
  g_test_dbus_up (f->bus);
  fake_service_start (f);
  f->connection = connect_to (f);
}

void
fake_service_tear_down (FakeService *f, gconstpointer data)
{
  g_clear_object (&f->connection);
  fake_service_stop (f);
  g_test_dbus_down (f->bus);
  g_object_unref (f->bus);
  g_clear_pointer (&f->options, g_variant_unref);
  g_mutex_clear (&f->lock);
}

SmimedClient *
fake_service_new_client (FakeService *f)
{
  g_autoptr (GError) error = NULL;
  SmimedClient *client = g_initable_new (SMIMED_TYPE_CLIENT, NULL, &error, "connection", f->connection, NULL);

  g_assert_no_error (error);
  return client;
}

SmimedInput *
fake_service_input (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("message", 7);

  return smimed_input_new_for_bytes (bytes);
}

SmimedReport *
fake_service_open (FakeService *f, const char *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedClient) client = fake_service_new_client (f);
  g_autoptr (SmimedInput) message = fake_service_input ();
  SmimedReport *opened;

  f->report = report;
  opened = smimed_client_open_sync (client, message, NULL, NULL, &error);
  g_assert_no_error (error);
  return opened;
}
