/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was learned of revocation is there when it is needed, and never goes back in time. */
#include "smd-openssl.h"
#include "smd-test-revocation.h"
#include "smimed-error.h"

#define IMPORT(url, ...) \
  smd_revocation_entry_free (smd_test_revocation_import (fixture, url, (SmdTestSketch){ __VA_ARGS__ }))

static void
test_survives (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (SmdRevocationEntry) entry = smd_test_revocation_import (
      fixture, SMD_TEST_URL, (SmdTestSketch){ .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 17, .entries = 3 });
  g_autoptr (SmdRevocationEntry) again = NULL;

  g_assert_cmpstr (entry->url, ==, SMD_TEST_URL);
  g_assert_cmpstr (entry->issuer, ==, "CN=Authority");
  g_assert_cmpint (entry->kind, ==, SMD_REVOCATION_CRL);
  g_assert_cmpint (entry->this_update, ==, SMD_TEST_NOW - SMD_TEST_DAY);
  g_assert_cmpint (entry->next_update, ==, SMD_TEST_NOW + 6 * SMD_TEST_DAY);
  g_assert_cmpuint (entry->entries, ==, 3);
  g_assert_cmpstr (entry->number, ==, "11");

  smd_test_revocation_reopen (fixture);
  smd_test_revocation_assert_found (fixture, "11");
  again = smd_revocation_store_lookup (fixture->store, SMD_TEST_URL, NULL);
  g_assert_cmpint (again->fetched_at, ==, SMD_TEST_NOW);
  g_assert_cmpstr (again->etag, ==, "\"tag\"");
  g_assert_cmpint (again->modified, ==, SMD_TEST_NOW - SMD_TEST_DAY);
  g_assert_true (smd_span_equal (again->issuer_der, entry->issuer_der));
  g_assert_cmpint (smd_revocation_entry_get_state (again, SMD_TEST_NOW), ==, SMD_REVOCATION_FRESH);
  g_assert_cmpint (smd_revocation_entry_get_state (again, SMD_TEST_NOW + 7 * SMD_TEST_DAY), ==, SMD_REVOCATION_STALE);
}

static void
test_newer_replaces (SmdTestRevocation *fixture, gconstpointer data)
{
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY, .number = 0xff);
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 0x100);
  smd_test_revocation_assert_found (fixture, "0100");
  /* Two of one second are told apart by their numbers, which aren't compared as text. */
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 0x1000);
  smd_test_revocation_assert_found (fixture, "1000");
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 1);
}

static void
test_older_does_not (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (SmdRevocationEntry) kept = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 18);
  kept = smd_test_revocation_import (fixture, SMD_TEST_URL,
                                     (SmdTestSketch){ .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY, .number = 17 });
  g_assert_cmpstr (kept->number, ==, "12");
  g_assert_cmpstr (kept->detail, !=, "");
  g_assert_cmpint (smd_revocation_entry_get_state (kept, SMD_TEST_NOW), ==, SMD_REVOCATION_FRESH);
  smd_test_revocation_assert_found (fixture, "12");
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 1);
}

/* Those without a number are told apart by their times, whatever the others have. */
static void
test_unnumbered (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (SmdRevocationEntry) older = NULL;
  g_autoptr (SmdRevocationEntry) same = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 3 * SMD_TEST_DAY, .number = 18);
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY);
  smd_test_revocation_assert_found (fixture, "");
  older = smd_test_revocation_import (fixture, SMD_TEST_URL, (SmdTestSketch){ .this_update = SMD_TEST_NOW - 3 * SMD_TEST_DAY });
  g_assert_cmpint (older->this_update, ==, SMD_TEST_NOW - 2 * SMD_TEST_DAY);
  g_assert_cmpstr (older->detail, !=, "");
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 19);
  same = smd_test_revocation_import (fixture, SMD_TEST_URL, (SmdTestSketch){ .this_update = SMD_TEST_NOW - SMD_TEST_DAY });
  g_assert_cmpstr (same->number, ==, "13");
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 1);
}

static void
test_future_is_refused (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 18);
  g_assert_null (smd_test_revocation_import_at (
      fixture, SMD_TEST_URL, (SmdTestSketch){ .this_update = SMD_TEST_NOW + 60, .number = 19 }, SMD_TEST_NOW, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID);
  smd_test_revocation_assert_found (fixture, "12");
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 1);
}

