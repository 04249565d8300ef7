/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a CRL says reaches the verdict, at every depth; what isn't a proper CRL changes nothing. */
#include <glib/gstdio.h>
#include <openssl/pem.h>

#include "smd-crl.h"
#include "smd-openssl.h"
#include "smd-path-check.h"
#include "smimed-error.h"

#define NOW G_GINT64_CONSTANT (1800000000)
#define DAY G_GINT64_CONSTANT (86400)
#define DEPTH 4

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_CRL, X509_CRL_free)

/* A chain of four: leaf, two authorities, root; each of the upper three can sign CRLs. */
typedef struct
{
  SmdCrypto *crypto;             /* (owned) */
  char *folder;                  /* (owned) */
  EVP_PKEY *keys[DEPTH];         /* (owned) */
  X509 *x509[DEPTH];             /* (owned) */
  SmdCertificate *chain[DEPTH];  /* (owned) leaf first */
  GPtrArray *candidates;         /* (owned) */
  GPtrArray *anchors;            /* (owned) */
  guint files;
} World;

static void
add_extension (X509 *x509, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;

  X509V3_set_ctx (&context, x509, x509, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  g_assert_nonnull (extension);
  X509_add_ext (x509, extension, -1);
  X509_EXTENSION_free (extension);
}

/* The issuer's key identifier as "hash" makes it: SHA-1 of the key's bits */
static void
add_key_id (X509 *x509, EVP_PKEY *issuer)
{
  X509 *other = X509_new ();
  AUTHORITY_KEYID *id = AUTHORITY_KEYID_new ();
  guint8 hash[20];
  guint size = sizeof hash;

  X509_set_pubkey (other, issuer);
  g_assert_cmpint (X509_pubkey_digest (other, EVP_sha1 (), hash, &size), ==, 1);
  id->keyid = ASN1_OCTET_STRING_new ();
  ASN1_OCTET_STRING_set (id->keyid, hash, (int) size);
  X509_add1_ext_i2d (x509, NID_authority_key_identifier, id, 0, 0);
  AUTHORITY_KEYID_free (id);
  X509_free (other);
}

static X509 *
make_x509 (const char *name, long serial, EVP_PKEY *key, const char *issuer, EVP_PKEY *signer, gboolean ca, const char *constraints)
{
  X509 *x509 = X509_new ();
  X509_NAME *issuer_name = X509_NAME_new ();

  X509_set_version (x509, 2);
  ASN1_INTEGER_set (X509_get_serialNumber (x509), serial);
  ASN1_TIME_set (X509_getm_notBefore (x509), (time_t) (NOW - 100 * DAY));
  ASN1_TIME_set (X509_getm_notAfter (x509), (time_t) (NOW + 100 * DAY));
  X509_NAME_add_entry_by_txt (X509_get_subject_name (x509), "CN", MBSTRING_UTF8, (const guint8 *) name, -1, -1, 0);
  X509_NAME_add_entry_by_txt (issuer_name, "CN", MBSTRING_UTF8, (const guint8 *) issuer, -1, -1, 0);
  X509_set_issuer_name (x509, issuer_name);
  X509_NAME_free (issuer_name);
  X509_set_pubkey (x509, key);
  if (ca)
    {
      add_extension (x509, NID_basic_constraints, "critical,CA:TRUE");
      add_extension (x509, NID_key_usage, "critical,keyCertSign,cRLSign");
      add_extension (x509, NID_subject_key_identifier, "hash");
      add_key_id (x509, signer);
    }
  else
    {
      add_extension (x509, NID_subject_alt_name, "email:alice@example.org");
      add_extension (x509, NID_crl_distribution_points,
                     "URI:http://crl.example.org/a.crl,URI:ldap://ldap.example.org/cn=A?certificateRevocationList");
      add_extension (x509, NID_info_access,
                     "OCSP;URI:http://ocsp.example.org/,caIssuers;URI:http://ca.example.org/ca.p7c");
    }
  if (constraints != NULL)
    add_extension (x509, NID_name_constraints, constraints);
  g_assert_cmpint (X509_sign (x509, signer, EVP_sha256 ()), >, 0);
  return x509;
}

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

static World *
world_new (void)
{
  static const char *const names[DEPTH] = { "Alice", "Lower", "Upper", "Root" };
  World *world = g_new0 (World, 1);

  world->crypto = smd_crypto_new (NULL);
  world->folder = g_dir_make_tmp ("smimed-crl-XXXXXX", NULL);
  world->candidates = smd_certificates_new ();
  world->anchors = smd_certificates_new ();
  for (guint i = 0; i < DEPTH; i++)
    world->keys[i] = EVP_EC_gen ("P-256");
  for (guint i = 0; i < DEPTH; i++)
    {
      guint issuer = MIN (i + 1, DEPTH - 1);

      world->x509[i] = make_x509 (names[i], 100 + (long) i, world->keys[i], names[issuer], world->keys[issuer], i > 0, NULL);
      world->chain[i] = read_certificate (world->crypto, world->x509[i]);
      if (i > 0)
        smd_certificates_add (i == DEPTH - 1 ? world->anchors : world->candidates, world->chain[i]);
    }

  return world;
}

static void
world_free (World *world)
{
  for (guint i = 0; i < DEPTH; i++)
    {
      smd_certificate_unref (world->chain[i]);
      X509_free (world->x509[i]);
      EVP_PKEY_free (world->keys[i]);
    }
  g_ptr_array_unref (world->candidates);
  g_ptr_array_unref (world->anchors);
  g_assert_cmpint (g_rmdir (world->folder), ==, 0);
  g_free (world->folder);
  smd_crypto_unref (world->crypto);
  g_free (world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* A CRL of the issuer at @depth, not signed yet; @next_update: 0 = it names none */
static X509_CRL *
make_crl (World *world, guint depth, gint64 this_update, gint64 next_update)
{
  X509_CRL *crl = X509_CRL_new ();
  g_autoptr (ASN1_TIME) time = ASN1_TIME_new ();
  g_autoptr (ASN1_INTEGER) number = ASN1_INTEGER_new ();

  X509_CRL_set_version (crl, 1);
  X509_CRL_set_issuer_name (crl, X509_get_subject_name (world->x509[depth]));
  ASN1_TIME_set (time, (time_t) this_update);
  X509_CRL_set1_lastUpdate (crl, time);
  ASN1_TIME_set (time, (time_t) next_update);
  if (next_update != 0)
    X509_CRL_set1_nextUpdate (crl, time);
  ASN1_INTEGER_set (number, 17);
  X509_CRL_add1_ext_i2d (crl, NID_crl_number, number, 0, 0);
  return crl;
}

static void
add_entry (X509_CRL *crl, long serial, gint64 date, int reason, gboolean unknown)
{
  X509_REVOKED *entry = X509_REVOKED_new ();
  g_autoptr (ASN1_INTEGER) number = ASN1_INTEGER_new ();
  g_autoptr (ASN1_TIME) time = ASN1_TIME_set (NULL, (time_t) date);

  ASN1_INTEGER_set (number, serial);
  X509_REVOKED_set_serialNumber (entry, number);
  X509_REVOKED_set_revocationDate (entry, time);
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

static SmdBlob *
sign_crl (X509_CRL *crl, EVP_PKEY *key)
{
  guint8 *der = NULL;
  SmdBlob *blob;
  int size;

  g_assert_cmpint (X509_CRL_sign (crl, key, EVP_sha256 ()), >, 0);
  size = i2d_X509_CRL (crl, &der);
  blob = smd_blob_new_copy (smd_span (der, (gsize) size));
  OPENSSL_free (der);
  return blob;
}

static SmdCrl *
import (World *world, SmdBlob *file, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%u.idx", world->files++);
  g_autofree char *path = g_build_filename (world->folder, name, NULL);
  g_autofree char *temporary = g_strconcat (path, ".tmp", NULL);
  g_autoptr (GPtrArray) issuers = smd_certificates_new ();
  SmdCrl *crl;

  for (guint i = 1; i < DEPTH; i++)
    smd_certificates_add (issuers, world->chain[i]);
  crl = smd_crl_import (world->crypto, file, issuers, path, NULL, error);
  g_assert_false (g_file_test (temporary, G_FILE_TEST_EXISTS));
  g_unlink (path);
  return crl;
}

static SmdCrl *
import_signed (World *world, X509_CRL *crl, guint depth)
{
  g_autoptr (SmdBlob) file = sign_crl (crl, world->keys[depth]);
  g_autoptr (GError) error = NULL;
  SmdCrl *imported = import (world, file, &error);

  g_assert_no_error (error);
  return imported;
}

/* Fresh CRLs of all authorities but the one at @but, which the caller makes */
static GPtrArray *
fresh_crls (World *world, guint but)
{
  GPtrArray *crls = smd_crls_new ();

  for (guint i = 1; i < DEPTH; i++)
    {
      g_autoptr (X509_CRL) crl = make_crl (world, i, NOW - DAY, NOW + DAY);

      if (i != but)
        g_ptr_array_add (crls, import_signed (world, crl, i));
    }

  return crls;
}

static SmdPath *
check (World *world, GPtrArray *crls, gint64 at)
{
  SmdPathQuery query = { .leaf = world->chain[0], .candidates = world->candidates, .anchors = world->anchors, .crls = crls, .at = at };
  g_autoptr (GError) error = NULL;
  SmdPath *path = smd_path_check (world->crypto, &query, &error);

  g_assert_no_error (error);
  g_assert_true (path->anchored);
  g_assert_cmpint (path->revocation_checked, ==, crls != NULL);
  return path;
}

/* There is one problem, of the certificate at @depth. */
static const SmdProblem *
only_problem (World *world, SmdPath *path, SmimedProblemCode code, guint depth)
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
  g_autoptr (World) world = world_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 0);
  g_autoptr (SmdPath) path = check (world, crls, NOW);

  g_assert_cmpuint (path->problems->len, ==, 0);
  g_assert_cmpuint (path->chain->len, ==, DEPTH);
}

/* Revocation is found among thousands, with its date and reason, whichever certificate of the chain it is. */
static void
test_revoked (void)
{
  for (guint depth = 0; depth + 1 < DEPTH; depth++)
    {
      g_autoptr (World) world = world_new ();
      g_autoptr (GPtrArray) crls = fresh_crls (world, depth + 1);
      g_autoptr (X509_CRL) crl = make_crl (world, depth + 1, NOW - DAY, NOW + DAY);
      g_autoptr (SmdPath) path = NULL;
      const SmdProblem *problem;

      for (guint i = 0; i < 5000; i++)
        add_entry (crl, (long) ((i * 2654435761u) | 0x10000u), NOW - 9 * DAY, -1, FALSE);
      add_entry (crl, 100 + (long) depth, NOW - 5 * DAY, 1, FALSE);
      g_ptr_array_add (crls, import_signed (world, crl, depth + 1));
      g_assert_cmpuint (smd_crl_get_n_entries (crls->pdata[crls->len - 1]), ==, 5001);
      path = check (world, crls, NOW);
      problem = only_problem (world, path, SMIMED_PROBLEM_REVOKED, depth);
      g_assert_cmpint (problem->at, ==, NOW - 5 * DAY);
      g_assert_nonnull (strstr (problem->detail, "keyCompromise"));
      g_assert_false (problem->temporary);
    }
}

static void
test_missing (void)
{
  for (guint depth = 0; depth + 1 < DEPTH; depth++)
    {
      g_autoptr (World) world = world_new ();
      g_autoptr (GPtrArray) crls = fresh_crls (world, depth + 1);
      g_autoptr (SmdPath) path = check (world, crls, NOW);
      const SmdProblem *problem = only_problem (world, path, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE, depth);

      g_assert_true (problem->temporary);
      if (depth == 0)
        g_assert_cmpstr (problem->url, ==, "http://crl.example.org/a.crl");
    }
}

static void
check_dates (gint64 this_update, gint64 next_update, SmimedProblemCode code, gint64 at)
{
  for (guint depth = 0; depth + 1 < DEPTH; depth++)
    {
      g_autoptr (World) world = world_new ();
      g_autoptr (GPtrArray) crls = fresh_crls (world, depth + 1);
      g_autoptr (X509_CRL) crl = make_crl (world, depth + 1, this_update, next_update);
      g_autoptr (SmdPath) path = NULL;
      const SmdProblem *problem;

      g_ptr_array_add (crls, import_signed (world, crl, depth + 1));
      path = check (world, crls, NOW);
      problem = only_problem (world, path, code, depth);
      g_assert_true (problem->temporary);
      g_assert_cmpint (problem->at, ==, at);
    }
}

static void
test_stale (void)
{
  check_dates (NOW - 9 * DAY, NOW - DAY, SMIMED_PROBLEM_REVOCATION_STALE, NOW - DAY);
}

static void
test_future (void)
{
  check_dates (NOW + DAY, NOW + 2 * DAY, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE, NOW + DAY);
}

/* It may be of any age; but whom it names is revoked. */
static void
test_undated (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (X509_CRL) crl = make_crl (world, 1, NOW - DAY, 0);
  g_autoptr (SmdPath) path = NULL;

  check_dates (NOW - DAY, 0, SMIMED_PROBLEM_REVOCATION_STALE, 0);
  add_entry (crl, 100, NOW - DAY, 1, FALSE);
  g_ptr_array_add (crls, import_signed (world, crl, 1));
  path = check (world, crls, NOW);
  g_assert_true (smd_problems_contain (path->problems, SMIMED_PROBLEM_REVOKED));
}

/* RFC 5280 section 5.3: such a CRL says nothing of anybody. */
static void
test_unknown_critical_entry (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (X509_CRL) crl = make_crl (world, 1, NOW - DAY, NOW + DAY);
  g_autoptr (SmdPath) path = NULL;

  add_entry (crl, 1, NOW - DAY, -1, FALSE);
  add_entry (crl, 7, NOW - DAY, -1, TRUE);
  g_ptr_array_add (crls, import_signed (world, crl, 1));
  path = check (world, crls, NOW);
  only_problem (world, path, SMIMED_PROBLEM_REVOCATION_UNAVAILABLE, 0);
}

/* A CRL that says both of one certificate is taken at its worst. */
static void
test_contradiction (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (X509_CRL) crl = make_crl (world, 1, NOW - DAY, NOW + DAY);
  g_autoptr (SmdPath) path = NULL;

  add_entry (crl, 100, NOW - 3 * DAY, 8, FALSE);
  add_entry (crl, 100, NOW - 2 * DAY, 6, FALSE);
  add_entry (crl, 100, NOW - 3 * DAY, 8, FALSE);
  g_ptr_array_add (crls, import_signed (world, crl, 1));
  path = check (world, crls, NOW);
  g_assert_cmpint (only_problem (world, path, SMIMED_PROBLEM_REVOKED, 0)->at, ==, NOW - 2 * DAY);
}

typedef struct
{
  World *world;    /* (unowned) */
  GPtrArray *crls; /* (unowned) */
} Shared;

static gpointer
check_often (gpointer data)
{
  Shared *shared = data;

  /* Each length is a question of its own: of one thread none is answered from memory. */
  for (int i = 1; i <= 200; i++)
    {
      SmdPathQuery query = { .leaf = shared->world->chain[0], .candidates = shared->world->candidates,
                             .anchors = shared->world->anchors, .crls = shared->crls, .at = NOW, .most_intermediates = 2 + i };
      g_autoptr (SmdPath) path = smd_path_check (shared->world->crypto, &query, NULL);

      only_problem (shared->world, path, SMIMED_PROBLEM_REVOKED, 0);
    }

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (X509_CRL) crl = make_crl (world, 1, NOW - DAY, NOW + DAY);
  Shared shared = { world, crls };
  GThread *threads[4];

  add_entry (crl, 100, NOW - 3 * DAY, 1, FALSE);
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
  g_autoptr (World) world = world_new ();
  g_autoptr (GPtrArray) crls = fresh_crls (world, 1);
  g_autoptr (GPtrArray) newer = fresh_crls (world, 1);
  g_autoptr (X509_CRL) empty = make_crl (world, 1, NOW - 2 * DAY, NOW + DAY);
  g_autoptr (X509_CRL) full = make_crl (world, 1, NOW - DAY, NOW + DAY);

  g_ptr_array_add (crls, import_signed (world, empty, 1));
  add_entry (full, 100, NOW - DAY, -1, FALSE);
  g_ptr_array_add (newer, import_signed (world, full, 1));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SmdPath) before = check (world, crls, NOW);
      g_autoptr (SmdPath) after = check (world, newer, NOW);
      g_autoptr (SmdPath) later = check (world, crls, NOW + 3 * DAY);
      g_autoptr (SmdPath) without = check (world, NULL, NOW);

      g_assert_cmpuint (before->problems->len, ==, 0);
      g_assert_true (smd_problems_contain (after->problems, SMIMED_PROBLEM_REVOKED));
      g_assert_true (smd_problems_contain (later->problems, SMIMED_PROBLEM_REVOCATION_STALE));
      g_assert_cmpuint (without->problems->len, ==, 0);
    }
}

