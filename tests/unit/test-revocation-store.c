/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was learned of revocation is there when it is needed, whole or not at all, and never goes back in time. */
#include <glib/gstdio.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "smd-openssl.h"
#include "smd-revocation-database.h"
#include "smimed-error.h"

#define NOW G_GINT64_CONSTANT (1800000000)
#define DAY G_GINT64_CONSTANT (86400)
#define URL "http://crl.example.org/a.crl"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_CRL, X509_CRL_free)

typedef struct
{
  SmdCrypto *crypto;         /* (owned) */
  char *folder;              /* (owned) */
  char *crls;                /* (owned) */
  SmdDatabase *database;     /* (owned) (nullable) */
  SmdRevocationStore *store; /* (owned) (nullable) */
  EVP_PKEY *key;             /* (owned) */
  X509 *x509;                /* (owned) */
  GPtrArray *issuers;        /* (owned) */
} Fixture;

static SmdCertificate *
read_certificate (SmdCrypto *crypto, X509 *x509)
{
  guint8 *der = NULL;
  int size = i2d_X509 (x509, &der);
  SmdCertificate *certificate = smd_certificate_new (crypto, smd_span (der, (gsize) size), NULL);

  g_assert_nonnull (certificate);
  OPENSSL_free (der);
  return certificate;
}

static void
make_authority (Fixture *fixture)
{
  g_autoptr (SmdCertificate) certificate = NULL;

  fixture->key = EVP_EC_gen ("P-256");
  fixture->x509 = X509_new ();
  X509_set_version (fixture->x509, 2);
  ASN1_INTEGER_set (X509_get_serialNumber (fixture->x509), 1);
  ASN1_TIME_set (X509_getm_notBefore (fixture->x509), (time_t) (NOW - 100 * DAY));
  ASN1_TIME_set (X509_getm_notAfter (fixture->x509), (time_t) (NOW + 100 * DAY));
  X509_NAME_add_entry_by_txt (X509_get_subject_name (fixture->x509), "CN", MBSTRING_UTF8, (const guint8 *) "Authority", -1, -1, 0);
  X509_set_issuer_name (fixture->x509, X509_get_subject_name (fixture->x509));
  X509_set_pubkey (fixture->x509, fixture->key);
  X509_sign (fixture->x509, fixture->key, EVP_sha256 ());
  certificate = read_certificate (fixture->crypto, fixture->x509);
  fixture->issuers = smd_certificates_new ();
  smd_certificates_add (fixture->issuers, certificate);
}

static void
open_store (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "smimed.db", NULL);
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->store);
  g_clear_object (&fixture->database);
  fixture->database = smd_database_new (fixture->crypto, path, &error);
  g_assert_no_error (error);
  fixture->store = SMD_REVOCATION_STORE (smd_revocation_database_new (fixture->database, fixture->crls, NOW));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->crypto = smd_crypto_new (NULL);
  fixture->folder = g_dir_make_tmp ("smimed-test-XXXXXX", NULL);
  fixture->crls = g_build_filename (fixture->folder, "crls", NULL);
  make_authority (fixture);
  open_store (fixture);
}

/* Returns: how many files are in @folder; they are gone afterwards if @remove */
static guint
walk_folder (const char *folder, gboolean remove)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint count = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      count++;
      if (remove)
        g_unlink (path);
    }
  if (remove)
    g_rmdir (folder);
  return count;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->store);
  g_clear_object (&fixture->database);
  walk_folder (fixture->crls, TRUE);
  walk_folder (fixture->folder, TRUE);
  g_ptr_array_unref (fixture->issuers);
  X509_free (fixture->x509);
  EVP_PKEY_free (fixture->key);
  g_free (fixture->crls);
  g_free (fixture->folder);
  smd_crypto_unref (fixture->crypto);
}

/* ---- CRLs ---- */

typedef struct
{
  gint64 this_update;
  gint64 number;
  gint64 base;       /* of a delta CRL; 0 = it is complete */
  const char *scope; /* (nullable) of an issuing distribution point */
  guint entries;
} Sketch;

static void
add_number (X509_CRL *crl, int nid, gint64 value)
{
  g_autoptr (ASN1_INTEGER) number = ASN1_INTEGER_new ();

  ASN1_INTEGER_set_int64 (number, value);
  g_assert_cmpint (X509_CRL_add1_ext_i2d (crl, nid, number, nid == NID_delta_crl, 0), ==, 1);
}

