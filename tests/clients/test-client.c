/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The client library with a service that says what the test wants: words that nobody knows, silence, an end in the middle. */
#include <gio/gunixfdlist.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "smimed.h"

#define NAME "org.smimed.Smime1"
#define ROOT "/org/smimed/Smime1"
#define SIGNER "'certificate': <'ab'>, 'addresses': <['a@example.org']>, 'address-match': <true>, 'authenticated': <true>"
#define GOOD "{'signature': <'good'>, 'chain': <'valid'>, " SIGNER "}"
#define VERIFIED "'authenticated': <true>, 'confidential': <false>, 'sender': <'a@example.org'>"
#define REPORT(protection, signer)                                                                                                   \
  "{'protection': <'" protection "'>, " VERIFIED ", 'layers': <[{'type': <'signed'>, 'format': <'clear'>, 'signers': <[" signer "]>}]>}"

typedef struct
{
  GTestDBus *bus;
  GDBusConnection *service;
  GDBusConnection *connection;
  const char *report;
  gboolean holds;           /* calls of Messages stay unanswered until Job.Cancel */
  gboolean enabled;
  GDBusMessage *held;
  GVariant *options;        /* of the last call */
  guint calls;              /* of Messages */
  GMutex lock;
} Fixture;

static GDBusMessage *
reply_to (GDBusMessage *call, GVariant *body)
{
  GDBusMessage *reply = g_dbus_message_new_method_reply (call);

  g_dbus_message_set_body (reply, body);
  return reply;
}

static GVariant *
properties_of (Fixture *f, GDBusMessage *call)
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
answer_message (Fixture *f, GDBusMessage *call)
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
answer (Fixture *f, GDBusMessage *call)
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
send_and_unref (Fixture *f, GDBusMessage *message)
{
  if (message != NULL)
    g_dbus_connection_send_message (f->service, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  g_clear_object (&message);
}

/* The service: in its connection's thread */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  Fixture *f = user_data;

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
connect_to (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (f->bus), G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
start_service (Fixture *f)
{
  g_autoptr (GVariant) reply = NULL;

  f->service = connect_to (f);
  g_dbus_connection_add_filter (f->service, on_message, f, NULL);
  reply = g_dbus_connection_call_sync (f->service, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", NAME, 4), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_assert_nonnull (reply);
}

/* The bus notices a closed connection at some later time: the name is given back first, so that the next call finds nobody. */
static void
stop_service (Fixture *f)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (f->service, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReleaseName",
                                                            g_variant_new ("(s)", NAME), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  g_assert_nonnull (reply);
  g_assert_true (g_dbus_connection_close_sync (f->service, NULL, NULL));
  g_clear_object (&f->service);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_mutex_init (&f->lock);
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  f->report = REPORT ("verified", GOOD);
  g_test_dbus_up (f->bus);
  start_service (f);
  f->connection = connect_to (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->connection);
  stop_service (f);
  g_test_dbus_down (f->bus);
  g_object_unref (f->bus);
  g_clear_pointer (&f->options, g_variant_unref);
  g_mutex_clear (&f->lock);
}

static SmimedClient *
new_client (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  SmimedClient *client = g_initable_new (SMIMED_TYPE_CLIENT, NULL, &error, "connection", f->connection, NULL);

  g_assert_no_error (error);
  return client;
}

static SmimedInput *
input (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("message", 7);

  return smimed_input_new_for_bytes (bytes);
}

static SmimedReport *
open_with (Fixture *f, const char *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedClient) client = new_client (f);
  g_autoptr (SmimedInput) message = input ();
  SmimedReport *opened;

  f->report = report;
  opened = smimed_client_open_sync (client, message, NULL, NULL, &error);
  g_assert_no_error (error);
  return opened;
}

static void
test_known (Fixture *f, gconstpointer data)
{
  g_autoptr (SmimedReport) report = open_with (f, REPORT ("verified", GOOD));
  g_autoptr (GPtrArray) signers = smimed_report_dup_signers (report);
  g_autoptr (GBytes) content = smimed_output_get_bytes (smimed_report_get_content (report));
  g_autofree char *sentence = smimed_signer_get_sentence (signers->pdata[0]);

  g_assert_true (smimed_report_is_authenticated (report));
  g_assert_cmpint (smimed_report_get_protection (report), ==, SMIMED_PROTECTION_VERIFIED);
  g_assert_cmpstr (sentence, ==, "Signed by a@example.org; that is proven.");
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), "content", 7);
}

