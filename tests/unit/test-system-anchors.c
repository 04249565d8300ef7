/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Authorities that nobody has imported, from a bundle like the system's. */
#include <glib/gstdio.h>

#include "smd-fake-world.h"
#include "smd-system-anchors.h"
#include "smd-test-people.h"
#include "smd-validate.h"

typedef struct
{
  SmdFakeWorld *world;       /* (owned) */
  SmdSystemAnchors *anchors; /* (owned) */
  char *folder;              /* (owned) */
  char *bundle;              /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *bundles[] = { "/nonexistent/bundle.pem", NULL, NULL };

  fixture->world = smd_fake_world_new ();
  smd_fake_world_know (fixture->world, "intermediate", SMD_ROLE_INTERMEDIATE);
  fixture->folder = g_dir_make_tmp ("smimed-XXXXXX", NULL);
  fixture->bundle = g_build_filename (fixture->folder, "bundle.pem", NULL);
  bundles[1] = fixture->bundle;
  fixture->anchors = smd_system_anchors_new (fixture->world->crypto, bundles);
  smd_system_anchors_set_enabled (fixture->anchors, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->bundle);
  g_rmdir (fixture->folder);
  g_free (fixture->bundle);
  g_free (fixture->folder);
  g_object_unref (fixture->anchors);
  g_object_unref (fixture->world);
}

/* By a rename, as update-ca-certificates and update-ca-trust do it. */
static void
write_bundle (Fixture *fixture, const char *first, const char *second)
{
  const char *names[] = { first, second };
  g_autoptr (GString) bundle = g_string_new ("# a comment\n");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_strdup_printf ("%s.crt", names[i]);
      g_autofree char *text = smd_test_people_text (file);

      g_string_append (bundle, text);
    }
  g_assert_true (g_file_set_contents (fixture->bundle, bundle->str, -1, NULL));
}

/* Returns: (transfer full) */
static SmdValidation *
validate (Fixture *fixture, const char *name)
{
  SmdEnv env = smd_fake_world_get_env (fixture->world);
  SmdCall call = smd_fake_world_get_call (fixture->world);
  SmdValidateRequest request = SMD_VALIDATE_REQUEST_INIT (&call);
  g_autoptr (GPtrArray) chain = smd_certificates_new ();
  g_autoptr (SmdCertificate) certificate = smd_fake_world_read (fixture->world, name);
  g_autoptr (GError) error = NULL;
  SmdValidation *validation;

  env.anchors = SMD_ANCHOR_SOURCE (fixture->anchors);
  smd_certificates_add (chain, certificate);
  request.chain = chain;
  request.usage = SMD_USAGE_SIGN;
  validation = smd_validate (&env, &call, &request, &error);
  g_assert_no_error (error);
  return validation;
}

static void
assert_valid (Fixture *fixture, const char *name)
{
  g_autoptr (SmdValidation) validation = validate (fixture, name);

  g_assert_cmpint (validation->chain, ==, SMD_CHAIN_VALID);
}

static void
assert_invalid (Fixture *fixture, const char *name, SmimedProblemCode code)
{
  g_autoptr (SmdValidation) validation = validate (fixture, name);

  g_assert_cmpint (validation->chain, ==, SMD_CHAIN_INVALID);
  g_assert_true (smd_problems_contain (validation->problems, code));
}

static void
test_bundle (Fixture *fixture, gconstpointer data)
{
  guint serial;

  assert_invalid (fixture, "alice", SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
  write_bundle (fixture, "other-root", "root");
  assert_valid (fixture, "alice");
  g_assert_cmpuint (fixture->world->records->len, ==, 1);

  serial = smd_anchor_source_get_serial (SMD_ANCHOR_SOURCE (fixture->anchors));
  g_assert_cmpuint (smd_anchor_source_get_serial (SMD_ANCHOR_SOURCE (fixture->anchors)), ==, serial);
  write_bundle (fixture, "other-root", "other-root");
  g_assert_cmpuint (smd_anchor_source_get_serial (SMD_ANCHOR_SOURCE (fixture->anchors)), !=, serial);
  assert_invalid (fixture, "alice", SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
  write_bundle (fixture, "root", "other-root");
  assert_valid (fixture, "alice");
  g_unlink (fixture->bundle);
  assert_invalid (fixture, "alice", SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
}

static void
test_policy (Fixture *fixture, gconstpointer data)
{
  write_bundle (fixture, "other-root", "root");
  smd_system_anchors_set_enabled (fixture->anchors, FALSE);
  assert_invalid (fixture, "alice", SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
  smd_system_anchors_set_enabled (fixture->anchors, TRUE);
  assert_valid (fixture, "alice");
}

static void
test_distrust (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdCertificate) root = smd_fake_world_read (fixture->world, "root");
  g_autoptr (GError) error = NULL;

  write_bundle (fixture, "other-root", "root");
  smd_fake_world_know (fixture->world, "root", SMD_ROLE_INTERMEDIATE);
  assert_valid (fixture, "alice");
  g_assert_true (smd_cert_store_set_trust (SMD_CERT_STORE (fixture->world), smd_certificate_get_fingerprint (root), SMD_TRUST_DISTRUSTED,
                                           &error));
  assert_invalid (fixture, "alice", SMIMED_PROBLEM_DISTRUSTED);
}

static void
test_garbage (Fixture *fixture, gconstpointer data)
{
  g_assert_true (g_file_set_contents (fixture->bundle, "garbage", -1, NULL));
  g_test_expect_message ("smimed", G_LOG_LEVEL_WARNING, "*authorities can't be read*");
  assert_invalid (fixture, "alice", SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
  assert_invalid (fixture, "alice", SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
  g_test_assert_expected_messages ();
  /* Only authorities are taken from it. */
  write_bundle (fixture, "alice", "bob");
  assert_invalid (fixture, "alice", SMIMED_PROBLEM_ISSUER_UNAVAILABLE);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/system-anchors/a-bundle-is-read-when-it-is-there-and-when-it-changes", test_bundle);
  ADD ("/system-anchors/the-policy-decides", test_policy);
  ADD ("/system-anchors/who-is-distrusted-is-no-anchor", test_distrust);
  ADD ("/system-anchors/garbage-is-told-once", test_garbage);
  return g_test_run ();
}
