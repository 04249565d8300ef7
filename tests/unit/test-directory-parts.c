/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a directory is asked and how long its answers count: the parts that need no directory. */
#include "smd-directory-cache.h"
#include "smd-directory-filter.h"
#include "smd-directory-range.h"
#include "smd-directory-url.h"
#include "smimed-error.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static void
assert_escaped (const char *value, const char *wanted)
{
  g_autofree char *escaped = smd_directory_filter_escape (value);

  g_assert_cmpstr (escaped, ==, wanted);
}

static void
test_escape (void)
{
  assert_escaped ("bob@example.org", "bob@example.org");
  assert_escaped ("*", "\\2a");
  assert_escaped ("a)(uid=*", "a\\29\\28uid\\3d\\2a");
  assert_escaped ("back\\slash", "back\\5cslash");
  assert_escaped ("ö@x", "\\c3\\b6@x");
  assert_escaped ("&|!<>~:", "\\26\\7c\\21\\3c\\3e\\7e\\3a");
}

static void
test_filter (void)
{
  g_autofree char *plain = smd_directory_filter_new ("bob@example.org", NULL);
  g_autofree char *more = smd_directory_filter_new ("bob@example.org", "(ou=Sales)");
  g_autofree char *idn = smd_directory_filter_new ("pia@xn--bcher-kva.example", NULL);

  g_assert_cmpstr (plain, ==, "(|(mail=bob@example.org)(proxyAddresses=smtp:bob@example.org)(proxyAddresses=SMTP:bob@example.org))");
  g_assert_true (g_str_has_prefix (more, "(&(|(mail=bob@example.org)") && g_str_has_suffix (more, ")(ou=Sales))"));
  g_assert_nonnull (strstr (idn, "(mail=pia@xn--bcher-kva.example)"));
  g_assert_nonnull (strstr (idn, "(mail=pia@b\\c3\\bccher.example)"));
}

static void
assert_url (const char *text, const char *server, const char *base)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdDirectoryUrl) url = smd_directory_url_new (text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (url->server, ==, server);
  g_assert_cmpstr (url->base, ==, base);
}

static void
test_urls (void)
{
  g_autoptr (SmdDirectoryUrl) socket = smd_directory_url_new ("ldapi://%2Frun%2Fldapi/o=Test?" "?" "?(ou=Sales)", NULL);
  g_autoptr (SmdDirectoryUrl) address = smd_directory_url_new ("ldap://[::1]:3389/", NULL);

  assert_url ("ldaps://host/dc=example,dc=org", "ldaps://host:636", "dc=example,dc=org");
  assert_url ("LDAP://host:3389/o=A%20B?mail?sub", "ldap://host:3389", "o=A B");
  assert_url ("ldap://host", "ldap://host:389", "");
  g_assert_cmpstr (socket->path, ==, "/run/ldapi");
  g_assert_cmpstr (socket->base, ==, "o=Test");
  g_assert_cmpstr (socket->filter, ==, "(ou=Sales)");
  g_assert_cmpstr (address->host, ==, "::1");
  g_assert_cmpstr (address->server, ==, "ldap://[::1]:3389");
}

static void
test_no_urls (void)
{
  const char *const texts[] = { "", "host", "http://host/", "ldap:///o=Test", "ldap://host:0/", "ldap://host:99999/", "ldap://[::1/", "ldap://host:x/",
                                "ldapi://run/", "ldap://host/%zz", "ldap://host/o=Test?" "?" "?ou=Sales" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdDirectoryUrl) url = smd_directory_url_new (texts[i], &error);

      g_test_message ("%s", texts[i]);
      g_assert_null (url);
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_ranges (void)
{
  const char *const nonsense[] = { "member;range=", "member;range=-5", "member;range=5", "member;range=5-", "member;range=5-4", "member;range=0-x",
                                   "member;range=0-*5", "member;range=*-*", "member;range= 0-1", "member;range=0-99999999999999999999" };
  g_autofree char *rest = smd_directory_range_make ("Member;range=0-1499", 1500);
  SmdDirectoryRange range;

  g_assert_true (smd_directory_range_read ("member", &range) && !range.is_part);
  g_assert_true (smd_directory_range_read ("userCertificate;binary", &range) && !range.is_part);
  g_assert_true (smd_directory_range_read ("member;range=0-1499", &range) && range.is_part && !range.is_last);
  g_assert_true (range.first == 0 && range.next == 1500);
  g_assert_true (smd_directory_range_read ("member;lang-de;Range=1500-*;x", &range) && range.is_part && range.is_last && range.first == 1500);
  g_assert_cmpstr (rest, ==, "Member;range=1500-*");
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_test_message ("%s", nonsense[i]);
      g_assert_false (smd_directory_range_read (nonsense[i], &range));
      g_assert_true (range.is_part);
    }
}

