/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a CRL says reaches the verdict, at every depth. */
#include "smd-openssl.h"
#include "smd-path-check.h"
#include "smd-test-chain.h"

static void
add_entry (X509_CRL *crl, long serial, gint64 date, int reason, gboolean unknown)
{
  X509_REVOKED *entry = smd_test_revoked_new (serial, date);

  if (reason >= 0)
    {
      ASN1_ENUMERATED *value = ASN1_ENUMERATED_new ();

      ASN1_ENUMERATED_set (value, reason);
      X509_REVOKED_add1_ext_i2d (entry, NID_crl_reason, value, 0, 0);
      ASN1_ENUMERATED_free (value);
    }
  if (unknown)
    {
      g_autoptr (ASN1_OBJECT) oid = OBJ_txt2obj ("1.3.6.1.4.1.99999.1", 1);
      g_autoptr (ASN1_OCTET_STRING) value = ASN1_OCTET_STRING_new ();
      X509_EXTENSION *extension;

      ASN1_OCTET_STRING_set (value, (const guint8 *) "\x05\x00", 2);
      extension = X509_EXTENSION_create_by_OBJ (NULL, oid, 1, value);
      X509_REVOKED_add_ext (entry, extension, -1);
      X509_EXTENSION_free (extension);
    }
  X509_CRL_add0_revoked (crl, entry);
}

static SmdCrl *
import_signed (SmdTestChain *world, X509_CRL *crl, guint depth)
{
  g_autoptr (SmdBlob) file = smd_test_crl_sign (crl, world->keys[depth]);
  g_autoptr (GError) error = NULL;
  SmdCrl *imported = smd_test_chain_import (world, file, &error);

  g_assert_no_error (error);
  return imported;
}

static X509_CRL *
fresh_crl (SmdTestChain *world, guint depth)
{
  return smd_test_chain_make_crl (world, depth, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
}

/* Fresh CRLs of all authorities but the one at @but, which the caller makes */
static GPtrArray *
fresh_crls (SmdTestChain *world, guint but)
{
  GPtrArray *crls = smd_crls_new ();

  for (guint i = 1; i < SMD_TEST_DEPTH; i++)
    {
      g_autoptr (X509_CRL) crl = fresh_crl (world, i);

      if (i != but)
        g_ptr_array_add (crls, import_signed (world, crl, i));
    }

  return crls;
}

static SmdPath *
check (SmdTestChain *world, GPtrArray *crls, gint64 at)
{
  SmdPathQuery query = {
    .leaf = world->chain[0], .candidates = world->candidates, .anchors = world->anchors, .crls = crls, .at = at
  };
  g_autoptr (GError) error = NULL;
  SmdPath *path = smd_path_check (world->crypto, &query, &error);

  g_assert_no_error (error);
  g_assert_true (path->anchored);
  g_assert_cmpint (path->revocation_checked, ==, crls != NULL);
  return path;
}

/* There is one problem, of the certificate at @depth. */
static const SmdProblem *
only_problem (SmdTestChain *world, SmdPath *path, SmimedProblemCode code, guint depth)
{
  const SmdProblem *problem;

  g_assert_cmpuint (path->problems->len, ==, 1);
  problem = path->problems->pdata[0];
  g_assert_cmpstr (smimed_problem_code_to_word (problem->code), ==, smimed_problem_code_to_word (code));
  g_assert_cmpint (problem->depth, ==, (int) depth);
  g_assert_cmpstr (problem->certificate, ==, smd_certificate_get_fingerprint (world->chain[depth]));
  return problem;
}

static void
test_valid (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 0);
  g_autoptr (SmdPath) path = check (world, crls, SMD_TEST_NOW);

  g_assert_cmpuint (path->problems->len, ==, 0);
  g_assert_cmpuint (path->chain->len, ==, SMD_TEST_DEPTH);
}

