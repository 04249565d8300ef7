/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates from an organisation's directory, against a real slapd (tests/support/address_book.py). */
#include <signal.h>
#include <stdio.h>

#include "smd-address.h"
#include "smd-cms.h"
#include "smd-ldap-directory.h"
#include "smd-test-command.h"
#include "smd-test-people.h"
#include "smd-test-server.h"
#include "smd-test-time.h"
#include "smimed-error.h"

#define LONG (60 * SMD_TEST_PATIENCE * SECOND)
#define BOUND (SECOND + SMD_TEST_GRACE) /* what silence may take of a deadline of two seconds, half of which is for others */

typedef struct
{
  GSubprocess *server; /* (owned) */
  SmdCrypto *crypto;   /* (owned) */
  char **urls;         /* (owned): ldap, ldaps, ldapi, one without TLS, CA file, process id */
} World;

static void
start_server (World *world)
{
  g_autofree char *line = NULL;

  world->server = smd_test_server_start ("address_book.py", g_getenv ("SMIMED_TEST_PEOPLE"), &line);
  world->urls = g_strsplit (line, " ", 0);
  g_assert_cmpuint (g_strv_length (world->urls), ==, 6);
  world->crypto = smd_test_crypto_new ();
  g_setenv ("LDAPTLS_CACERT", world->urls[4], TRUE);
}

static void
stop_server (World *world)
{
  smd_test_server_stop (world->server);
  g_strfreev (world->urls);
  smd_crypto_unref (world->crypto);
}

static GPtrArray *
look_up (SmdLdapDirectory *directory, const char *url, const char *second, const char *const *addresses, gint64 time)
{
  const char *const urls[] = { url, second, NULL };

  return smd_directory_lookup_many (SMD_DIRECTORY (directory), urls, addresses, 0, &time, NULL);
}

/* Returns: (transfer full): what the first directory says */
static SmdDirectoryAnswer *
look_up_one (SmdLdapDirectory *directory, const char *url, const char *address, gint64 time)
{
  g_autofree char *normal = smd_address_normalize (address);
  const char *const addresses[] = { normal, NULL };
  g_autoptr (GPtrArray) all = look_up (directory, url, NULL, addresses, time);

  g_assert_cmpuint (all->len, ==, 1);
  return smd_directory_answer_ref (all->pdata[0]);
}

static SmdDirectoryAnswer *
ask (const World *world, const char *url, const char *address)
{
  g_autoptr (SmdLdapDirectory) directory = smd_ldap_directory_new (world->crypto);

  return look_up_one (directory, url, address, LONG);
}

static void
assert_found (const World *world, const char *url, const char *address, const char *common_name)
{
  g_autoptr (SmdDirectoryAnswer) answer = ask (world, url, address);

  g_assert_no_error (answer->failure);
  g_assert_cmpuint (answer->certificates->len, ==, 1);
  g_assert_cmpstr (smd_certificate_get_common_name (answer->certificates->pdata[0]), ==, common_name);
  g_assert_false (answer->is_group);
}

static void
assert_unknown (const World *world, const char *address)
{
  g_autoptr (SmdDirectoryAnswer) answer = ask (world, world->urls[0], address);

  g_assert_no_error (answer->failure);
  g_assert_cmpuint (answer->certificates->len, ==, 0);
  g_assert_false (answer->is_group);
}

static void
test_found (gconstpointer data)
{
  const World *world = data;

  assert_found (world, world->urls[0], "bob@example.org", "bob");
  assert_found (world, world->urls[0], "BOB@Example.ORG", "bob");
  assert_found (world, world->urls[0], "trudy@example.org", "trudy");
  assert_found (world, world->urls[0], "T.Rudy@example.org", "trudy");
  assert_unknown (world, "none@example.org");
  assert_unknown (world, "nobody@example.org");
  assert_unknown (world, "garbage@example.org");
}

static void
test_connections (gconstpointer data)
{
  const World *world = data;

  assert_found (world, world->urls[1], "bob@example.org", "bob");
  assert_found (world, world->urls[2], "bob@example.org", "bob");
  assert_found (world, world->urls[3], "bob@example.org", "victor");
}

/* The server's certificate is for 127.0.0.1, not for this name. */
static void
test_wrong_host (gconstpointer data)
{
  const World *world = data;
  const char *ports[] = { strrchr (world->urls[0], ':'), strrchr (world->urls[1], ':') };
  const char *schemes[] = { "ldap", "ldaps" };

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *url = g_strdup_printf ("%s://localhost%s", schemes[i], ports[i]);
      g_autoptr (SmdDirectoryAnswer) answer = NULL;

      g_setenv ("LDAPTLS_REQCERT", "never", TRUE);
      answer = ask (world, url, "bob@example.org");
      g_unsetenv ("LDAPTLS_REQCERT");
      g_assert_error (answer->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED);
      g_assert_nonnull (strstr (answer->failure->message, "secure connection"));
      g_assert_cmpuint (answer->certificates->len, ==, 0);
    }
}