static void
check_refused (World *world, SmdBlob *file, SmimedError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdCrl) crl = import (world, file, &error);

  g_assert_null (crl);
  g_assert_error (error, SMIMED_ERROR, (int) code);
}

static void
test_refused (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (X509_CRL) crl = make_crl (world, 1, NOW - DAY, NOW + DAY);
  g_autoptr (X509_CRL) own = make_crl (world, 0, NOW - DAY, NOW + DAY);
  g_autoptr (X509_CRL) unnumbered = make_crl (world, 1, NOW - DAY, NOW + DAY);
  g_autoptr (SmdBlob) without_number = NULL;
  g_autoptr (SmdBlob) wrongly_signed = sign_crl (crl, world->keys[2]);
  g_autoptr (SmdBlob) of_nobody = sign_crl (own, world->keys[0]);
  g_autoptr (SmdBlob) page = smd_blob_new_copy (smd_span_string ("<html>404</html>"));
  g_autoptr (SmdBlob) empty = smd_blob_new_copy (SMD_SPAN_EMPTY);
  g_autoptr (SmdBlob) good = sign_crl (crl, world->keys[1]);
  g_autoptr (SmdBlob) cut = smd_blob_new_slice (good, smd_span_head (smd_blob_get_span (good), 60));

  X509_EXTENSION_free (X509_CRL_delete_ext (unnumbered, 0));
  without_number = sign_crl (unnumbered, world->keys[1]);
  check_refused (world, without_number, SMIMED_ERROR_MALFORMED);
  check_refused (world, wrongly_signed, SMIMED_ERROR_CERTIFICATE_INVALID);
  check_refused (world, of_nobody, SMIMED_ERROR_NOT_FOUND);
  check_refused (world, page, SMIMED_ERROR_MALFORMED);
  check_refused (world, empty, SMIMED_ERROR_MALFORMED);
  check_refused (world, cut, SMIMED_ERROR_MALFORMED);
}

