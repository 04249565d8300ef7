/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-url-guard.h"
#include "smimed-error.h"

static void
assert_address (SmdUrlGuard *guard, const char *host, const char *text, gboolean open)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  g_autoptr (GError) error = NULL;
  gboolean result = smd_url_guard_check_address (guard, host, address, &error);

  g_test_message ("%s", text);
  g_assert_cmpint (result, ==, open);
  if (open)
    g_assert_no_error (error);
  else
    g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS);
}

static void
test_public (void)
{
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (NULL, NULL);
  const char *const open[] = { "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "193.168.0.1", "2001:4860::8888",
                               "2a00::1", "64:ff9b::808:808", "2002:808:808::1" };

  for (gsize i = 0; i < G_N_ELEMENTS (open); i++)
    assert_address (guard, "crl.example", open[i], TRUE);
}

static void
test_special (void)
{
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (NULL, NULL);
  const char *const closed[] = {
    "127.0.0.1", "127.255.0.1", "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1",
    "fe80::1", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:c0a8:1::",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (closed); i++)
    assert_address (guard, "crl.example", closed[i], FALSE);
}

static void
test_listed_network (void)
{
  const char *const allow[] = { "127.0.0.1", "10.1.0.0/16", "fd00::/8", NULL };
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (allow, NULL);

  assert_address (guard, "crl.example", "127.0.0.1", TRUE);
  assert_address (guard, "crl.example", "127.0.0.2", FALSE);
  assert_address (guard, "crl.example", "::ffff:127.0.0.1", TRUE);
  assert_address (guard, "crl.example", "10.1.2.3", TRUE);
  assert_address (guard, "crl.example", "10.2.2.3", FALSE);
  assert_address (guard, "crl.example", "fd12::1", TRUE);
  assert_address (guard, "crl.example", "::1", FALSE);
}

static void
test_listed_host (void)
{
  const char *const allow[] = { "PKI.corp.example", "localhost", NULL };
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (allow, NULL);
  g_autoptr (SmdUrlTarget) local = smd_url_guard_check_url (guard, "http://localhost:8080/ca.crl", NULL);

  assert_address (guard, "pki.CORP.example", "10.0.0.1", TRUE);
  assert_address (guard, "www.corp.example", "10.0.0.1", FALSE);
  g_assert_nonnull (local);
  g_assert_cmpint (local->port, ==, 8080);
}

/* Whoever wrote the setting has chosen its address; what only looks like it is a stranger's. */
static void
test_directories (void)
{
  const char *const directories[] = { "ldap://10.0.0.1/o=Test", "ldapi://%2Frun%2Fldapi", "nonsense", NULL };
  const char *const others[] = { "ldap://10.0.0.1:3389/CN=A", "ldaps://10.0.0.1:389/CN=A", "ldap://10.0.0.1:389.example/CN=A",
                                 "ldapi://%2Frun%2Fother/CN=A", "http://10.0.0.1:389/CN=A" };
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (NULL, directories);
  g_autoptr (SmdUrlTarget) target = smd_url_guard_check_url (guard, "ldap://10.0.0.1:389/CN=A?x", NULL);
  g_autoptr (SmdUrlTarget) local = smd_url_guard_check_url (guard, "ldapi://%2Frun%2Fldapi/CN=A?x", NULL);

  g_assert_cmpstr (target->host, ==, "10.0.0.1");
  g_assert_cmpint (target->port, ==, 389);
  g_assert_cmpstr (local->host, ==, "/run/ldapi");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (SmdUrlTarget) refused = smd_url_guard_check_url (guard, others[i], NULL);

      g_test_message ("%s", others[i]);
      g_assert_null (refused);
      g_assert_null (smd_url_guard_find_directory (guard, others[i]));
    }
}

static void
test_good_urls (void)
{
  const struct
  {
    const char *url, *scheme, *host;
    guint port;
  } rows[] = {
    { "http://crl.example/ca.crl", "http", "crl.example", 80 },
    { "HTTPS://crl.example:8443/ca crl?a=b", "https", "crl.example", 8443 },
    { "https://crl.example", "https", "crl.example", 443 },
    { "ldap://x.example/CN=CA,C=DE?certificateRevocationList;binary", "ldap", "x.example", 389 },
    { "ldaps://x.example/CN=My%20CA?cACertificate?base?objectClass=*", "ldaps", "x.example", 636 },
    { "http://[2001:4860::8888]/", "http", "2001:4860::8888", 80 },
  };
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdUrlTarget) target = smd_url_guard_check_url (guard, rows[i].url, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (target->scheme, ==, rows[i].scheme);
      g_assert_cmpstr (target->host, ==, rows[i].host);
      g_assert_cmpint (target->port, ==, rows[i].port);
    }
}

static void
test_bad_urls (void)
{
  const char *const urls[] = {
    "file:///etc/passwd", "ftp://crl.example/x", "gopher://crl.example/", "ldapi://%2Ftmp%2Fsocket/", "ldap:///CN=CA?x", "crl.example/ca.crl", "",
    "http://user:secret@crl.example/", "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://localhost/",
    "http://a.LOCALHOST/", "http://2130706433/", "http://127.1/", "http://0x7f000001/", "http://127.0.0.0x1/",
    "http://crl.example\\@evil.example/", "http://crl.example/\r\nX: y", "http://127%2e0.0.1/", "ldap://10.0.0.1/CN=CA?x",
    "ldap://crl.example;evil.example/", "http://crl.example,evil.example/", "http://crl.example|evil.example/",
  };
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", urls[i]);
      g_assert_null (smd_url_guard_check_url (guard, urls[i], &error));
      g_assert_true (g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_POLICY_FORBIDS) ||
                     g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED));
    }
}

static void
test_text (void)
{
  g_autoptr (SmdUrlGuard) guard = smd_url_guard_new (NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_url_guard_check_url (guard, "http://192.168.1.1/ca.crl", &error));
  g_assert_nonnull (strstr (error->message, "network-allow"));
  g_assert_nonnull (strstr (error->message, "192.168.1.1"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/url-guard/public addresses are open", test_public);
  g_test_add_func ("/url-guard/this machine and local networks are closed, however they are written", test_special);
  g_test_add_func ("/url-guard/a listed network is open", test_listed_network);
  g_test_add_func ("/url-guard/a directory of the setting is open, and nothing else there", test_directories);
  g_test_add_func ("/url-guard/a listed host is open wherever it leads", test_listed_host);
  g_test_add_func ("/url-guard/URLs lead to a host and a port", test_good_urls);
  g_test_add_func ("/url-guard/other schemes, tricks and local hosts are refused", test_bad_urls);
  g_test_add_func ("/url-guard/a refusal names the setting", test_text);
  return g_test_run ();
}