static void
test_escaped (gconstpointer data)
{
  const World *world = data;

  assert_found (world, world->urls[0], "star*@example.org", "victor");
  assert_unknown (world, "*@example.org");
  assert_unknown (world, "b*@example.org");
  assert_unknown (world, "\"x)(mail=*\"@example.org");
}

static void
test_profile (gconstpointer data)
{
  const World *world = data;
  g_autoptr (SmdDirectoryAnswer) answer = ask (world, world->urls[0], "alice@example.org");

  g_assert_no_error (answer->failure);
  g_assert_cmpuint (answer->certificates->len, ==, 1);
  g_assert_cmpuint (answer->issuers->len, ==, 2);
  g_assert_cmpuint (answer->signers->len, ==, 1);
  g_assert_true (((SmdSigner *) answer->signers->pdata[0])->certificate == answer->certificates->pdata[0]);
}

static gboolean
has (GPtrArray *texts, const char *text)
{
  return g_ptr_array_find_with_equal_func (texts, text, g_str_equal, NULL);
}

static void
test_groups (gconstpointer data)
{
  const World *world = data;
  g_autoptr (SmdDirectoryAnswer) team = ask (world, world->urls[0], "team@example.org");
  g_autoptr (SmdDirectoryAnswer) broken = ask (world, world->urls[0], "broken@example.org");
  g_autoptr (SmdDirectoryAnswer) list = ask (world, world->urls[0], "list@example.org");
  g_autoptr (SmdDirectoryAnswer) crowd = ask (world, world->urls[0], "crowd@example.org");

  g_assert_true (team->is_group && team->members->len == 3 && team->lost->len == 0);
  g_assert_true (has (team->members, "bob@example.org") && has (team->members, "trudy@example.org") && has (team->members, "alice@example.org"));
  g_assert_true (broken->is_group && broken->members->len == 1 && has (broken->lost, "uid=gone,o=Test"));
  g_assert_true (list->is_group && list->members->len == 2 && has (list->members, "outside@example.net"));
  g_assert_true (crowd->is_group && crowd->too_large && crowd->members->len == 0);
}

static void
test_many (gconstpointer data)
{
  const World *world = data;
  g_autoptr (SmdDirectoryAnswer) values = ask (world, world->urls[0], "many@example.org");
  g_autoptr (SmdDirectoryAnswer) entries = ask (world, world->urls[0], "same@example.org");

  g_assert_no_error (values->failure);
  g_assert_cmpuint (values->certificates->len, ==, 1000);
  /* Here the server gives 50 entries at once, and the rest in pages. */
  g_assert_no_error (entries->failure);
  g_assert_cmpuint (entries->certificates->len, ==, 300);
}

/* Those who are asked for beside it get their answers. */
static void
test_huge (gconstpointer data)
{
  const World *world = data;
  const char *const addresses[] = { "bob@example.org", "huge@example.org", "trudy@example.org", "same@example.org", NULL };
  g_autoptr (SmdLdapDirectory) directory = smd_ldap_directory_new (world->crypto);
  g_autoptr (GPtrArray) all = look_up (directory, world->urls[0], NULL, addresses, LONG);
  const guint wanted[] = { 1, 0, 1, 300 };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      const SmdDirectoryAnswer *answer = all->pdata[i];

      g_assert_cmpuint (answer->certificates->len, ==, wanted[i]);
      g_assert_true ((answer->failure != NULL) == (i == 1));
    }
  g_assert_cmpuint (all->len, ==, 4);
}

static void
test_several (gconstpointer data)
{
  const World *world = data;
  const char *const addresses[] = { "bob@example.org", NULL };
  g_autoptr (SmdLdapDirectory) directory = smd_ldap_directory_new (world->crypto);
  g_autoptr (GPtrArray) all = look_up (directory, world->urls[0], world->urls[3], addresses, LONG);
  const SmdDirectoryAnswer *first = all->pdata[0];
  const SmdDirectoryAnswer *second = all->pdata[1];

  g_assert_cmpstr (smd_certificate_get_common_name (first->certificates->pdata[0]), ==, "bob");
  g_assert_cmpstr (smd_certificate_get_common_name (second->certificates->pdata[0]), ==, "victor");
  g_assert_cmpstr (second->url, ==, world->urls[3]);
}

static void
test_remembered (gconstpointer data)
{
  const World *world = data;
  g_autoptr (SmdLdapDirectory) directory = smd_ldap_directory_new (world->crypto);
  g_autoptr (SmdDirectoryAnswer) unknown = look_up_one (directory, world->urls[0], "bob@example.org", 0);
  g_autoptr (SmdDirectoryAnswer) asked = look_up_one (directory, world->urls[0], "bob@example.org", LONG);
  g_autoptr (SmdDirectoryAnswer) known = look_up_one (directory, world->urls[0], "bob@example.org", 0);
  g_autoptr (SmdDirectoryAnswer) forgotten = NULL;

  g_assert_nonnull (unknown->failure);
  g_assert_no_error (asked->failure);
  g_assert_true (known == asked);
  smd_ldap_directory_reset (directory);
  forgotten = look_up_one (directory, world->urls[0], "bob@example.org", 0);
  g_assert_nonnull (forgotten->failure);
}