static void
test_pem (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (X509_CRL) crl = make_crl (world, 1, NOW - DAY, NOW + DAY);
  g_autoptr (SmdBlob) der = sign_crl (crl, world->keys[1]);
  g_autofree char *base64 = g_base64_encode (smd_blob_get_span (der).data, smd_blob_get_span (der).size);
  g_autofree char *pem = g_strdup_printf ("-----BEGIN X509 CRL-----\n%s\n-----END X509 CRL-----\n", base64);
  g_autoptr (SmdBlob) file = smd_blob_new_copy (smd_span_string (pem));
  g_autoptr (SmdCrl) imported = import (world, file, NULL);

  g_assert_nonnull (imported);
  g_assert_cmpstr (smd_crl_get_issuer (imported), ==, "CN=Lower");
  g_assert_cmpint (smd_crl_get_this_update (imported), ==, NOW - DAY);
  g_assert_cmpint (smd_crl_get_next_update (imported), ==, NOW + DAY);
  g_assert_cmpstr (smd_crl_get_number (imported), ==, "11");
  g_assert_false (smd_crl_is_delta (imported));
}

/* A file that the disk or somebody has changed is noticed; one that is replaced stays readable for those who have it. */
static void
test_damaged_index (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (X509_CRL) crl = make_crl (world, 1, NOW - DAY, NOW + DAY);
  g_autoptr (GPtrArray) issuers = smd_certificates_new ();
  g_autofree char *path = g_build_filename (world->folder, "index", NULL);
  g_autoptr (SmdBlob) file = NULL;
  g_autoptr (SmdCrl) first = NULL;
  g_autofree char *data = NULL;
  gsize size;

  smd_certificates_add (issuers, world->chain[1]);
  add_entry (crl, 5, NOW - DAY, -1, FALSE);
  file = sign_crl (crl, world->keys[1]);
  first = smd_crl_import (world->crypto, file, issuers, path, NULL, NULL);
  g_assert_nonnull (first);
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize cut = 0; cut < size; cut += 37)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, data, (gssize) cut, NULL));
      g_assert_null (smd_crl_open (world->crypto, path, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
    }

  data[16] ^= 1;
  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
  g_assert_null (smd_crl_open (world->crypto, path, NULL));
  g_assert_cmpuint (smd_crl_get_n_entries (first), ==, 1);
  g_unlink (path);
}