static void
add_scope (X509_CRL *crl, const char *url)
{
  g_autofree char *value = g_strconcat ("critical,fullname:URI:", url, NULL);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, NID_issuing_distribution_point, value);

  g_assert_nonnull (extension);
  X509_CRL_add_ext (crl, extension, -1);
  X509_EXTENSION_free (extension);
}

static SmdBlob *
make_crl (Fixture *fixture, Sketch sketch)
{
  g_autoptr (X509_CRL) crl = X509_CRL_new ();
  g_autoptr (ASN1_TIME) time = ASN1_TIME_set (NULL, (time_t) sketch.this_update);
  guint8 *der = NULL;
  SmdBlob *blob;
  int size;

  X509_CRL_set_version (crl, 1);
  X509_CRL_set_issuer_name (crl, X509_get_subject_name (fixture->x509));
  X509_CRL_set1_lastUpdate (crl, time);
  ASN1_TIME_set (time, (time_t) (sketch.this_update + 7 * DAY));
  X509_CRL_set1_nextUpdate (crl, time);
  add_number (crl, NID_crl_number, sketch.number);
  if (sketch.base != 0)
    add_number (crl, NID_delta_crl, sketch.base);
  if (sketch.scope != NULL)
    add_scope (crl, sketch.scope);
  for (guint i = 0; i < sketch.entries; i++)
    {
      X509_REVOKED *entry = X509_REVOKED_new ();
      g_autoptr (ASN1_INTEGER) serial = ASN1_INTEGER_new ();

      ASN1_INTEGER_set (serial, 1000 + (long) i);
      X509_REVOKED_set_serialNumber (entry, serial);
      X509_REVOKED_set_revocationDate (entry, time);
      X509_CRL_add0_revoked (crl, entry);
    }
  g_assert_cmpint (X509_CRL_sign (crl, fixture->key, EVP_sha256 ()), >, 0);
  size = i2d_X509_CRL (crl, &der);
  blob = smd_blob_new_copy (smd_span (der, (gsize) size));
  OPENSSL_free (der);
  return blob;
}

static SmdRevocationEntry *
import_at (Fixture *fixture, const char *url, Sketch sketch, gint64 now, GError **error)
{
  g_autoptr (SmdBlob) file = make_crl (fixture, sketch);

  return smd_revocation_store_import_crl (fixture->store, url, file, fixture->issuers, "\"tag\"", NOW - DAY, now, NULL, error);
}

static SmdRevocationEntry *
import (Fixture *fixture, const char *url, Sketch sketch)
{
  g_autoptr (GError) error = NULL;
  SmdRevocationEntry *entry = import_at (fixture, url, sketch, NOW, &error);

  g_assert_no_error (error);
  return entry;
}

#define IMPORT(url, ...) smd_revocation_entry_free (import (fixture, url, (Sketch){ __VA_ARGS__ }))

static GPtrArray *
find_of (Fixture *fixture, X509_NAME *name, const char *const *urls)
{
  g_autoptr (GError) error = NULL;
  guint8 *der = NULL;
  int size = i2d_X509_NAME (name, &der);
  GPtrArray *crls = smd_revocation_store_find_crls (fixture->store, smd_span (der, (gsize) size), urls, FALSE, &error);

  g_assert_no_error (error);
  OPENSSL_free (der);
  return crls;
}

static GPtrArray *
find (Fixture *fixture)
{
  return find_of (fixture, X509_get_subject_name (fixture->x509), NULL);
}

/* Exactly these numbers are found, newest first. */
static void
assert_found (Fixture *fixture, const char *numbers)
{
  g_autoptr (GPtrArray) crls = find (fixture);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < crls->len; i++)
    g_string_append_printf (found, "%s%s", i > 0 ? " " : "", smd_crl_get_number (crls->pdata[i]));
  g_assert_cmpstr (found->str, ==, numbers);
}

/* ---- tests ---- */