/* Partitions and delta CRLs of one issuer, fetched, from messages and imported by hand, don't drive each other out. */
static void
test_side_by_side (SmdTestRevocation *fixture, gconstpointer data)
{
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 5 * SMD_TEST_DAY, .number = 1);
  IMPORT ("http://crl.example.org/delta.crl", .this_update = SMD_TEST_NOW - 4 * SMD_TEST_DAY, .number = 2, .base = 1);
  IMPORT ("http://crl.example.org/1.crl", .this_update = SMD_TEST_NOW - 3 * SMD_TEST_DAY, .number = 3,
          .scope = "http://crl.example.org/1.crl");
  IMPORT ("", .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY, .number = 4, .scope = "http://crl.example.org/2.crl");
  IMPORT ("", .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 5, .scope = "http://crl.example.org/3.crl");
  smd_test_revocation_assert_found (fixture, "05 04 03 02 01");
}

/* What stands between two bases is told only by the delta CRL on the former one, as long as the latter isn't at hand. */
static void
test_earlier_delta (SmdTestRevocation *fixture, gconstpointer data)
{
  const SmdTestSketch last = { .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 7, .base = 6 };
  g_autoptr (SmdRevocationEntry) entry = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 5 * SMD_TEST_DAY, .number = 2, .base = 1);
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 4 * SMD_TEST_DAY, .number = 3, .base = 1);
  smd_test_revocation_assert_found (fixture, "03");
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 3 * SMD_TEST_DAY, .number = 5, .base = 4);
  smd_test_revocation_assert_found (fixture, "05 03");
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY, .number = 6, .base = 4);
  smd_test_revocation_assert_found (fixture, "06 03");
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 5 * SMD_TEST_DAY, .number = 2, .base = 1);
  smd_test_revocation_assert_found (fixture, "06 03");
  entry = smd_test_revocation_import (fixture, SMD_TEST_URL, last);
  smd_test_revocation_reopen (fixture);
  smd_test_revocation_assert_found (fixture, "07 06");
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 2);

  entries = smd_revocation_store_list (fixture->store, NULL);
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_cmpstr (((SmdRevocationEntry *) entries->pdata[0])->number, ==, "07");
}

static gboolean
is_outdated (SmdTestRevocation *fixture, const char *url)
{
  g_autoptr (SmdRevocationEntry) entry = smd_revocation_store_lookup (fixture->store, url, NULL);

  return entry->outdated;
}

static void
test_outdated (SmdTestRevocation *fixture, gconstpointer data)
{
  const char *part = "http://crl.example.org/1.crl";

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 5 * SMD_TEST_DAY, .number = 0xff);
  IMPORT (part, .this_update = SMD_TEST_NOW - 5 * SMD_TEST_DAY, .number = 0xf0, .scope = part);
  IMPORT ("", .this_update = SMD_TEST_NOW - 4 * SMD_TEST_DAY, .number = 0x101, .base = 0xff);
  g_assert_false (is_outdated (fixture, SMD_TEST_URL));
  IMPORT ("", .this_update = SMD_TEST_NOW - 3 * SMD_TEST_DAY, .number = 0x103, .base = 0x102);
  smd_test_revocation_reopen (fixture);
  g_assert_true (is_outdated (fixture, SMD_TEST_URL));
  g_assert_false (is_outdated (fixture, part));
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY, .number = 0x102);
  g_assert_false (is_outdated (fixture, SMD_TEST_URL));
}

static void
test_issuer_renamed_in_another_encoding (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (X509_NAME) name = X509_NAME_new ();
  g_autoptr (GPtrArray) crls = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1);
  X509_NAME_add_entry_by_txt (name, "CN", V_ASN1_PRINTABLESTRING, (const guint8 *) " AUTHORITY ", -1, -1, 0);
  crls = smd_test_revocation_find (fixture, name, NULL);
  g_assert_cmpuint (crls->len, ==, 1);
}

/* An indirect CRL has another issuer than the certificate. */
static void
test_found_by_url (SmdTestRevocation *fixture, gconstpointer data)
{
  const char *const urls[] = { "http://elsewhere.example.org/", SMD_TEST_URL, NULL };
  g_autoptr (X509_NAME) name = X509_NAME_new ();
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) crls = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guint8 *) "Somebody", -1, -1, 0);
  none = smd_test_revocation_find (fixture, name, NULL);
  g_assert_cmpuint (none->len, ==, 0);
  crls = smd_test_revocation_find (fixture, name, urls);
  g_assert_cmpuint (crls->len, ==, 1);
}