static SmdDirectoryAnswer *
make_answer (gboolean known, gsize bytes)
{
  SmdDirectoryAnswer *answer = smd_directory_answer_new ("ldap://host/");

  answer->is_group = known;
  answer->bytes = bytes;
  return answer;
}

static void
test_ages (void)
{
  g_autoptr (SmdDirectoryCache) cache = smd_directory_cache_new ();
  g_autoptr (SmdDirectoryAnswer) known = make_answer (TRUE, 0);
  g_autoptr (SmdDirectoryAnswer) unknown = make_answer (FALSE, 0);
  g_autoptr (SmdDirectoryAnswer) failed = make_answer (FALSE, 0);

  failed->failure = g_error_new_literal (SMIMED_ERROR, SMIMED_ERROR_FAILED, "The server is away");
  smd_directory_cache_store (cache, "known", known, 5 * SECOND);
  smd_directory_cache_store (cache, "unknown", unknown, 5 * SECOND);
  smd_directory_cache_store (cache, "failed", failed, 5 * SECOND);
  g_assert_true (smd_directory_cache_lookup (cache, "known", 4 * SECOND + SMD_DIRECTORY_AGE_KNOWN) == known);
  g_assert_null (smd_directory_cache_lookup (cache, "known", 5 * SECOND + SMD_DIRECTORY_AGE_KNOWN));
  g_assert_true (smd_directory_cache_lookup (cache, "unknown", 4 * SECOND + SMD_DIRECTORY_AGE_UNKNOWN) == unknown);
  g_assert_null (smd_directory_cache_lookup (cache, "unknown", 5 * SECOND + SMD_DIRECTORY_AGE_UNKNOWN));
  g_assert_null (smd_directory_cache_lookup (cache, "failed", 5 * SECOND));
}

static void
test_bounds (void)
{
  g_autoptr (SmdDirectoryCache) cache = smd_directory_cache_new ();
  g_autoptr (SmdDirectoryAnswer) large = make_answer (TRUE, SMD_DIRECTORY_CACHE_BYTES / 2);
  g_autoptr (SmdDirectoryAnswer) little = make_answer (TRUE, 0);

  smd_directory_cache_store (cache, "first", large, 0);
  smd_directory_cache_store (cache, "second", large, 0);
  g_assert_null (smd_directory_cache_lookup (cache, "first", 0));
  g_assert_nonnull (smd_directory_cache_lookup (cache, "second", 0));
  for (guint i = 0; i < SMD_DIRECTORY_CACHE_ANSWERS; i++)
    {
      g_autofree char *address = g_strdup_printf ("address%u", i);

      smd_directory_cache_store (cache, address, little, 0);
    }
  g_assert_null (smd_directory_cache_lookup (cache, "second", 0));
  g_assert_nonnull (smd_directory_cache_lookup (cache, "address0", 0));
  smd_directory_cache_flush (cache);
  g_assert_null (smd_directory_cache_lookup (cache, "address0", 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory-parts/nothing in an address means anything in a filter", test_escape);
  g_test_add_func ("/directory-parts/an entry is searched for by all of its addresses at once", test_filter);
  g_test_add_func ("/directory-parts/the URLs of directories are read", test_urls);
  g_test_add_func ("/directory-parts/what isn't one is refused", test_no_urls);
  g_test_add_func ("/directory-parts/which members of a group came, and what asks for the next, is read from its attribute's name", test_ranges);
  g_test_add_func ("/directory-parts/what was found counts for minutes, what was not for less, failures not at all", test_ages);
  g_test_add_func ("/directory-parts/no directory fills the memory", test_bounds);
  return g_test_run ();
}