/* Revocation is found among thousands, with its date and reason, whichever certificate of the chain it is. */
static void
test_revoked (void)
{
  for (guint depth = 0; depth + 1 < SMD_TEST_DEPTH; depth++)
    {
      g_autoptr (SmdTestChain) world = smd_test_chain_new ();
      g_autoptr (GPtrArray) crls = fresh_crls (world, depth + 1);
      g_autoptr (X509_CRL) crl = fresh_crl (world, depth + 1);
      g_autoptr (SmdPath) path = NULL;
      const SmdProblem *problem;

      for (guint i = 0; i < 5000; i++)
        add_entry (crl, (long) ((i * 2654435761u) | 0x10000u), SMD_TEST_NOW - 9 * SMD_TEST_DAY, -1, FALSE);
      add_entry (crl, 100 + (long) depth, SMD_TEST_NOW - 5 * SMD_TEST_DAY, 1, FALSE);
      g_ptr_array_add (crls, import_signed (world, crl, depth + 1));
      g_assert_cmpuint (smd_crl_get_n_entries (crls->pdata[crls->len - 1]), ==, 5001);
      path = check (world, crls, SMD_TEST_NOW);
      problem = only_problem (world, path, SMIMED_PROBLEM_REVOKED, depth);
      g_assert_cmpint (problem->at, ==, SMD_TEST_NOW - 5 * SMD_TEST_DAY);
      g_assert_nonnull (strstr (problem->detail, "keyCompromise"));
      g_assert_false (problem->temporary);
    }
}

static void
test_missing (void)
{
  for (guint depth = 0; depth + 1 < SMD_TEST_DEPTH; depth++)
    {
      g_autoptr (SmdTestChain) world = smd_test_chain_new ();
      g_autoptr (GPtrArray) crls = fresh_crls (world, depth + 1);
      g_autoptr (SmdPath) path = check (world, crls, SMD_TEST_NOW);
      const SmdProblem *problem = only_problem (world, path, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE, depth);

      g_assert_true (problem->temporary);
      if (depth == 0)
        g_assert_cmpstr (problem->url, ==, "http://crl.example.org/a.crl");
    }
}

static void
check_dates (gint64 this_update, gint64 next_update, SmimedProblemCode code, gint64 at)
{
  for (guint depth = 0; depth + 1 < SMD_TEST_DEPTH; depth++)
    {
      g_autoptr (SmdTestChain) world = smd_test_chain_new ();
      g_autoptr (GPtrArray) crls = fresh_crls (world, depth + 1);
      g_autoptr (X509_CRL) crl = smd_test_chain_make_crl (world, depth + 1, this_update, next_update);
      g_autoptr (SmdPath) path = NULL;
      const SmdProblem *problem;

      g_ptr_array_add (crls, import_signed (world, crl, depth + 1));
      path = check (world, crls, SMD_TEST_NOW);
      problem = only_problem (world, path, code, depth);
      g_assert_true (problem->temporary);
      g_assert_cmpint (problem->at, ==, at);
    }
}

static void
test_stale (void)
{
  check_dates (SMD_TEST_NOW - 9 * SMD_TEST_DAY, SMD_TEST_NOW - SMD_TEST_DAY, SMIMED_PROBLEM_REVOCATION_STALE,
               SMD_TEST_NOW - SMD_TEST_DAY);
}

static void
test_future (void)
{
  check_dates (SMD_TEST_NOW + SMD_TEST_DAY, SMD_TEST_NOW + 2 * SMD_TEST_DAY, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE,
               SMD_TEST_NOW + SMD_TEST_DAY);
}

/* It may be of any age; but whom it names is revoked. */
static void
test_undated (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (X509_CRL) crl = smd_test_chain_make_crl (world, 1, SMD_TEST_NOW - SMD_TEST_DAY, 0);
  g_autoptr (SmdPath) path = NULL;

  check_dates (SMD_TEST_NOW - SMD_TEST_DAY, 0, SMIMED_PROBLEM_REVOCATION_STALE, 0);
  add_entry (crl, 100, SMD_TEST_NOW - SMD_TEST_DAY, 1, FALSE);
  g_ptr_array_add (crls, import_signed (world, crl, 1));
  path = check (world, crls, SMD_TEST_NOW);
  g_assert_true (smd_problems_contain (path->problems, SMIMED_PROBLEM_REVOKED));
}

/* Returns: (transfer full): the path when the lowest authority's CRL has no number; @version: 0 = the first, @serial: of who is revoked, or 0 */
static SmdPath *
check_unnumbered (SmdTestChain *world, long version, gint64 next_update, long serial)
{
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (X509_CRL) crl = smd_test_crl_new (world->x509[1], SMD_TEST_NOW - SMD_TEST_DAY, next_update, 0);
  SmdCrl *imported;

  X509_CRL_set_version (crl, version);
  if (serial != 0)
    add_entry (crl, serial, SMD_TEST_NOW - SMD_TEST_DAY, -1, FALSE);
  imported = import_signed (world, crl, 1);
  g_assert_cmpstr (smd_crl_get_number (imported), ==, "");
  g_ptr_array_add (crls, imported);
  return check (world, crls, SMD_TEST_NOW);
}

