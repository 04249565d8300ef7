/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How calls of the client library go, and how they end. */
#include "fake-service.h"

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
is_held (FakeService *f)
{
  gboolean held;

  g_mutex_lock (&f->lock);
  held = f->held != NULL;
  g_mutex_unlock (&f->lock);
  return held;
}

static void
test_cancel (FakeService *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = fake_service_new_client (f);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedInput) message = fake_service_input ();
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
test_restart (FakeService *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = fake_service_new_client (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedInput) message = fake_service_input ();
  g_autoptr (SmimedReport) report = NULL;

  g_assert_false (smimed_client_is_enabled (client));
  f->holds = TRUE;
  smimed_client_open (client, message, NULL, NULL, on_done, &result);
  while (!is_held (f))
    g_main_context_iteration (NULL, FALSE);
  fake_service_stop (f);
  await (&result);
  report = smimed_client_open_finish (client, result, &error);
  g_assert_null (report);
  g_assert_cmpstr (smimed_error_describe (error), ==, "The S/MIME service ended unexpectedly. Try again.");
  g_clear_object (&f->held);

  f->enabled = TRUE;
  fake_service_start (f);
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
test_broken_stream (FakeService *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = fake_service_new_client (f);
  g_autoptr (GInputStream) stream = g_object_new (broken_stream_get_type (), NULL);
  g_autoptr (SmimedInput) message = smimed_input_new_for_stream (stream);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedSealed) sealed = smimed_client_sign_sync (client, message, "a@example.org", NULL, NULL, &error);

  g_assert_null (sealed);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpuint (f->calls, ==, 0);
}

static void
test_options (FakeService *f, gconstpointer data)
{
  static const char *const bcc[] = { "b@example.org", NULL };
  g_autoptr (SmimedClient) client = fake_service_new_client (f);
  g_autoptr (SmimedInput) message = fake_service_input ();
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
test_signals (FakeService *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = fake_service_new_client (f);
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

static void
test_accounts (FakeService *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = fake_service_new_client (f);
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
test_password (FakeService *f, gconstpointer data)
{
  g_autoptr (SmimedClient) client = fake_service_new_client (f);
  g_autoptr (SmimedInput) message = fake_service_input ();
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

static void
test_no_service (FakeService *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) client = NULL;
  g_autoptr (GObject) source = NULL;

  fake_service_stop (f);
  g_async_initable_new_async (SMIMED_TYPE_CLIENT, 0, NULL, on_done, &result, "connection", f->connection, NULL);
  await (&result);
  source = g_async_result_get_source_object (result);
  client = g_async_initable_new_finish (G_ASYNC_INITABLE (source), result, &error);
  g_assert_null (client);
  g_assert_cmpstr (smimed_error_describe (error), ==, "The S/MIME service can't be reached. Is it installed?");
  fake_service_start (f);
}

#define ADD(path, function) g_test_add (path, FakeService, NULL, fake_service_set_up, function, fake_service_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/client/cancelling reaches the service", test_cancel);
  ADD ("/client/a service that ends fails the call and is known again when it is back", test_restart);
  ADD ("/client/a stream that breaks never becomes half a message", test_broken_stream);
  ADD ("/client/options are sent as they were set, and no others", test_options);
  ADD ("/client/signals of the service are signals of the client", test_signals);
  ADD ("/client/accounts are read and changed", test_accounts);
  ADD ("/client/a password serves several calls", test_password);
  ADD ("/client/without a service there is no client and a sentence that says so", test_no_service);
  return g_test_run ();
}