static void
test_one_failure_keeps_what_is_there (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (SmdRevocationEntry) failed = NULL;
  g_autoptr (SmdRevocationEntry) unchanged = NULL;
  g_autoptr (SmdRevocationEntry) never = NULL;
  g_autoptr (GError) error = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1);
  g_assert_true (smd_revocation_store_note_failure (fixture->store, SMD_TEST_URL, SMD_REVOCATION_CRL, "no route",
                                                    SMD_TEST_NOW + 5, &error));
  failed = smd_revocation_store_lookup (fixture->store, SMD_TEST_URL, &error);
  g_assert_cmpstr (failed->detail, ==, "no route");
  g_assert_cmpint (failed->tried_at, ==, SMD_TEST_NOW + 5);
  g_assert_cmpint (failed->fetched_at, ==, SMD_TEST_NOW);
  g_assert_cmpint (smd_revocation_entry_get_state (failed, SMD_TEST_NOW), ==, SMD_REVOCATION_FRESH);
  g_assert_cmpint (smd_revocation_entry_get_state (failed, SMD_TEST_NOW + 9 * SMD_TEST_DAY), ==, SMD_REVOCATION_FAILED);
  smd_test_revocation_assert_found (fixture, "01");

  g_assert_true (smd_revocation_store_note_unchanged (fixture->store, SMD_TEST_URL, SMD_TEST_NOW + 9, &error));
  unchanged = smd_revocation_store_lookup (fixture->store, SMD_TEST_URL, &error);
  g_assert_cmpstr (unchanged->detail, ==, "");
  g_assert_cmpint (unchanged->fetched_at, ==, SMD_TEST_NOW + 9);

  g_assert_true (smd_revocation_store_note_failure (fixture->store, "ldap://dead/", SMD_REVOCATION_CRL, "dead",
                                                    SMD_TEST_NOW, &error));
  never = smd_revocation_store_lookup (fixture->store, "ldap://dead/", &error);
  g_assert_cmpint (smd_revocation_entry_get_state (never, SMD_TEST_NOW), ==, SMD_REVOCATION_FAILED);
  g_assert_null (smd_revocation_store_lookup (fixture->store, "ldap://unknown/", &error));
  g_assert_no_error (error);
}

/* The use of an SMD_TEST_URL is remembered from before its first CRL on. */
static void
test_use_is_remembered (SmdTestRevocation *fixture, gconstpointer data)
{
  const char *const urls[] = { SMD_TEST_URL, "http://crl.example.org/b.crl", NULL };
  g_autoptr (SmdRevocationEntry) entry = NULL;
  g_autoptr (SmdRevocationEntry) other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (smd_revocation_store_touch (fixture->store, urls, SMD_TEST_NOW - 2 * SMD_TEST_DAY, &error));
  g_assert_true (smd_revocation_store_touch (fixture->store, urls, SMD_TEST_NOW, &error));
  entry = smd_test_revocation_import (fixture, SMD_TEST_URL,
                                      (SmdTestSketch){ .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1 });
  g_assert_cmpint (entry->used_at, ==, SMD_TEST_NOW);
  other = smd_revocation_store_lookup (fixture->store, urls[1], &error);
  g_assert_cmpint (other->used_at, ==, SMD_TEST_NOW);
  g_assert_no_error (error);
}

/* A correspondent's authority was known from a message alone: its CRLs are refreshed all the same, others aren't taken for them. */
static void
test_next_of_the_same_key (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) nobody = smd_certificates_new ();
  g_autoptr (SmdBlob) file = smd_test_revocation_make_crl (
      fixture, (SmdTestSketch){ .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 2 });
  g_autoptr (SmdBlob) forged = NULL;
  g_autoptr (SmdRevocationEntry) entry = NULL;
  g_autoptr (GError) error = NULL;
  EVP_PKEY *key = fixture->key;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY, .number = 1);
  entry =
      smd_revocation_store_import_crl (fixture->store, SMD_TEST_URL, file, nobody, NULL, 0, SMD_TEST_NOW, NULL, &error);
  g_assert_no_error (error);
  smd_test_revocation_assert_found (fixture, "02");
  g_assert_null (smd_revocation_store_import_crl (fixture->store, "http://other/", file, nobody, NULL, 0, SMD_TEST_NOW,
                                                  NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  g_clear_error (&error);

  fixture->key = EVP_EC_gen ("P-256");
  forged = smd_test_revocation_make_crl (fixture,
                                         (SmdTestSketch){ .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 3 });
  EVP_PKEY_free (fixture->key);
  fixture->key = key;
  g_assert_null (smd_revocation_store_import_crl (fixture->store, SMD_TEST_URL, forged, nobody, NULL, 0, SMD_TEST_NOW,
                                                  NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID);
  smd_test_revocation_assert_found (fixture, "02");
}

static void
test_flush (SmdTestRevocation *fixture, gconstpointer data)
{
  const SmdOcspAnswer answer = { .status = SMD_OCSP_GOOD, .this_update = SMD_TEST_NOW };
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GError) error = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 1);
  g_assert_true (
      smd_revocation_store_put_ocsp (fixture->store, "ab", "http://ocsp.example.org/", &answer, SMD_TEST_NOW, &error));
  before = smd_revocation_store_list (fixture->store, &error);
  g_assert_cmpuint (before->len, ==, 2);
  g_assert_true (smd_revocation_store_flush (fixture->store, &error));
  after = smd_revocation_store_list (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (after->len, ==, 0);
  g_assert_cmpuint (smd_test_revocation_count_files (fixture), ==, 0);
  smd_test_revocation_assert_found (fixture, "");
}

/* Who looks at a CRL goes on while it is replaced. */
static void
test_reader_keeps_what_it_has (SmdTestRevocation *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) crls = NULL;

  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - 2 * SMD_TEST_DAY, .number = 1, .entries = 5000);
  crls = smd_test_revocation_find (fixture, X509_get_subject_name (fixture->x509), NULL);
  IMPORT (SMD_TEST_URL, .this_update = SMD_TEST_NOW - SMD_TEST_DAY, .number = 2);
  g_assert_cmpuint (smd_crl_get_n_entries (crls->pdata[0]), ==, 5000);
  g_assert_cmpstr (smd_crl_get_number (crls->pdata[0]), ==, "01");
  smd_test_revocation_assert_found (fixture, "02");
}