static void
test_survives (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdRevocationEntry) entry = import (fixture, URL, (Sketch){ .this_update = NOW - DAY, .number = 17, .entries = 3 });
  g_autoptr (SmdRevocationEntry) again = NULL;

  g_assert_cmpstr (entry->url, ==, URL);
  g_assert_cmpstr (entry->issuer, ==, "CN=Authority");
  g_assert_cmpint (entry->kind, ==, SMD_REVOCATION_CRL);
  g_assert_cmpint (entry->this_update, ==, NOW - DAY);
  g_assert_cmpint (entry->next_update, ==, NOW + 6 * DAY);
  g_assert_cmpuint (entry->entries, ==, 3);
  g_assert_cmpstr (entry->number, ==, "11");

  open_store (fixture);
  assert_found (fixture, "11");
  again = smd_revocation_store_lookup (fixture->store, URL, NULL);
  g_assert_cmpint (again->fetched_at, ==, NOW);
  g_assert_cmpstr (again->etag, ==, "\"tag\"");
  g_assert_cmpint (again->modified, ==, NOW - DAY);
  g_assert_true (smd_span_equal (again->issuer_der, entry->issuer_der));
  g_assert_cmpint (smd_revocation_entry_get_state (again, NOW), ==, SMD_REVOCATION_FRESH);
  g_assert_cmpint (smd_revocation_entry_get_state (again, NOW + 7 * DAY), ==, SMD_REVOCATION_STALE);
}

static void
test_newer_replaces (Fixture *fixture, gconstpointer data)
{
  IMPORT (URL, .this_update = NOW - 2 * DAY, .number = 0xff);
  IMPORT (URL, .this_update = NOW - DAY, .number = 0x100);
  assert_found (fixture, "0100");
  /* Two of one second are told apart by their numbers, which aren't compared as text. */
  IMPORT (URL, .this_update = NOW - DAY, .number = 0x1000);
  assert_found (fixture, "1000");
  g_assert_cmpuint (walk_folder (fixture->crls, FALSE), ==, 1);
}

static void
test_older_does_not (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdRevocationEntry) kept = NULL;

  IMPORT (URL, .this_update = NOW - DAY, .number = 18);
  kept = import (fixture, URL, (Sketch){ .this_update = NOW - 2 * DAY, .number = 17 });
  g_assert_cmpstr (kept->number, ==, "12");
  g_assert_cmpstr (kept->detail, !=, "");
  g_assert_cmpint (smd_revocation_entry_get_state (kept, NOW), ==, SMD_REVOCATION_FRESH);
  assert_found (fixture, "12");
  g_assert_cmpuint (walk_folder (fixture->crls, FALSE), ==, 1);
}

static void
test_future_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  IMPORT (URL, .this_update = NOW - DAY, .number = 18);
  g_assert_null (import_at (fixture, URL, (Sketch){ .this_update = NOW + 60, .number = 19 }, NOW, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID);
  assert_found (fixture, "12");
  g_assert_cmpuint (walk_folder (fixture->crls, FALSE), ==, 1);
}

/* Partitions and delta CRLs of one issuer, fetched, from messages and imported by hand, don't drive each other out. */
static void
test_side_by_side (Fixture *fixture, gconstpointer data)
{
  IMPORT (URL, .this_update = NOW - 5 * DAY, .number = 1);
  IMPORT ("http://crl.example.org/delta.crl", .this_update = NOW - 4 * DAY, .number = 2, .base = 1);
  IMPORT ("http://crl.example.org/1.crl", .this_update = NOW - 3 * DAY, .number = 3, .scope = "http://crl.example.org/1.crl");
  IMPORT ("", .this_update = NOW - 2 * DAY, .number = 4, .scope = "http://crl.example.org/2.crl");
  IMPORT ("", .this_update = NOW - DAY, .number = 5, .scope = "http://crl.example.org/3.crl");
  assert_found (fixture, "05 04 03 02 01");
}

static void
test_issuer_renamed_in_another_encoding (Fixture *fixture, gconstpointer data)
{
  g_autoptr (X509_NAME) name = X509_NAME_new ();
  g_autoptr (GPtrArray) crls = NULL;

  IMPORT (URL, .this_update = NOW - DAY, .number = 1);
  X509_NAME_add_entry_by_txt (name, "CN", V_ASN1_PRINTABLESTRING, (const guint8 *) " AUTHORITY ", -1, -1, 0);
  crls = find_of (fixture, name, NULL);
  g_assert_cmpuint (crls->len, ==, 1);
}

/* An indirect CRL has another issuer than the certificate. */
static void
test_found_by_url (Fixture *fixture, gconstpointer data)
{
  const char *const urls[] = { "http://elsewhere.example.org/", URL, NULL };
  g_autoptr (X509_NAME) name = X509_NAME_new ();
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) crls = NULL;

  IMPORT (URL, .this_update = NOW - DAY, .number = 1);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guint8 *) "Somebody", -1, -1, 0);
  none = find_of (fixture, name, NULL);
  g_assert_cmpuint (none->len, ==, 0);
  crls = find_of (fixture, name, urls);
  g_assert_cmpuint (crls->len, ==, 1);
}

