/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-fake-world.h"
#include "smd-crl-places.h"
#include "smd-revocation-plan.h"

typedef struct
{
  SmdFakeWorld *world;          /* (owned) */
  SmdCertificate *full;         /* (owned) two distribution points, a delta CRL, a responder */
  SmdCertificate *named;        /* (owned) its CRLs are in entries of a directory */
  SmdCertificate *ocsp;         /* (owned) a responder only */
  SmdCertificate *mute;         /* (owned) nothing */
  SmdCertificate *issuer;       /* (owned) */
  const char *const *failed;    /* (unowned) URLs that were tried in vain */
  const char *const *fresh;     /* (unowned) */
  const char *const *directories; /* (unowned) the setting */
  const char *const *slow;      /* (unowned) that haven't answered yet */
} Fixture;

static const char *const nothing[] = { NULL };

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->world = smd_fake_world_new ();
  fixture->full = smd_fake_world_read (fixture->world, "xenia-sources");
  fixture->named = smd_fake_world_read (fixture->world, "dora-directory");
  fixture->ocsp = smd_fake_world_read (fixture->world, "yves-ocsp");
  fixture->mute = smd_fake_world_read (fixture->world, "alice");
  fixture->issuer = smd_fake_world_read (fixture->world, "intermediate");
  fixture->failed = fixture->fresh = fixture->slow = fixture->directories = nothing;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  smd_certificate_unref (fixture->full);
  smd_certificate_unref (fixture->named);
  smd_certificate_unref (fixture->ocsp);
  smd_certificate_unref (fixture->mute);
  smd_certificate_unref (fixture->issuer);
  g_object_unref (fixture->world);
}

static SmdPlaceState
place (const SmdWant *want, gpointer data)
{
  const Fixture *fixture = data;

  if (g_strv_contains (fixture->fresh, want->url))
    return SMD_PLACE_FRESH;
  if (g_strv_contains (fixture->slow, want->url))
    return SMD_PLACE_AWAITED;
  return g_strv_contains (fixture->failed, want->url) ? SMD_PLACE_FAILED : SMD_PLACE_UNTRIED;
}