static void
test_unreachable (gconstpointer data)
{
  const World *world = data;
  const char *const urls[] = { "ldap://127.0.0.1:1/o=Test", "ldapi://%2Fnowhere/o=Test", "http://127.0.0.1/" };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (SmdDirectoryAnswer) answer = ask (world, urls[i], "bob@example.org");

      g_assert_nonnull (answer->failure);
      g_assert_nonnull (strstr (answer->failure->message, urls[i]));
      g_assert_cmpstr (answer->url, ==, urls[i]);
    }
}

static gint64
measure_silence (const World *world, const char *url)
{
  g_autoptr (SmdLdapDirectory) directory = smd_ldap_directory_new (world->crypto);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (SmdDirectoryAnswer) answer = look_up_one (directory, url, "bob@example.org", 2 * SECOND);

  g_assert_error (answer->failure, SMIMED_ERROR, SMIMED_ERROR_DEADLINE_EXCEEDED);
  /* Nor does the end wait. */
  g_clear_object (&directory);
  return g_get_monotonic_time () - start;
}

/* Takes connections, says nothing. Real time is what is tested; a busy machine breaks everybody's word now and then, but not thrice. */
static void
test_silent (gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  const char *schemes[] = { "ldap", "ldaps" };

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *url = g_strdup_printf ("%s://127.0.0.1:%d/o=Test", schemes[i], port);
      gint64 took = measure_silence (data, url);

      for (int again = 0; again < 2 && took >= BOUND; again++)
        took = measure_silence (data, url);
      g_assert_cmpint (took, <, BOUND);
    }
}

static void
test_cancelled (gconstpointer data)
{
  const World *world = data;
  const char *const addresses[] = { "bob@example.org", NULL };
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("ldap://127.0.0.1:%d/o=Test", port);
  const char *const urls[] = { url, NULL };
  g_autoptr (SmdLdapDirectory) directory = smd_ldap_directory_new (world->crypto);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) all = NULL;
  gint64 time = LONG;

  g_cancellable_cancel (cancellable);
  all = smd_directory_lookup_many (SMD_DIRECTORY (directory), urls, addresses, 0, &time, cancellable);
  g_assert_error (((SmdDirectoryAnswer *) all->pdata[0])->failure, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
}

/* Last: the server is gone afterwards. */
static void
test_killed (gconstpointer data)
{
  const World *world = data;
  g_autoptr (SmdLdapDirectory) directory = smd_ldap_directory_new (world->crypto);
  g_autoptr (SmdDirectoryAnswer) before = look_up_one (directory, world->urls[0], "bob@example.org", LONG);
  g_autoptr (SmdDirectoryAnswer) after = NULL;
  g_autoptr (SmdDirectoryAnswer) known = NULL;

  g_assert_no_error (before->failure);
  g_assert_cmpint (kill ((pid_t) g_ascii_strtoll (world->urls[5], NULL, 10), SIGKILL), ==, 0);
  after = look_up_one (directory, world->urls[0], "trudy@example.org", LONG);
  known = look_up_one (directory, world->urls[0], "bob@example.org", LONG);
  g_assert_error (after->failure, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_true (known == before);
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
  g_test_add_data_func ("/directory/a certificate is found by each address of its owner", &world, test_found);
  g_test_add_data_func ("/directory/TLS, StartTLS, a socket and a server without TLS are spoken to", &world, test_connections);
  g_test_add_data_func ("/directory/a server that is another one isn't spoken to, whatever ldap.conf says", &world, test_wrong_host);
  g_test_add_data_func ("/directory/an address can't change what is searched for", &world, test_escaped);
  g_test_add_data_func ("/directory/a signed profile gives its certificates and capabilities", &world, test_profile);
  g_test_add_data_func ("/directory/a group gives its members, and says whom it can't find", &world, test_groups);
  g_test_add_data_func ("/directory/a thousand certificates come, in one entry or in pages of entries", &world, test_many);
  g_test_add_data_func ("/directory/a value of 50 MB harms nobody beside it", &world, test_huge);
  g_test_add_data_func ("/directory/several directories answer in the order of the setting", &world, test_several);
  g_test_add_data_func ("/directory/what is known isn't asked again until the network changes", &world, test_remembered);
  g_test_add_data_func ("/directory/a directory that can't be asked is named", &world, test_unreachable);
  g_test_add_data_func ("/directory/a silent directory ends in time", &world, test_silent);
  g_test_add_data_func ("/directory/a call that is cancelled doesn't wait", &world, test_cancelled);
  g_test_add_data_func ("/directory/a killed directory is told, and what it said is still known", &world, test_killed);
  status = g_test_run ();
  stop_server (&world);
  return status;
}
