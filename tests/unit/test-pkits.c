/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NIST's path validation suite, judged with its CRLs. */
#include <glib/gstdio.h>

#include "smd-crl.h"
#include "smd-path-check.h"
#include "smd-test-files.h"
#include "smd-test-people.h"
#include "smimed-problem-code.h"

/* 2011-04-15 12:00 UTC */
#define PKITS_TIME G_GINT64_CONSTANT (1302868800)

enum
{
  COLUMN_TEST,
  COLUMN_TITLE,
  COLUMN_SECTION,
  COLUMN_CERTS,
  COLUMN_CRLS,
  COLUMN_POLICIES,
  COLUMN_EXPLICIT,
  COLUMN_INHIBIT_MAPPING,
  COLUMN_INHIBIT_ANY,
  COLUMN_VALID,
  N_COLUMNS
};

typedef struct
{
  SmdCrypto *crypto;  /* (owned) */
  char *folder;       /* (owned) */
  char *scratch;      /* (owned) */
  GPtrArray *all;     /* (owned) every certificate: where signers of CRLs are looked for */
  GHashTable *crls;   /* (owned) name -> SmdCrl */
  guint total;
  guint right;
} Suite;

/* Verdicts that differ by intention, and why */
static const struct
{
  const char *test; /* (unowned) */
  const char *why;  /* (unowned) */
} exceptions[] = {
  { "4.1.4", "DSA with 1024 bits and SHA-1: under 112 bits" },
  { "4.1.5", "DSA with 1024 bits and SHA-1: under 112 bits" },
};

static SmdSpan
read_data (Suite *suite, const char *kind, const char *name, const char *suffix, char **data)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_build_filename (suite->folder, kind, file, NULL);
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, data, &size, NULL));
  return smd_span (*data, size);
}

static SmdCertificate *
read_certificate (Suite *suite, const char *name)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  SmdCertificate *certificate = smd_certificate_new (suite->crypto, read_data (suite, "certs", name, ".crt", &data), &error);

  g_assert_no_error (error);
  return certificate;
}

static void
read_all (Suite *suite)
{
  g_autofree char *path = g_build_filename (suite->folder, "certs", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  suite->all = smd_certificates_new ();
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *base = g_strndup (name, strlen (name) - strlen (".crt"));
      g_autoptr (SmdCertificate) certificate = read_certificate (suite, base);

      smd_certificates_add (suite->all, certificate);
    }
}

/* Returns: (transfer none) (nullable): %NULL if it can't be imported: a wrong signature, for example */
static SmdCrl *
find_crl (Suite *suite, const char *name)
{
  g_autofree char *data = NULL;
  g_autofree char *path = NULL;
  g_autoptr (SmdBlob) blob = NULL;
  SmdCrl *crl;

  if (g_hash_table_contains (suite->crls, name))
    return g_hash_table_lookup (suite->crls, name);

  path = g_build_filename (suite->scratch, name, NULL);
  blob = smd_blob_new_copy (read_data (suite, "crls", name, ".crl", &data));
  crl = smd_crl_import (suite->crypto, blob, suite->all, NULL, path, NULL, NULL);
  g_hash_table_insert (suite->crls, g_strdup (name), crl);
  g_unlink (path);
  return crl;
}

static char **
read_policies (const char *column)
{
  static const char *const names[][2] = {
    { "anyPolicy", "2.5.29.32.0" },
    { "NIST-test-policy-1", "2.16.840.1.101.3.2.1.48.1" },
    { "NIST-test-policy-2", "2.16.840.1.101.3.2.1.48.2" },
    { "NIST-test-policy-3", "2.16.840.1.101.3.2.1.48.3" },
    { "NIST-test-policy-6", "2.16.840.1.101.3.2.1.48.6" },
  };
  char **policies = g_strsplit (column, ",", -1);

  for (char **p = policies; *p != NULL; p++)
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
      if (g_str_equal (*p, names[i][0]))
        {
          g_free (*p);
          *p = g_strdup (names[i][1]);
        }

  return policies;
}

/* They needn't be of the path. */
static void
add_crl_signers (Suite *suite, GPtrArray *candidates, GPtrArray *crls)
{
  for (guint i = 0; i < crls->len; i++)
    for (guint j = 0; j < suite->all->len; j++)
      if (smd_span_equal (smd_crl_get_issuer_der (crls->pdata[i]), smd_certificate_get_subject_der (suite->all->pdata[j])))
        smd_certificates_add (candidates, suite->all->pdata[j]);
}