/* The first authority of two with one name and key may not vouch for Alice; the second may. */
static void
test_other_path (void)
{
  g_autoptr (World) world = world_new ();
  X509 *narrow = make_x509 ("Lower", 200, world->keys[1], "Upper", world->keys[2], TRUE, "critical,permitted;email:example.com");
  g_autoptr (SmdCertificate) certificate = read_certificate (world->crypto, narrow);
  g_autoptr (GPtrArray) crls = fresh_crls (world, 0);
  g_autoptr (SmdPath) path = NULL;

  g_ptr_array_insert (world->candidates, 0, smd_certificate_ref (certificate));
  path = check (world, crls, NOW);
  g_assert_cmpuint (path->problems->len, ==, 0);
  g_assert_cmpstr (smd_certificate_get_fingerprint (path->chain->pdata[1]), ==,
                   smd_certificate_get_fingerprint (world->chain[1]));

  g_ptr_array_remove (world->candidates, world->chain[1]);
  smd_path_unref (path);
  path = check (world, crls, NOW);
  only_problem (world, path, SMIMED_PROBLEM_NAME_CONSTRAINTS, 0);
  X509_free (narrow);
}

static void
test_places (void)
{
  g_autoptr (World) world = world_new ();
  SmdCertificate *leaf = world->chain[0];

  g_assert_cmpstr (smd_certificate_get_crl_urls (leaf)[0], ==, "http://crl.example.org/a.crl");
  g_assert_cmpstr (smd_certificate_get_crl_urls (leaf)[1], ==, "ldap://ldap.example.org/cn=A?certificateRevocationList");
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
  g_test_add_func ("/crl/unknown-critical-entry-extension", test_unknown_critical_entry);
  g_test_add_func ("/crl/revoked-and-removed-is-revoked", test_contradiction);
  g_test_add_func ("/crl/shared-between-threads", test_threads);
  g_test_add_func ("/crl/answers-are-remembered-with-their-crls", test_remembered);
  g_test_add_func ("/crl/refused", test_refused);
  g_test_add_func ("/crl/pem", test_pem);
  g_test_add_func ("/crl/damaged-index-is-noticed", test_damaged_index);
  g_test_add_func ("/path/another-way-to-the-root", test_other_path);
  g_test_add_func ("/certificate/says-where-things-are", test_places);
  return g_test_run ();
}