static void
test_one_failure_keeps_what_is_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdRevocationEntry) failed = NULL;
  g_autoptr (SmdRevocationEntry) unchanged = NULL;
  g_autoptr (SmdRevocationEntry) never = NULL;
  g_autoptr (GError) error = NULL;

  IMPORT (URL, .this_update = NOW - DAY, .number = 1);
  g_assert_true (smd_revocation_store_note_failure (fixture->store, URL, SMD_REVOCATION_CRL, "no route", NOW + 5, &error));
  failed = smd_revocation_store_lookup (fixture->store, URL, &error);
  g_assert_cmpstr (failed->detail, ==, "no route");
  g_assert_cmpint (failed->tried_at, ==, NOW + 5);
  g_assert_cmpint (failed->fetched_at, ==, NOW);
  g_assert_cmpint (smd_revocation_entry_get_state (failed, NOW), ==, SMD_REVOCATION_FRESH);
  g_assert_cmpint (smd_revocation_entry_get_state (failed, NOW + 9 * DAY), ==, SMD_REVOCATION_FAILED);
  assert_found (fixture, "01");

  g_assert_true (smd_revocation_store_note_unchanged (fixture->store, URL, NOW + 9, &error));
  unchanged = smd_revocation_store_lookup (fixture->store, URL, &error);
  g_assert_cmpstr (unchanged->detail, ==, "");
  g_assert_cmpint (unchanged->fetched_at, ==, NOW + 9);

  g_assert_true (smd_revocation_store_note_failure (fixture->store, "ldap://dead/", SMD_REVOCATION_CRL, "dead", NOW, &error));
  never = smd_revocation_store_lookup (fixture->store, "ldap://dead/", &error);
  g_assert_cmpint (smd_revocation_entry_get_state (never, NOW), ==, SMD_REVOCATION_FAILED);
  g_assert_null (smd_revocation_store_lookup (fixture->store, "ldap://unknown/", &error));
  g_assert_no_error (error);
}

/* The use of an URL is remembered from before its first CRL on. */
static void
test_use_is_remembered (Fixture *fixture, gconstpointer data)
{
  const char *const urls[] = { URL, "http://crl.example.org/b.crl", NULL };
  g_autoptr (SmdRevocationEntry) entry = NULL;
  g_autoptr (SmdRevocationEntry) other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (smd_revocation_store_touch (fixture->store, urls, NOW - 2 * DAY, &error));
  g_assert_true (smd_revocation_store_touch (fixture->store, urls, NOW, &error));
  entry = import (fixture, URL, (Sketch){ .this_update = NOW - DAY, .number = 1 });
  g_assert_cmpint (entry->used_at, ==, NOW);
  other = smd_revocation_store_lookup (fixture->store, urls[1], &error);
  g_assert_cmpint (other->used_at, ==, NOW);
  g_assert_no_error (error);
}

/* The one index file, found and damaged */
static char *
the_file (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->crls, 0, NULL);

  return g_build_filename (fixture->crls, g_dir_read_name (dir), NULL);
}

static void
assert_damage_is_found (Fixture *fixture, const char *path)
{
  g_autoptr (GPtrArray) crls = NULL;
  g_autoptr (SmdRevocationEntry) entry = NULL;

  open_store (fixture);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*index is dropped*");
  crls = find (fixture);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (crls->len, ==, 0);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  entry = smd_revocation_store_lookup (fixture->store, URL, NULL);
  g_assert_cmpint (entry->this_update, ==, 0);
  g_assert_null (entry->etag);
}

/* A single bit of a serial number, and the revoked one would pass. */
static void
test_damage_is_found (Fixture *fixture, gconstpointer data)
{
  for (gsize place = 0; place < 8; place++)
    {
      g_autofree char *path = NULL;
      g_autofree char *content = NULL;
      gsize size;

      IMPORT (URL, .this_update = NOW - DAY, .number = 1, .entries = 20);
      path = the_file (fixture);
      g_assert_true (g_file_get_contents (path, &content, &size, NULL));
      content[size * place / 8] ^= 1;
      g_assert_true (g_file_set_contents (path, content, (gssize) (place == 7 ? size / 2 : size), NULL));
      assert_damage_is_found (fixture, path);
    }
}

