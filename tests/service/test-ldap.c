/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LDAP URLs of CRL distribution points, against a real slapd (tests/support/directory_server.py). */
#include <stdio.h>

#include "smd-network.h"
#include "smd-test-command.h"
#include "smd-test-server.h"
#include "smd-test-time.h"
#include "smimed-error.h"

#define LONG (20 * SMD_TEST_PATIENCE * SECOND)
#define BOUND (SECOND + SMD_TEST_GRACE) /* what a deadline of a second may take */
#define LIMIT ((gsize) 1024 * 1024)
#define CRL "certificateRevocationList;binary"

typedef struct
{
  GSubprocess *server; /* (owned) */
  SmdNetwork *network; /* (owned) */
  int port;
  char digest[65];
} World;

static void
start_server (World *world)
{
  g_autofree char *line = NULL;

  world->server = smd_test_server_start ("directory_server.py", NULL, &line);
  g_assert_cmpint (sscanf (line, "%d %64s", &world->port, world->digest), ==, 2);
}

static SmdNetwork *
make_network (void)
{
  const char *const allow[] = { "127.0.0.1", NULL };
  SmdNetwork *network = smd_network_new (NULL);

  smd_network_set_allow (network, allow, NULL);
  return network;
}

static SmdFetchResult *
fetch_url (SmdNetwork *network, const char *url, gsize limit, gint64 time)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_fetch_request_free);
  g_autoptr (GPtrArray) results = NULL;

  g_ptr_array_add (requests, smd_fetch_request_new (url, limit));
  results = smd_fetcher_fetch_all (SMD_FETCHER (network), requests, g_get_monotonic_time () + time, NULL);
  return g_ptr_array_steal_index (results, 0);
}

static SmdFetchResult *
fetch (const World *world, const char *rest, gsize limit)
{
  g_autoptr (SmdNetwork) network = make_network ();
  g_autofree char *url = g_strdup_printf ("ldap://127.0.0.1:%d/%s", world->port, rest);
  SmdFetchResult *result = fetch_url (network, url, limit, LONG);

  smd_fetch_result_let_go (result);
  return result;
}

static void
assert_crl (const World *world, const char *rest)
{
  g_autoptr (SmdFetchResult) result = fetch (world, rest, LIMIT);
  g_autofree char *digest = NULL;
  SmdSpan span;

  g_assert_no_error (result->failure);
  span = smd_blob_get_span (result->body);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, span.data, span.size);
  g_assert_cmpstr (digest, ==, world->digest);
}

static void
test_crl (gconstpointer data)
{
  assert_crl (data, "cn=CA,o=Test?" CRL);
  assert_crl (data, "cn=CA,o=Test?" CRL "?base?objectClass=cRLDistributionPoint");
  assert_crl (data, "o=Test?" CRL "?sub?(cn=CA)");
  assert_crl (data, "cn=CA,o=Test?certificateRevocationList");
  assert_crl (data, "cn=CA,o=Test");
  assert_crl (data, "cn=C%41,o=Test?" CRL);
}

static void
test_certificates (gconstpointer data)
{
  g_autoptr (SmdFetchResult) result = fetch (data, "cn=CA,o=Test?cACertificate;binary", LIMIT);
  g_autofree char *text = NULL;
  SmdSpan span;

  g_assert_no_error (result->failure);
  span = smd_blob_get_span (result->body);
  text = g_strndup ((const char *) span.data, span.size);
  g_assert_true (g_str_has_prefix (text, "-----BEGIN CERTIFICATE-----\n"));
  g_assert_true (strstr (text, "BEGIN") != g_strrstr (text, "BEGIN"));
}

static void
test_absent (gconstpointer data)
{
  g_autoptr (SmdFetchResult) entry = fetch (data, "cn=Nobody,o=Test?" CRL, LIMIT);
  g_autoptr (SmdFetchResult) value = fetch (data, "cn=Empty,o=Test?" CRL, LIMIT);

  g_assert_error (entry->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (entry->failure->message, "ldap://"));
  g_assert_error (value->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (value->failure->message, "has no " CRL));
}

static void
test_too_large (gconstpointer data)
{
  g_autoptr (SmdFetchResult) little = fetch (data, "cn=CA,o=Test?" CRL, 1000);
  g_autoptr (SmdFetchResult) more = fetch (data, "cn=CA,o=Test?" CRL, 100000);

  g_assert_nonnull (little->failure);
  g_assert_error (more->failure, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
}

static void
test_guarded (gconstpointer data)
{
  const World *world = data;
  g_autoptr (SmdNetwork) network = smd_network_new (NULL);
  g_autofree char *url = g_strdup_printf ("ldap://%s:%d/cn=CA,o=Test?" CRL, g_get_host_name (), world->port);
  g_autofree char *literal = g_strdup_printf ("ldap://127.0.0.1:%d/cn=CA,o=Test?" CRL, world->port);
  g_autoptr (SmdFetchResult) named = fetch_url (network, url, LIMIT, LONG);
  g_autoptr (SmdFetchResult) bare = fetch_url (network, literal, LIMIT, LONG);

  g_assert_nonnull (named->failure);
  g_assert_error (bare->failure, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS);
}

/* Takes connections, says nothing. Real time is what is tested. */
static gint64
measure_deadline (const char *scheme)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (SmdNetwork) network = make_network ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("%s://127.0.0.1:%d/cn=CA,o=Test?" CRL, scheme, port);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (SmdFetchResult) result = fetch_url (network, url, LIMIT, SECOND);

  g_assert_error (result->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  /* Nor does the end wait. */
  smd_fetch_result_let_go (result);
  g_clear_object (&network);
  return g_get_monotonic_time () - start;
}

/* A busy machine breaks everybody's word now and then, but not thrice. */
static void
assert_deadline (const char *scheme)
{
  gint64 took = measure_deadline (scheme);

  for (int again = 0; again < 2 && took >= BOUND; again++)
    took = measure_deadline (scheme);
  g_assert_cmpint (took, <, BOUND);
}

static void
test_deadline (void)
{
  assert_deadline ("ldap");
}

static void
test_deadline_tls (void)
{
  assert_deadline ("ldaps");
}

int
main (int argc, char **argv)
{
  World world = { 0 };
  int status;

  g_test_init (&argc, &argv, NULL);
  if (!smd_test_all_have ("/usr/sbin/slapd"))
    return 0;

  start_server (&world);
  g_test_add_data_func ("/ldap/a CRL is found by its URL", &world, test_crl);
  g_test_add_data_func ("/ldap/several certificates come together", &world, test_certificates);
  g_test_add_data_func ("/ldap/what is not there is told", &world, test_absent);
  g_test_add_data_func ("/ldap/too much is refused", &world, test_too_large);
  g_test_add_data_func ("/ldap/without permission this machine is not asked", &world, test_guarded);
  g_test_add_func ("/ldap/a silent directory ends at the deadline", test_deadline);
  g_test_add_func ("/ldap/a silent TLS directory ends at the deadline", test_deadline_tls);
  status = g_test_run ();
  smd_test_server_stop (world.server);
  return status;
}