/* As openssl, NSS and dirmngr do; small authorities make such. */
static void
test_unnumbered (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();

  for (long version = 0; version < 2; version++)
    {
      g_autoptr (SmdPath) good = check_unnumbered (world, version, SMD_TEST_NOW + 3649 * SMD_TEST_DAY, 99);
      g_autoptr (SmdPath) revoked = check_unnumbered (world, version, SMD_TEST_NOW + 3649 * SMD_TEST_DAY, 100);
      g_autoptr (SmdPath) stale = check_unnumbered (world, version, SMD_TEST_NOW - 60, 99);

      g_assert_cmpuint (good->problems->len, ==, 0);
      only_problem (world, revoked, SMIMED_PROBLEM_REVOKED, 0);
      only_problem (world, stale, SMIMED_PROBLEM_REVOCATION_STALE, 0);
    }
}

/* Nobody would ever look for another one. */
static void
test_unnumbered_for_long (void)
{
  const gint64 end = SMD_TEST_NOW + 3700 * SMD_TEST_DAY;
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (SmdPath) good = check_unnumbered (world, 1, end, 0);
  g_autoptr (SmdPath) revoked = check_unnumbered (world, 1, end, 100);
  const SmdProblem *problem = only_problem (world, good, SMIMED_PROBLEM_REVOCATION_STALE, 0);

  g_assert_nonnull (strstr (problem->detail, "ten years"));
  g_assert_true (smd_problems_contain (revoked->problems, SMIMED_PROBLEM_REVOKED));
}

/* RFC 5280 section 5.3: such a CRL says nothing of anybody. */
static void
test_unknown_critical_entry (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (X509_CRL) crl = fresh_crl (world, 1);
  g_autoptr (SmdPath) path = NULL;

  add_entry (crl, 1, SMD_TEST_NOW - SMD_TEST_DAY, -1, FALSE);
  add_entry (crl, 7, SMD_TEST_NOW - SMD_TEST_DAY, -1, TRUE);
  g_ptr_array_add (crls, import_signed (world, crl, 1));
  path = check (world, crls, SMD_TEST_NOW);
  only_problem (world, path, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE, 0);
}

/* A CRL that says both of one certificate is taken at its worst. */
static void
test_contradiction (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (X509_CRL) crl = fresh_crl (world, 1);
  g_autoptr (SmdPath) path = NULL;

  add_entry (crl, 100, SMD_TEST_NOW - 3 * SMD_TEST_DAY, 8, FALSE);
  add_entry (crl, 100, SMD_TEST_NOW - 2 * SMD_TEST_DAY, 6, FALSE);
  add_entry (crl, 100, SMD_TEST_NOW - 3 * SMD_TEST_DAY, 8, FALSE);
  g_ptr_array_add (crls, import_signed (world, crl, 1));
  path = check (world, crls, SMD_TEST_NOW);
  g_assert_cmpint (only_problem (world, path, SMIMED_PROBLEM_REVOKED, 0)->at, ==, SMD_TEST_NOW - 2 * SMD_TEST_DAY);
}

typedef struct
{
  SmdTestChain *world;    /* (unowned) */
  GPtrArray *crls; /* (unowned) */
} Shared;

static gpointer
check_often (gpointer data)
{
  Shared *shared = data;

  /* Each length is a question of its own: of one thread none is answered from memory. */
  for (int i = 1; i <= 200; i++)
    {
      SmdPathQuery query = { .leaf = shared->world->chain[0],
                             .candidates = shared->world->candidates,
                             .anchors = shared->world->anchors,
                             .crls = shared->crls,
                             .at = SMD_TEST_NOW,
                             .most_intermediates = 2 + i };
      g_autoptr (SmdPath) path = smd_path_check (shared->world->crypto, &query, NULL);

      only_problem (shared->world, path, SMIMED_PROBLEM_REVOKED, 0);
    }

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (X509_CRL) crl = fresh_crl (world, 1);
  Shared shared = { world, crls };
  GThread *threads[4];

  add_entry (crl, 100, SMD_TEST_NOW - 3 * SMD_TEST_DAY, 1, FALSE);
  g_ptr_array_add (crls, import_signed (world, crl, 1));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("check", check_often, &shared);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* The answer that is remembered belongs to the CRLs that it was given with, and to the time. */
static void
test_remembered (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (GPtrArray) newer = fresh_crls (world, 1);
  g_autoptr (X509_CRL) empty =
      smd_test_chain_make_crl (world, 1, SMD_TEST_NOW - 2 * SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
  g_autoptr (X509_CRL) full = fresh_crl (world, 1);

  g_ptr_array_add (crls, import_signed (world, empty, 1));
  add_entry (full, 100, SMD_TEST_NOW - SMD_TEST_DAY, -1, FALSE);
  g_ptr_array_add (newer, import_signed (world, full, 1));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SmdPath) before = check (world, crls, SMD_TEST_NOW);
      g_autoptr (SmdPath) after = check (world, newer, SMD_TEST_NOW);
      g_autoptr (SmdPath) later = check (world, crls, SMD_TEST_NOW + 3 * SMD_TEST_DAY);
      g_autoptr (SmdPath) without = check (world, NULL, SMD_TEST_NOW);

      g_assert_cmpuint (before->problems->len, ==, 0);
      g_assert_true (smd_problems_contain (after->problems, SMIMED_PROBLEM_REVOKED));
      g_assert_true (smd_problems_contain (later->problems, SMIMED_PROBLEM_REVOCATION_STALE));
      g_assert_cmpuint (without->problems->len, ==, 0);
    }
}