/* A word from the future, or a service that contradicts itself, never proves anything. */
static void
test_unknown (Fixture *f, gconstpointer data)
{
  static const char *const reports[] = {
    REPORT ("super-verified", GOOD),
    REPORT ("none", GOOD),
    REPORT ("verified", "{'signature': <'splendid'>, 'chain': <'valid'>, " SIGNER "}"),
    REPORT ("verified", "{'signature': <'good'>, 'chain': <'somehow'>, " SIGNER "}"),
    REPORT ("verified", "{'signature': <'good'>, " SIGNER "}"),
    REPORT ("verified", "{'signature': <'bad'>, 'chain': <'valid'>, " SIGNER "}"),
    REPORT ("verified", "@a{sv} {}"),
    "{'protection': <'verified'>}",
    "{'protection': <uint32 7>, 'authenticated': <'yes'>, 'layers': <5>, 'warnings': <'none'>}",
    "@a{sv} {}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (reports); i++)
    {
      g_autoptr (SmimedReport) opened = open_with (f, reports[i]);

      g_assert_false (smimed_report_is_authenticated (opened));
      g_assert_cmpint (smimed_report_get_protection (opened), ==, SMIMED_PROTECTION_NONE);
    }
}

static void
test_verdicts (Fixture *f, gconstpointer data)
{
  static const char *const recipients[] = { "a@example.org", NULL };
  static const char *const verdicts[] = {
    "[{'address': <'a@example.org'>, 'usable': <true>, 'source': <'local'>, 'action': <'none'>}]",
    "[{'address': <'a@example.org'>, 'usable': <true>, 'source': <'somewhere'>, 'action': <'none'>}]",
    "[{'address': <'a@example.org'>, 'usable': <true>, 'source': <'local'>, 'action': <'pray'>}]",
    "[{'address': <'g@example.org'>, 'usable': <true>, 'members': <[{'address': <'b@example.org'>, 'usable': <false>}]>}]",
  };
  g_autoptr (SmimedClient) client = new_client (f);

  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SmimedEvaluation) evaluation = NULL;

      f->report = verdicts[i];
      evaluation = smimed_client_evaluate_sync (client, "a@example.org", recipients, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (smimed_evaluation_is_ready (evaluation), ==, i == 0);
    }
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
await (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
is_held (Fixture *f)
{
  gboolean held;

  g_mutex_lock (&f->lock);
  held = f->held != NULL;
  g_mutex_unlock (&f->lock);
  return held;
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = new_client (f);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedInput) message = input ();
  g_autoptr (SmimedReport) report = NULL;

  f->holds = TRUE;
  smimed_client_open (client, message, NULL, cancellable, on_done, &result);
  while (!is_held (f))
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  await (&result);
  report = smimed_client_open_finish (client, result, &error);
  g_assert_null (report);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (is_held (f));
}

/* A service that ends in the middle of a call, and another one that is not as it was */
static void
test_restart (Fixture *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = new_client (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedInput) message = input ();
  g_autoptr (SmimedReport) report = NULL;

  g_assert_false (smimed_client_is_enabled (client));
  f->holds = TRUE;
  smimed_client_open (client, message, NULL, NULL, on_done, &result);
  while (!is_held (f))
    g_main_context_iteration (NULL, FALSE);
  stop_service (f);
  await (&result);
  report = smimed_client_open_finish (client, result, &error);
  g_assert_null (report);
  g_assert_cmpstr (smimed_error_describe (error), ==, "The S/MIME service ended unexpectedly. Try again.");
  g_clear_object (&f->held);

  f->enabled = TRUE;
  start_service (f);
  while (!smimed_client_is_enabled (client))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (smimed_client_get_accounts (client)), ==, 1);
}