static void
assert_plan (Fixture *fixture, SmdCertificate *certificate, SmdOrder order, gboolean settled, const char *wanted)
{
  g_autoptr (GPtrArray) wants = smd_wants_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  const SmdPolicy policy = { .revocation_sources = order, .directories = fixture->directories };

  smd_revocation_plan_add (certificate, fixture->issuer, &policy, settled, place, fixture, wants);
  for (guint i = 0; i < wants->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", ((SmdWant *) wants->pdata[i])->url);
  g_assert_cmpstr (text->str, ==, wanted);
}

#define CRL_FIRST SMD_ORDER_FIRST_THEN_SECOND
#define OCSP_FIRST SMD_ORDER_SECOND_THEN_FIRST

static void
test_points (Fixture *fixture, gconstpointer data)
{
  static const char *const one[] = { "http://one.example/a", NULL };
  static const char *const both[] = { "http://one.example/a", "ldap://one.example/a", NULL };
  static const char *const two[] = { "http://two.example/b", "http://one.example/delta", NULL };

  assert_plan (fixture, fixture->full, CRL_FIRST, FALSE, "http://one.example/a http://two.example/b http://one.example/delta");
  fixture->failed = one;
  assert_plan (fixture, fixture->full, CRL_FIRST, FALSE, "ldap://one.example/a http://two.example/b http://one.example/delta");
  fixture->fresh = two;
  assert_plan (fixture, fixture->full, CRL_FIRST, FALSE, "ldap://one.example/a");
  fixture->failed = both;
  assert_plan (fixture, fixture->full, CRL_FIRST, FALSE, "");
}

static void
test_slow (Fixture *fixture, gconstpointer data)
{
  static const char *const one[] = { "http://one.example/a", NULL };
  static const char *const other[] = { "ldap://one.example/a", "http://two.example/b", "http://one.example/delta", NULL };

  fixture->slow = one;
  assert_plan (fixture, fixture->full, CRL_FIRST, FALSE,
               "http://one.example/a ldap://one.example/a http://two.example/b http://one.example/delta");
  fixture->fresh = other;
  assert_plan (fixture, fixture->full, CRL_FIRST, FALSE, "");
  fixture->fresh = nothing;
  fixture->failed = other;
  assert_plan (fixture, fixture->full, CRL_FIRST, FALSE, "http://one.example/a");
}

/* What a name means, and a URL without a host, is asked for in every directory of the setting. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
#define ATTRIBUTES "?certificateRevocationList;binary,authorityRevocationList;binary"
#define ISSUER "O=smimed%20tests,CN=smimed%20test%20intermediate"
  static const char *const two[] = { "ldaps://one.example/o=Test", "http://nonsense/", "ldapi://%2Frun%2Fldapi", NULL };
  static const char *const failed[]
      = { "ldaps://one.example:636/CN=A%5C,%20B%3F,O=Test" ATTRIBUTES, "http://one.example/d",
          "ldaps://one.example:636/CN=D?certificateRevocationList", NULL };

  assert_plan (fixture, fixture->named, CRL_FIRST, FALSE, "http://one.example/d");
  g_assert_true (smd_crl_places_lack_directory (smd_certificate_get_crl_points (fixture->named)->pdata[0], nothing));
  g_assert_false (smd_crl_places_lack_directory (smd_certificate_get_crl_points (fixture->named)->pdata[2], nothing));
  fixture->directories = two;
  g_assert_false (smd_crl_places_lack_directory (smd_certificate_get_crl_points (fixture->named)->pdata[0], two));
  assert_plan (fixture, fixture->named, CRL_FIRST, FALSE,
               "ldaps://one.example:636/CN=A%5C,%20B%3F,O=Test" ATTRIBUTES " ldaps://one.example:636/CN=C," ISSUER ATTRIBUTES
               " http://one.example/d");
  fixture->failed = failed;
  assert_plan (fixture, fixture->named, CRL_FIRST, FALSE,
               "ldapi://%2Frun%2Fldapi/CN=A%5C,%20B%3F,O=Test" ATTRIBUTES " ldaps://one.example:636/CN=C," ISSUER ATTRIBUTES
               " ldapi://%2Frun%2Fldapi/CN=D?certificateRevocationList");
}

static void
test_settled (Fixture *fixture, gconstpointer data)
{
  assert_plan (fixture, fixture->full, CRL_FIRST, TRUE, "http://one.example/delta");
  assert_plan (fixture, fixture->ocsp, CRL_FIRST, TRUE, "");
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  static const char *const responder[] = { "http://ocsp.example/", NULL };

  assert_plan (fixture, fixture->ocsp, CRL_FIRST, FALSE, "http://ocsp.example/");
  assert_plan (fixture, fixture->ocsp, SMD_ORDER_FIRST_ONLY, FALSE, "");
  assert_plan (fixture, fixture->full, OCSP_FIRST, FALSE, "http://ocsp.example/ http://one.example/delta");
  assert_plan (fixture, fixture->full, SMD_ORDER_SECOND_ONLY, FALSE, "http://ocsp.example/");
  assert_plan (fixture, fixture->full, SMD_ORDER_NEITHER, FALSE, "");
  fixture->failed = responder;
  assert_plan (fixture, fixture->full, OCSP_FIRST, FALSE, "http://one.example/a http://two.example/b http://one.example/delta");
  assert_plan (fixture, fixture->full, SMD_ORDER_SECOND_ONLY, FALSE, "");
}

static void
test_mute (Fixture *fixture, gconstpointer data)
{
  assert_plan (fixture, fixture->mute, CRL_FIRST, FALSE, "");
  g_assert_cmpint (smd_revocation_plan_source (fixture->mute, CRL_FIRST, 0), ==, SMD_REVOCATION_SOURCE_NONE);
  g_assert_cmpint (smd_revocation_plan_source (fixture->full, CRL_FIRST, 0), ==, SMD_REVOCATION_SOURCE_CRL);
  g_assert_cmpint (smd_revocation_plan_source (fixture->full, CRL_FIRST, 1), ==, SMD_REVOCATION_SOURCE_NONE);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/revocation-plan/every distribution point is asked, its next place only after the first has failed", test_points);
  ADD ("/revocation-plan/while a place is slow to answer, the next one is asked besides", test_slow);
  ADD ("/revocation-plan/names without a directory are asked for in each one of the setting", test_names);
  ADD ("/revocation-plan/what is settled wants delta CRLs only", test_settled);
  ADD ("/revocation-plan/the policy's order decides who is asked", test_order);
  ADD ("/revocation-plan/a certificate that names nobody wants nothing", test_mute);
  return g_test_run ();
}
