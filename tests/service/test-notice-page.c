/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The page behind the notification of an expiring certificate: anybody may have chosen what stands in one. */
#include "smd-notice-page.h"

#include <string.h>

static char *
make (SmdNoticeKind kind, const char *address, guint count)
{
  SmdNotice notice = { kind, (char *) "ab12", (char *) address, 1796000000, 3, count };

  return smd_notice_make_page (&notice);
}

static void
test_escaped (void)
{
  g_autofree char *page = make (SMD_NOTICE_OWN, "<script src=\"x\">'; rm -rf ~ #@example.org", 1);

  g_assert_null (strstr (page, "<script"));
  g_assert_nonnull (strstr (page, "&lt;script"));
}

static void
test_command (void)
{
  const char *address = "a'; rm -rf ~ #@example.org";
  g_autofree char *page = make (SMD_NOTICE_OWN, address, 1);
  const char *start = strstr (page, "smimectl request create ");
  g_autoptr (GString) command = start != NULL ? g_string_new_len (start, (gssize) strcspn (start, "<")) : NULL;
  g_auto (GStrv) words = NULL;

  g_assert_nonnull (command);
  g_string_replace (command, "&apos;", "'", 0);
  g_string_replace (command, "&#39;", "'", 0);
  g_assert_true (g_shell_parse_argv (command->str, NULL, &words, NULL));
  g_assert_cmpstr (words[3], ==, address);
}

static void
test_others (void)
{
  g_autofree char *one = make (SMD_NOTICE_CORRESPONDENTS, "bob@example.org", 1);
  g_autofree char *authority = make (SMD_NOTICE_AUTHORITIES, "", 1);

  g_assert_null (strstr (one, "request create"));
  g_assert_nonnull (strstr (one, "bob@example.org"));
  g_assert_null (strstr (authority, "request create"));
  g_assert_nonnull (strstr (authority, "ab12"));
}

static void
test_broken (void)
{
  g_autofree char *page = make (SMD_NOTICE_OWN, "\xff\xfe@example.org", 1);

  g_assert_true (g_utf8_validate (page, -1, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notice-page/an address is text, never markup", test_escaped);
  g_test_add_func ("/notice-page/a command that is copied does nothing else", test_command);
  g_test_add_func ("/notice-page/only who owns the certificate is told how to ask for another", test_others);
  g_test_add_func ("/notice-page/an address that is no UTF-8 makes no broken page", test_broken);
  return g_test_run ();
}