/* The first authority of two with one name and key may not vouch for Alice; the second may. */
static void
test_other_path (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (SmdCertificate) certificate =
      smd_test_chain_make_lower (world, "nameConstraints=critical,permitted;email:example.com");
  g_autoptr (GPtrArray) crls = fresh_crls (world, 0);
  g_autoptr (SmdPath) path = NULL;

  g_ptr_array_insert (world->candidates, 0, smd_certificate_ref (certificate));
  path = check (world, crls, SMD_TEST_NOW);
  g_assert_cmpuint (path->problems->len, ==, 0);
  g_assert_cmpstr (smd_certificate_get_fingerprint (path->chain->pdata[1]), ==,
                   smd_certificate_get_fingerprint (world->chain[1]));

  g_ptr_array_remove (world->candidates, world->chain[1]);
  smd_path_unref (path);
  path = check (world, crls, SMD_TEST_NOW);
  only_problem (world, path, SMIMED_PROBLEM_NAME_CONSTRAINTS, 0);
}

static void
test_places (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  SmdCertificate *leaf = world->chain[0];

  g_assert_cmpstr (smd_certificate_get_crl_urls (leaf)[0], ==, "http://crl.example.org/a.crl");
  g_assert_cmpstr (smd_certificate_get_crl_urls (leaf)[1], ==,
                   "ldap://ldap.example.org/cn=A?certificateRevocationList");
  g_assert_null (smd_certificate_get_crl_urls (leaf)[2]);
  g_assert_cmpstr (smd_certificate_get_ocsp_urls (leaf)[0], ==, "http://ocsp.example.org/");
  g_assert_cmpstr (smd_certificate_get_issuer_urls (leaf)[0], ==, "http://ca.example.org/ca.p7c");
  g_assert_null (smd_certificate_get_freshest_crl_urls (leaf)[0]);
  g_assert_true (smd_certificate_has_crl_distribution_points (leaf));
  g_assert_false (smd_certificate_has_crl_distribution_points (world->chain[1]));
  g_assert_false (smd_certificate_has_ocsp_no_check (leaf));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crl/fresh-and-clean-is-valid", test_valid);
  g_test_add_func ("/crl/revoked-at-each-depth", test_revoked);
  g_test_add_func ("/crl/missing-at-each-depth", test_missing);
  g_test_add_func ("/crl/stale-at-each-depth", test_stale);
  g_test_add_func ("/crl/future-at-each-depth", test_future);
  g_test_add_func ("/crl/without-next-update-at-each-depth", test_undated);
  g_test_add_func ("/crl/without-a-number-of-either-version", test_unnumbered);
  g_test_add_func ("/crl/without-a-number-for-centuries-tells-only-who-was-revoked", test_unnumbered_for_long);
  g_test_add_func ("/crl/unknown-critical-entry-extension", test_unknown_critical_entry);
  g_test_add_func ("/crl/revoked-and-removed-is-revoked", test_contradiction);
  g_test_add_func ("/crl/shared-between-threads", test_threads);
  g_test_add_func ("/crl/answers-are-remembered-with-their-crls", test_remembered);
  g_test_add_func ("/path/another-way-to-the-root", test_other_path);
  g_test_add_func ("/certificate/says-where-things-are", test_places);
  return g_test_run ();
}