/* A stream of which the beginning can be read, and then nothing */
typedef GInputStream BrokenStream;
typedef GInputStreamClass BrokenStreamClass;
GType broken_stream_get_type (void);
G_DEFINE_TYPE (BrokenStream, broken_stream, G_TYPE_INPUT_STREAM)

static gssize
read_and_break (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  if (g_object_get_data (G_OBJECT (stream), "read") != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "broken");
      return -1;
    }

  g_object_set_data (G_OBJECT (stream), "read", stream);
  memset (buffer, 'x', MIN (count, 100));
  return (gssize) MIN (count, 100);
}

static void
broken_stream_class_init (BrokenStreamClass *klass)
{
  klass->read_fn = read_and_break;
}

static void
broken_stream_init (BrokenStream *self)
{
}

static void
test_broken_stream (Fixture *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = new_client (f);
  g_autoptr (GInputStream) stream = g_object_new (broken_stream_get_type (), NULL);
  g_autoptr (SmimedInput) message = smimed_input_new_for_stream (stream);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedSealed) sealed = smimed_client_sign_sync (client, message, "a@example.org", NULL, NULL, &error);

  g_assert_null (sealed);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpuint (f->calls, ==, 0);
}

static void
test_options (Fixture *f, gconstpointer data)
{
  static const char *const bcc[] = { "b@example.org", NULL };
  g_autoptr (SmimedClient) client = new_client (f);
  g_autoptr (SmimedInput) message = input ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedOptions) options = g_object_new (SMIMED_TYPE_OPTIONS, "bcc", bcc, "deadline", 7, "interactive", FALSE, "network",
                                                    SMIMED_NETWORK_CACHE_ONLY, "received-at", G_GINT64_CONSTANT (9), "sender", "x", NULL);
  g_autoptr (SmimedSealed) sealed = NULL;
  g_autoptr (GVariant) wanted = g_variant_ref_sink (g_variant_new_parsed (
      "{'bcc': <['b@example.org']>, 'deadline': <uint32 7>, 'interactive': <false>, 'network': <'cache-only'>, 'received-at': <int64 9>}"));
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_object_set (options, "sender", NULL, NULL);
  sealed = smimed_client_sign_sync (client, message, "a@example.org", options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (f->options), ==, g_variant_n_children (wanted));
  g_variant_iter_init (&iter, wanted);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) sent = g_variant_lookup_value (f->options, key, NULL);

      g_assert_nonnull (sent);
      g_assert_cmpvariant (sent, value);
    }
}

typedef struct
{
  char *fingerprint;
  gint64 not_after;
  int days;
} Expiry;

static void
on_expiring (SmimedClient *client, const char *fingerprint, const char *address, gint64 not_after, int days, Expiry *seen)
{
  *seen = (Expiry){ g_strdup (fingerprint), not_after, days };
}

static void
test_signals (Fixture *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = new_client (f);
  Expiry seen = { NULL };

  g_assert_cmpint (smimed_client_get_threading_advice (client), ==, SMIMED_THREADING_DISABLE);
  g_assert_cmpint (smimed_client_get_last_refresh (client), ==, 5);
  g_assert_true (smimed_client_has_feature (client, "x"));
  g_signal_connect (client, "certificate-expiring", G_CALLBACK (on_expiring), &seen);
  g_dbus_connection_emit_signal (f->service, NULL, ROOT, NAME ".Manager", "CertificateExpiring",
                                 g_variant_new ("(osxi)", ROOT "/certificates/abc", "a@example.org", (gint64) 99, 3), NULL);
  g_dbus_connection_emit_signal (f->service, NULL, ROOT, "org.freedesktop.DBus.ObjectManager", "InterfacesRemoved",
                                 g_variant_new_parsed ("(%o, [%s])", ROOT "/accounts/1", NAME ".Account"), NULL);
  while (g_list_model_get_n_items (smimed_client_get_accounts (client)) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (seen.fingerprint, ==, "abc");
  g_assert_cmpint (seen.not_after, ==, 99);
  g_assert_cmpint (seen.days, ==, 3);
  g_free (seen.fingerprint);
}

/* Each code and each error has a sentence of its own. */
static void
test_words (Fixture *f, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) errors = g_hash_table_new (g_str_hash, g_str_equal);
  const char *unknown = smimed_problem_describe ("from-the-future");

  for (guint i = 0; i < SMIMED_N_PROBLEMS; i++)
    {
      const char *word = smimed_problem_code_to_word (i);

      g_assert_cmpstr (smimed_problem_describe (word), !=, unknown);
      g_assert_true (g_hash_table_add (seen, (gpointer) smimed_problem_describe (word)));
    }
  g_assert_cmpint (smimed_problem_severity ("from-the-future"), ==, SMIMED_SEVERITY_ERROR);
  g_assert_cmpint (smimed_problem_severity ("expiring-soon"), ==, SMIMED_SEVERITY_WARNING);

  for (guint i = 0; i < SMIMED_N_ERRORS; i++)
    {
      g_autoptr (GError) error = g_error_new_literal (SMIMED_ERROR, (int) i, "detail");

      g_assert_cmpstr (smimed_error_describe (error), !=, "detail");
      g_assert_true (g_hash_table_add (errors, (gpointer) smimed_error_describe (error)));
    }
}

