/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-access.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "smd-flatpak-info.h"
#include "smd-peer.h"
#include "smd-share.h"
#include "smimed-error.h"

/* What is granted: a letter for each of manage, use, decrypt, export: y, n, or - */
static SmdAccess
decide (SmdRight right, const char *granted, gboolean interactive)
{
  SmdGrant grants[SMD_N_RIGHTS];

  for (int i = 0; i < SMD_N_RIGHTS; i++)
    grants[i] = granted[i] == 'y' ? SMD_GRANT_YES : granted[i] == 'n' ? SMD_GRANT_NO : SMD_GRANT_UNKNOWN;
  return smd_access_decide (right, grants, interactive);
}

static void
test_right_opens_itself_alone (void)
{
  for (int right = 0; right < SMD_N_RIGHTS; right++)
    {
      char granted[] = "yyyy";
      char other[] = "----";

      granted[right] = '-';
      other[right] = 'y';
      g_assert_cmpint (decide (right, granted, TRUE), ==, SMD_ACCESS_ASK);
      g_assert_cmpint (decide (right, granted, FALSE), ==, SMD_ACCESS_BLOCKED);
      g_assert_cmpint (decide (right, other, FALSE), ==, SMD_ACCESS_ALLOWED);
      granted[right] = 'n';
      g_assert_cmpint (decide (right, granted, TRUE), ==, SMD_ACCESS_DENIED);
      g_assert_cmpint (decide (right, granted, FALSE), ==, SMD_ACCESS_DENIED);
    }
}

static void
test_any_grant_lets_look (void)
{
  const char *const granted[] = { "y---", "-y--", "--y-", "---y", "nnny" };

  for (guint i = 0; i < G_N_ELEMENTS (granted); i++)
    g_assert_cmpint (decide (SMD_RIGHT_LOOK, granted[i], FALSE), ==, SMD_ACCESS_ALLOWED);
  g_assert_cmpint (decide (SMD_RIGHT_LOOK, "----", TRUE), ==, SMD_ACCESS_ASK);
  g_assert_cmpint (decide (SMD_RIGHT_LOOK, "----", FALSE), ==, SMD_ACCESS_BLOCKED);
  g_assert_cmpint (decide (SMD_RIGHT_LOOK, "-n--", TRUE), ==, SMD_ACCESS_DENIED);
  g_assert_cmpint (decide (SMD_RIGHT_LOOK, "n-nn", TRUE), ==, SMD_ACCESS_ASK);
}

static void
test_nothing_needs_nothing (void)
{
  g_assert_cmpint (decide (SMD_RIGHT_NOTHING, "nnnn", FALSE), ==, SMD_ACCESS_ALLOWED);
}

static void
test_names_of_applications (void)
{
  const struct
  {
    const char *text;
    const char *application;
  } cases[] = {
    { "[Application]\nname=org.gnome.Geary\nruntime=r\n[Instance]\nname=other.Name\n", "org.gnome.Geary" },
    { "# a comment\n[Application]\nname = org.mozilla.Thunderbird-beta\n", "org.mozilla.Thunderbird-beta" },
    { "", NULL },
    { "name=org.gnome.Geary\n", NULL },
    { "[Application]\nname=Geary\n", NULL },
    { "[Application]\nname=org.gnome.Geary wants nothing\n", NULL },
    { "[Application]\nname=org.gnome.\033[2JGeary\n", NULL },
    { "[Application]\nname=org.gnome.\\nGeary\n", NULL },
    { "[Application]\nname=org.gnome.G\xc3\xa9" "ary\n", NULL },
    { "[Application]\nname=../../etc/passwd\n", NULL },
    { "[Runtime]\nname=org.gnome.Platform\n", NULL },
    { "\xff\xfe\x00\x00", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *application = smd_flatpak_info_parse (smd_span_string (cases[i].text), &error);

      g_assert_cmpstr (application, ==, cases[i].application);
      if (cases[i].application == NULL)
        g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED);
      else
        g_assert_no_error (error);
    }
}