static void
test_missing_file_is_found (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;

  IMPORT (URL, .this_update = NOW - DAY, .number = 1);
  path = the_file (fixture);
  g_unlink (path);
  assert_damage_is_found (fixture, path);
  IMPORT (URL, .this_update = NOW - DAY, .number = 1);
  assert_found (fixture, "01");
}

/* What a killed import leaves is nobody's. */
static void
test_stray_files_go (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "11111111-0000.crl-index", "22222222-0000.crl-index.tmp" };

  IMPORT (URL, .this_update = NOW - DAY, .number = 1);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->crls, names[i], NULL);

      g_assert_true (g_file_set_contents (path, "half", 4, NULL));
    }
  open_store (fixture);
  g_assert_cmpuint (walk_folder (fixture->crls, FALSE), ==, 1);
  assert_found (fixture, "01");
}

/* The database refuses the row: the file goes, and the old state stays. */
static void
test_refused_row_leaves_nothing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "smimed.db", NULL);
  g_autoptr (GError) error = NULL;
  sqlite3 *other = NULL;

  IMPORT (URL, .this_update = NOW - 2 * DAY, .number = 1);
  g_assert_cmpint (sqlite3_open (path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other,
                                 "CREATE TRIGGER full BEFORE UPDATE ON revocations BEGIN SELECT RAISE (ABORT, 'no room'); END", NULL,
                                 NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (other);
  g_assert_null (import_at (fixture, URL, (Sketch){ .this_update = NOW - DAY, .number = 2 }, NOW, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_cmpuint (walk_folder (fixture->crls, FALSE), ==, 1);
  assert_found (fixture, "01");
}

/* No file may grow beyond what it takes: the kernel's refusal is the one of a full disk. */
static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct rlimit before, small;

  IMPORT (URL, .this_update = NOW - 2 * DAY, .number = 1);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = (struct rlimit){ 100000, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_null (import_at (fixture, URL, (Sketch){ .this_update = NOW - DAY, .number = 2, .entries = 5000 }, NOW, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "make room"));
  g_assert_cmpuint (walk_folder (fixture->crls, FALSE), ==, 1);
  assert_found (fixture, "01");
  IMPORT (URL, .this_update = NOW - DAY, .number = 2, .entries = 5000);
  assert_found (fixture, "02");
}

static void
test_bad_files_leave_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdBlob) garbage = smd_blob_new_copy (smd_span_string ("<html>not found</html>"));
  g_autoptr (SmdBlob) good = make_crl (fixture, (Sketch){ .this_update = NOW - DAY, .number = 1 });
  g_autoptr (GPtrArray) nobody = smd_certificates_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_revocation_store_import_crl (fixture->store, URL, garbage, fixture->issuers, NULL, 0, NOW, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (smd_revocation_store_import_crl (fixture->store, URL, good, nobody, NULL, 0, NOW, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  g_assert_cmpuint (walk_folder (fixture->crls, FALSE), ==, 0);
}

/* A correspondent's authority was known from a message alone: its CRLs are refreshed all the same, others aren't taken for them. */
static void
test_next_of_the_same_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) nobody = smd_certificates_new ();
  g_autoptr (SmdBlob) file = make_crl (fixture, (Sketch){ .this_update = NOW - DAY, .number = 2 });
  g_autoptr (SmdBlob) forged = NULL;
  g_autoptr (SmdRevocationEntry) entry = NULL;
  g_autoptr (GError) error = NULL;
  EVP_PKEY *key = fixture->key;

  IMPORT (URL, .this_update = NOW - 2 * DAY, .number = 1);
  entry = smd_revocation_store_import_crl (fixture->store, URL, file, nobody, NULL, 0, NOW, NULL, &error);
  g_assert_no_error (error);
  assert_found (fixture, "02");
  g_assert_null (smd_revocation_store_import_crl (fixture->store, "http://other/", file, nobody, NULL, 0, NOW, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND);
  g_clear_error (&error);

  fixture->key = EVP_EC_gen ("P-256");
  forged = make_crl (fixture, (Sketch){ .this_update = NOW - DAY, .number = 3 });
  EVP_PKEY_free (fixture->key);
  fixture->key = key;
  g_assert_null (smd_revocation_store_import_crl (fixture->store, URL, forged, nobody, NULL, 0, NOW, NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID);
  assert_found (fixture, "02");
}

static void
test_flush (Fixture *fixture, gconstpointer data)
{
  const SmdOcspAnswer answer = { .status = SMD_OCSP_GOOD, .this_update = NOW };
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GError) error = NULL;

  IMPORT (URL, .this_update = NOW - DAY, .number = 1);
  g_assert_true (smd_revocation_store_put_ocsp (fixture->store, "ab", "http://ocsp.example.org/", &answer, NOW, &error));
  before = smd_revocation_store_list (fixture->store, &error);
  g_assert_cmpuint (before->len, ==, 2);
  g_assert_true (smd_revocation_store_flush (fixture->store, &error));
  after = smd_revocation_store_list (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (after->len, ==, 0);
  g_assert_cmpuint (walk_folder (fixture->crls, FALSE), ==, 0);
  assert_found (fixture, "");
}

/* Who looks at a CRL goes on while it is replaced. */
static void
test_reader_keeps_what_it_has (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) crls = NULL;

  IMPORT (URL, .this_update = NOW - 2 * DAY, .number = 1, .entries = 5000);
  crls = find (fixture);
  IMPORT (URL, .this_update = NOW - DAY, .number = 2);
  g_assert_cmpuint (smd_crl_get_n_entries (crls->pdata[0]), ==, 5000);
  g_assert_cmpstr (smd_crl_get_number (crls->pdata[0]), ==, "01");
  assert_found (fixture, "02");
}

static void
test_ocsp (Fixture *fixture, gconstpointer data)
{
  const SmdOcspAnswer old = { .status = SMD_OCSP_GOOD, .this_update = NOW - DAY, .next_update = NOW + DAY, .reason = -1 };
  const SmdOcspAnswer revoked
      = { .status = SMD_OCSP_REVOKED, .this_update = NOW, .next_update = NOW + DAY, .revoked_at = NOW - 9, .reason = 1 };
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;
  SmdOcspAnswer answer;

  g_assert_false (smd_revocation_store_get_ocsp (fixture->store, "ab", &answer, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (smd_revocation_store_put_ocsp (fixture->store, "ab", "http://a/", &revoked, NOW, &error));
  /* An older answer that somebody plays again changes nothing. */
  g_assert_true (smd_revocation_store_put_ocsp (fixture->store, "ab", "http://b/", &old, NOW, &error));
  open_store (fixture);
  g_assert_true (smd_revocation_store_get_ocsp (fixture->store, "ab", &answer, &url, &error));
  g_assert_cmpstr (url, ==, "http://a/");
  g_assert_cmpint (answer.status, ==, SMD_OCSP_REVOKED);
  g_assert_cmpint (answer.revoked_at, ==, NOW - 9);
  g_assert_cmpint (answer.reason, ==, 1);
}

#define ADD(name, function) g_test_add ("/revocation-store/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a CRL is there after a restart", test_survives);
  ADD ("a newer CRL replaces an older one", test_newer_replaces);
  ADD ("an older CRL never replaces a newer one", test_older_does_not);
  ADD ("a CRL of the future doesn't drive out the present one", test_future_is_refused);
  ADD ("scopes, deltas and CRLs without an address live side by side", test_side_by_side);
  ADD ("an issuer's name is found in another encoding", test_issuer_renamed_in_another_encoding);
  ADD ("an indirect CRL is found by its address", test_found_by_url);
  ADD ("a failure keeps what is there", test_one_failure_keeps_what_is_there);
  ADD ("the use of an address is remembered", test_use_is_remembered);
  ADD ("a damaged index is found, dropped and fetched anew", test_damage_is_found);
  ADD ("a missing index is found and fetched anew", test_missing_file_is_found);
  ADD ("stray files go at the start", test_stray_files_go);
  ADD ("a row that can't be written leaves the old state", test_refused_row_leaves_nothing);
  ADD ("a full disk leaves the old state, and says so", test_full_disk);
  ADD ("what isn't a good CRL leaves nothing", test_bad_files_leave_nothing);
  ADD ("the next CRL of a key is taken though its certificate is gone", test_next_of_the_same_key);
  ADD ("Flush forgets everything", test_flush);
  ADD ("a reader keeps the CRL that it has", test_reader_keeps_what_it_has);
  ADD ("OCSP answers are kept, and don't go back in time", test_ocsp);
  return g_test_run ();
}