static void
test_certificates (Fixture *f, gconstpointer data)
{
  static const char *const fingerprints[] = { "ab", "nonsense", NULL };
  g_autoptr (SmimedClient) client = new_client (f);
  g_autoptr (SmimedInput) file = input ();
  g_autoptr (GPtrArray) found = smimed_client_find_sync (client, NULL, NULL, NULL, NULL);
  g_autoptr (GPtrArray) refused = NULL;
  g_autoptr (GPtrArray) imported
      = smimed_client_import_certificates_sync (client, file, SMIMED_ROLE_ANCHOR, NULL, &refused, NULL, NULL);
  g_autoptr (SmimedCertificate) loaded = smimed_client_load_certificate_sync (client, "AB", NULL, NULL);
  g_autoptr (SmimedValidation) validation = smimed_certificate_validate_sync (loaded, SMIMED_USAGE_ANY, NULL, NULL, NULL);
  g_autoptr (SmimedOutput) exported = smimed_client_export_pkcs12_sync (client, fingerprints, NULL, NULL, NULL);
  g_autofree char *request = NULL;
  g_autoptr (SmimedOutput) csr = smimed_client_create_request_sync (client, "a@example.org", NULL, &request, NULL, NULL);
  g_autofree char *name = smimed_certificate_dup_name (loaded);

  g_assert_cmpuint (found->len, ==, 2);
  g_assert_cmpuint (imported->len, ==, 1);
  g_assert_cmpuint (refused->len, ==, 1);
  g_assert_cmpstr (name, ==, "Alice");
  g_assert_cmpint (smimed_certificate_get_role (loaded), ==, SMIMED_ROLE_OWN);
  g_assert_cmpint (smimed_certificate_get_usages (loaded), ==, SMIMED_USAGE_SIGN);
  g_assert_cmpint (smimed_validation_get_chain (validation), ==, SMIMED_CHAIN_VALID);
  g_assert_cmpuint (smimed_validation_get_chain_der (validation)->len, ==, 1);
  g_assert_cmpuint (smimed_output_get_size (exported), ==, 7);
  g_assert_cmpuint (smimed_output_get_size (csr), ==, 7);
  g_assert_cmpstr (request, ==, "request");
}