static SmdPath *
check (Suite *suite, char **columns)
{
  g_auto (GStrv) certs = g_strsplit (columns[COLUMN_CERTS], ",", -1);
  g_auto (GStrv) crl_names = g_strsplit (columns[COLUMN_CRLS], ",", -1);
  g_auto (GStrv) policies = read_policies (columns[COLUMN_POLICIES]);
  g_autoptr (GPtrArray) candidates = smd_certificates_new ();
  g_autoptr (GPtrArray) anchors = smd_certificates_new ();
  g_autoptr (GPtrArray) crls = smd_crls_new ();
  g_autoptr (SmdCertificate) leaf = NULL;
  g_autoptr (GError) error = NULL;
  SmdPathQuery query = { .candidates = candidates, .anchors = anchors, .crls = crls, .at = PKITS_TIME };
  SmdPath *path;

  for (guint i = 0; certs[i] != NULL; i++)
    {
      g_autoptr (SmdCertificate) certificate = read_certificate (suite, certs[i]);

      smd_certificates_add (i == 0 ? anchors : candidates, certificate);
      g_clear_pointer (&leaf, smd_certificate_unref);
      leaf = g_steal_pointer (&certificate);
    }
  for (char **name = crl_names; *name != NULL; name++)
    if (**name != '\0' && find_crl (suite, *name) != NULL)
      g_ptr_array_add (crls, smd_crl_ref (find_crl (suite, *name)));

  add_crl_signers (suite, candidates, crls);

  query.leaf = leaf;
  query.policies = (const char *const *) policies;
  query.require_explicit_policy = g_str_equal (columns[COLUMN_EXPLICIT], "True");
  query.inhibit_policy_mapping = g_str_equal (columns[COLUMN_INHIBIT_MAPPING], "True");
  query.inhibit_any_policy = g_str_equal (columns[COLUMN_INHIBIT_ANY], "True");
  path = smd_path_check (suite->crypto, &query, &error);
  g_assert_no_error (error);
  return path;
}

static const char *
exception_for (const char *test)
{
  for (guint i = 0; i < G_N_ELEMENTS (exceptions); i++)
    if (g_str_equal (exceptions[i].test, test))
      return exceptions[i].why;

  return NULL;
}

static void
tell_miss (char **columns, const SmdPath *path, const char *why)
{
  g_test_message ("PKITS %s %s: should be %s%s%s", columns[COLUMN_TEST], columns[COLUMN_TITLE],
                  g_str_equal (columns[COLUMN_VALID], "True") ? "valid" : "invalid", why != NULL ? "; refused: " : "",
                  why != NULL ? why : "");
  for (guint i = 0; i < path->problems->len; i++)
    {
      const SmdProblem *problem = path->problems->pdata[i];

      g_test_message ("  depth %d: %s: %s", problem->depth, smimed_problem_code_to_word (problem->code), problem->detail);
    }
}

static void
run_test (Suite *suite, char **columns)
{
  g_autoptr (SmdPath) path = check (suite, columns);
  gboolean expected = g_str_equal (columns[COLUMN_VALID], "True");
  gboolean valid = path->anchored && path->problems->len == 0;
  const char *why = exception_for (columns[COLUMN_TEST]);

  suite->total++;
  suite->right += valid == expected;
  if (valid != expected)
    tell_miss (columns, path, why);
  if (valid != expected && why == NULL)
    g_test_fail_printf ("PKITS %s", columns[COLUMN_TEST]);
}

static char *
find_folder (void)
{
  static const char *const folders[] = { "/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data",
                                         "/usr/share/python-cryptography-vectors/x509/PKITS_data" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (g_file_test (folders[i], G_FILE_TEST_IS_DIR))
      return g_strdup (folders[i]);

  return NULL;
}

static void
unref_crl (gpointer crl)
{
  if (crl != NULL)
    smd_crl_unref (crl);
}

static void
run_suite (Suite *suite, const char *expected)
{
  g_auto (GStrv) lines = g_strsplit (expected, "\n", -1);

  for (char **line = lines + 1; *line != NULL; line++)
    {
      g_auto (GStrv) columns = g_strsplit (*line, "\t", -1);

      if (g_strv_length (columns) >= N_COLUMNS)
        run_test (suite, columns);
    }
}

static void
test_paths (void)
{
  g_autofree char *path = smd_test_corpus ("pkits/expected.tsv"), *expected = NULL;
  Suite suite = { .folder = find_folder () };

  if (suite.folder == NULL)
    g_test_skip ("PKITS is not here (package python3-cryptography-vectors, corpora/pkits)");
  if (path == NULL || suite.folder == NULL)
    {
      g_free (suite.folder);
      return;
    }

  expected = smd_test_read_text (path);
  suite.crypto = smd_test_crypto_new ();
  suite.scratch = g_dir_make_tmp ("smimed-pkits-XXXXXX", NULL);
  suite.crls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_crl);
  read_all (&suite);
  run_suite (&suite, expected);
  g_test_message ("PKITS: %u of %u path tests", suite.right, suite.total);
  g_assert_cmpuint (suite.total, ==, 249);

  g_hash_table_unref (suite.crls);
  g_ptr_array_unref (suite.all);
  g_rmdir (suite.scratch);
  g_free (suite.scratch);
  g_free (suite.folder);
  smd_crypto_unref (suite.crypto);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkits/paths-with-crls", test_paths);
  return g_test_run ();
}