static void
test_ocsp (SmdTestRevocation *fixture, gconstpointer data)
{
  const SmdOcspAnswer old = { .status = SMD_OCSP_GOOD,
                              .this_update = SMD_TEST_NOW - SMD_TEST_DAY,
                              .next_update = SMD_TEST_NOW + SMD_TEST_DAY,
                              .reason = -1 };
  const SmdOcspAnswer revoked = { .status = SMD_OCSP_REVOKED,
                                  .this_update = SMD_TEST_NOW,
                                  .next_update = SMD_TEST_NOW + SMD_TEST_DAY,
                                  .revoked_at = SMD_TEST_NOW - 9,
                                  .reason = 1 };
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;
  SmdOcspAnswer answer;

  g_assert_false (smd_revocation_store_get_ocsp (fixture->store, "ab", &answer, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (smd_revocation_store_put_ocsp (fixture->store, "ab", "http://a/", &revoked, SMD_TEST_NOW, &error));
  /* An older answer that somebody plays again changes nothing. */
  g_assert_true (smd_revocation_store_put_ocsp (fixture->store, "ab", "http://b/", &old, SMD_TEST_NOW, &error));
  smd_test_revocation_reopen (fixture);
  g_assert_true (smd_revocation_store_get_ocsp (fixture->store, "ab", &answer, &url, &error));
  g_assert_cmpstr (url, ==, "http://a/");
  g_assert_cmpint (answer.status, ==, SMD_OCSP_REVOKED);
  g_assert_cmpint (answer.revoked_at, ==, SMD_TEST_NOW - 9);
  g_assert_cmpint (answer.reason, ==, 1);
}

#define ADD(name, function) \
  g_test_add ("/revocation-store/" name, SmdTestRevocation, NULL, smd_test_revocation_set_up, function, smd_test_revocation_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a CRL is there after a restart", test_survives);
  ADD ("a newer CRL replaces an older one", test_newer_replaces);
  ADD ("an older CRL never replaces a newer one", test_older_does_not);
  ADD ("CRLs without a number take their order from their times", test_unnumbered);
  ADD ("a CRL of the future doesn't drive out the present one", test_future_is_refused);
  ADD ("scopes, deltas and CRLs without an address live side by side", test_side_by_side);
  ADD ("a delta CRL is kept beside one on a later base, the last one only", test_earlier_delta);
  ADD ("a delta CRL on a later base tells that a complete one is outdated", test_outdated);
  ADD ("an issuer's name is found in another encoding", test_issuer_renamed_in_another_encoding);
  ADD ("an indirect CRL is found by its address", test_found_by_url);
  ADD ("a failure keeps what is there", test_one_failure_keeps_what_is_there);
  ADD ("the use of an address is remembered", test_use_is_remembered);
  ADD ("the next CRL of a key is taken though its certificate is gone", test_next_of_the_same_key);
  ADD ("Flush forgets everything", test_flush);
  ADD ("a reader keeps the CRL that it has", test_reader_keeps_what_it_has);
  ADD ("OCSP answers are kept, and don't go back in time", test_ocsp);
  return g_test_run ();
}