static void
test_accounts (Fixture *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = new_client (f);
  g_autoptr (SmimedAccount) listed = smimed_client_find_account (client, "A@example.org");
  g_autoptr (SmimedAccount) account = smimed_client_register_account_sync (client, "a@example.org", NULL, NULL, NULL);
  g_autoptr (GPtrArray) entries = smimed_client_list_revocation_sync (client, NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (smimed_account_get_missing (listed), ==, SMIMED_USAGE_SIGN);
  g_assert_true (smimed_account_is_ready (account));
  g_assert_true (smimed_account_set_certificates_sync (account, "ab", NULL, NULL, NULL, NULL));
  g_assert_true (smimed_account_store_sign_by_default_sync (account, TRUE, NULL, NULL));
  g_assert_true (smimed_client_enable_sync (client, TRUE, NULL, NULL));
  g_assert_true (smimed_client_unregister_account_sync (client, account, NULL, NULL, NULL));
  g_assert_cmpint (smimed_revocation_entry_get_kind (entries->pdata[0]), ==, SMIMED_REVOCATION_KIND_DELTA_CRL);
  g_assert_cmpuint (smimed_revocation_entry_get_entries (entries->pdata[0]), ==, 3);
  g_assert_false (smimed_client_flush_revocation_sync (client, NULL, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED);
  g_assert_cmpstr (error->message, ==, "not here");
}

/* A password serves several calls, and travels as a file. */
static void
test_password (Fixture *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = new_client (f);
  g_autoptr (SmimedInput) message = input ();
  g_autoptr (SmimedOptions) options = smimed_options_new ();
  g_autoptr (GBytes) password = g_bytes_new_static ("secret", 6);

  g_assert_true (smimed_options_set_password (options, password, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SmimedSealed) sealed = smimed_client_sign_sync (client, message, "a@example.org", options, NULL, NULL);
      gint32 handle = -1;

      g_assert_nonnull (sealed);
      g_assert_true (g_variant_lookup (f->options, "password-fd", "h", &handle));
      g_assert_cmpint (handle, ==, 1);
    }
}

/* A warning with its data: days, day, server */
static void
test_sentences (Fixture *f, gconstpointer data)
{
  g_autoptr (SmimedReport) report = open_with (
      f, "{'warnings': <[{'code': <'expiring-soon'>, 'days': <1>}, {'code': <'expiring-soon'>, 'days': <9>},"
         " {'code': <'directory-unreachable'>, 'url': <'ldap://x'>, 'temporary': <true>},"
         " {'code': <'revoked'>, 'depth': <uint32 1>}, {'code': <'from-the-future'>}]>}");
  static const char *const sentences[] = {
    "The certificate expires in 1 day.",
    "The certificate expires in 9 days.",
    "The directory ldap://x could not be reached. This may pass; try again later.",
    "In the chain of its issuers: The certificate was revoked by its issuer.",
    "Something is wrong that this version has no words for.",
  };
  GPtrArray *warnings = smimed_report_get_warnings (report);

  g_assert_cmpuint (warnings->len, ==, G_N_ELEMENTS (sentences));
  for (guint i = 0; i < warnings->len; i++)
    {
      g_autofree char *sentence = smimed_problem_get_sentence (warnings->pdata[i]);

      g_assert_cmpstr (sentence, ==, sentences[i]);
    }
}

static void
test_no_service (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) client = NULL;
  g_autoptr (GObject) source = NULL;

  stop_service (f);
  g_async_initable_new_async (SMIMED_TYPE_CLIENT, 0, NULL, on_done, &result, "connection", f->connection, NULL);
  await (&result);
  source = g_async_result_get_source_object (result);
  client = g_async_initable_new_finish (G_ASYNC_INITABLE (source), result, &error);
  g_assert_null (client);
  g_assert_cmpstr (smimed_error_describe (error), ==, "The S/MIME service can't be reached. Is it installed?");
  start_service (f);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/client/a report tells who signed and what", test_known);
  ADD ("/client/a word that is not known proves nothing", test_unknown);
  ADD ("/client/a verdict with an unknown word is not usable", test_verdicts);
  ADD ("/client/cancelling reaches the service", test_cancel);
  ADD ("/client/a service that ends fails the call and is known again when it is back", test_restart);
  ADD ("/client/a stream that breaks never becomes half a message", test_broken_stream);
  ADD ("/client/options are sent as they were set, and no others", test_options);
  ADD ("/client/signals of the service are signals of the client", test_signals);
  ADD ("/client/each problem and each error has a sentence of its own", test_words);
  ADD ("/client/sentences tell days and servers", test_sentences);
  ADD ("/client/certificates are read and told", test_certificates);
  ADD ("/client/accounts are read and changed", test_accounts);
  ADD ("/client/a password serves several calls", test_password);
  ADD ("/client/without a service there is no client and a sentence that says so", test_no_service);
  return g_test_run ();
}