/* Returns: the application that a root folder with this .flatpak-info is of */
static char *
read_root (const char *text, gsize size, gboolean link, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("smimed-XXXXXX", NULL);
  g_autofree char *info = g_build_filename (folder, ".flatpak-info", NULL);
  g_autofree char *target = g_build_filename (folder, "target", NULL);
  int root = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  char *application = NULL;

  if (text != NULL)
    g_assert_true (g_file_set_contents (link ? target : info, text, (gssize) size, NULL));
  if (link)
    g_assert_cmpint (symlink ("target", info), ==, 0);
  if (smd_flatpak_info_read (root, &application, error))
    g_assert_true (error == NULL || *error == NULL);
  close (root);
  g_unlink (info);
  g_unlink (target);
  g_rmdir (folder);
  return application;
}

static void
test_info_is_read_with_care (void)
{
  const char good[] = "[Application]\nname=org.gnome.Geary\n";
  g_autofree char *large = g_strnfill (70000, '\n');
  g_autofree char *application = read_root (good, strlen (good), FALSE, NULL);
  g_autofree char *none = read_root (NULL, 0, FALSE, NULL);
  g_autoptr (GError) link = NULL;
  g_autoptr (GError) size = NULL;

  g_assert_cmpstr (application, ==, "org.gnome.Geary");
  g_assert_null (none);
  g_assert_null (read_root (good, strlen (good), TRUE, &link));
  g_assert_error (link, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED);
  memcpy (large, good, strlen (good));
  g_assert_null (read_root (large, 70000, FALSE, &size));
  g_assert_error (size, SMIMED_ERROR, SMIMED_ERROR_ACCESS_DENIED);
}

static void
test_snaps_are_known_by_their_label (void)
{
  g_autofree char *snap = smd_peer_get_snap ("snap.thunderbird.thunderbird (enforce)");

  g_assert_cmpstr (snap, ==, "snap.thunderbird");
  g_assert_null (smd_peer_get_snap ("unconfined"));
  g_assert_null (smd_peer_get_snap ("snap.thunderbird"));
  g_assert_null (smd_peer_get_snap ("snap..thunderbird"));
  g_assert_null (smd_peer_get_snap ("snap.thunder\nbird.x"));
  g_assert_null (smd_peer_get_snap ("/usr/bin/snap.a.b"));
}

static void
test_rate_refills (void)
{
  const SmdPolicy policy = { .caller_calls = 1000, .caller_rate = 10 };
  g_autoptr (SmdShare) share = smd_share_new (NULL);
  gint64 now = 1000000;
  guint begun = 0;

  while (smd_share_begin (share, &policy, now, NULL))
    begun++;
  g_assert_cmpuint (begun, ==, 64 + 10);
  g_assert_false (smd_share_begin (share, &policy, now + 50000, NULL));
  g_assert_true (smd_share_begin (share, &policy, now + 150000, NULL));
  for (guint i = 0; i < 75; i++)
    smd_share_end (share);
  for (guint i = 0; i < 1000; i++)
    {
      g_assert_true (smd_share_begin (share, &policy, now + 150000, NULL));
      smd_share_end (share);
    }
}

static void
test_bytes_are_given_back (void)
{
  g_autoptr (SmdShare) share = smd_share_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (smd_share_take (share, 60, 100, NULL));
  g_assert_false (smd_share_take (share, 41, 100, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED);
  g_assert_false (smd_share_take (share, G_MAXSIZE, 100, NULL));
  smd_share_give_back (share, 60);
  g_assert_true (smd_share_take (share, 100, 100, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/a-right-opens-itself-alone", test_right_opens_itself_alone);
  g_test_add_func ("/access/any-grant-lets-look", test_any_grant_lets_look);
  g_test_add_func ("/access/nothing-needs-nothing", test_nothing_needs_nothing);
  g_test_add_func ("/access/names-of-applications", test_names_of_applications);
  g_test_add_func ("/access/info-is-read-with-care", test_info_is_read_with_care);
  g_test_add_func ("/access/snaps-are-known-by-their-label", test_snaps_are_known_by_their_label);
  g_test_add_func ("/access/the-rate-refills", test_rate_refills);
  g_test_add_func ("/access/bytes-are-given-back", test_bytes_are_given_back);
  return g_test_run ();
}
