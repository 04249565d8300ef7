/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* x509-limbo's cases that aren't of web servers. */
#include <glib/gstdio.h>
#include <stdlib.h>

#include "smd-crl.h"
#include "smd-path-check.h"
#include "smd-test-files.h"
#include "smd-test-people.h"

typedef struct
{
  SmdCrypto *crypto;    /* (owned) */
  char *folder;         /* (owned) */
  guint total;
  guint right;
} Suite;

/* Verdicts that differ by intention, and why */
static const struct
{
  const char *id;  /* (unowned) */
  const char *why; /* (unowned) */
} exceptions[] = {
  { "rfc5280::aki::leaf-missing-aki", "small authorities leave it out; the signature tells the issuer" },
  { "rfc5280::ski::root-missing-ski", "an anchor is a name and a key (RFC 5280 section 6.1.1 (d)); public roots are so" },
  { "rfc5280::pc::ica-noncritical-pc", "PKITS has it in 30 paths that are valid" },
  { "rfc5280::root-non-critical-basic-constraints", "an anchor is a name and a key (RFC 5280 section 6.1.1 (d))" },
};

static char *
read_file (const char *folder, const char *name, gsize *size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *data = NULL;

  return g_file_get_contents (path, &data, size, NULL) ? data : NULL;
}

static GPtrArray *
read_certificates (Suite *suite, const char *folder, const char *name)
{
  gsize size = 0;
  g_autofree char *data = read_file (folder, name, &size);
  GPtrArray *certificates = smd_certificates_read_file (suite->crypto, smd_span (data, size), NULL, NULL);

  return certificates != NULL ? certificates : smd_certificates_new ();
}

static GPtrArray *
read_crls (Suite *suite, const char *folder, GPtrArray *issuers)
{
  GPtrArray *crls = smd_crls_new ();

  for (guint i = 0;; i++)
    {
      g_autofree char *name = g_strdup_printf ("crl-%u", i);
      g_autofree char *path = g_build_filename (folder, "index", NULL);
      g_autofree char *data = NULL;
      g_autoptr (SmdBlob) blob = NULL;
      SmdCrl *crl;
      gsize size = 0;

      data = read_file (folder, name, &size);
      if (data == NULL)
        return crls;
      blob = smd_blob_new_copy (smd_span (data, size));
      crl = smd_crl_import (suite->crypto, blob, issuers, NULL, path, NULL, NULL);
      if (crl != NULL)
        g_ptr_array_add (crls, crl);
    }
}

static SmdPath *
check (Suite *suite, const char *folder, gint64 at, int most_intermediates)
{
  g_autoptr (GPtrArray) leaf = read_certificates (suite, folder, "leaf");
  g_autoptr (GPtrArray) candidates = read_certificates (suite, folder, "candidates");
  g_autoptr (GPtrArray) anchors = read_certificates (suite, folder, "anchors");
  g_autoptr (GPtrArray) issuers = smd_certificates_new ();
  g_autoptr (GPtrArray) crls = NULL;
  g_autofree char *first = g_build_filename (folder, "crl-0", NULL);
  SmdPathQuery query = { .candidates = candidates, .anchors = anchors, .at = at, .most_intermediates = most_intermediates };

  if (leaf->len == 0)
    return NULL;
  for (guint i = 0; i < candidates->len; i++)
    smd_certificates_add (issuers, candidates->pdata[i]);
  for (guint i = 0; i < anchors->len; i++)
    smd_certificates_add (issuers, anchors->pdata[i]);
  crls = read_crls (suite, folder, issuers);
  query.leaf = leaf->pdata[0];
  query.crls = g_file_test (first, G_FILE_TEST_EXISTS) ? crls : NULL;
  return smd_path_check (suite->crypto, &query, NULL);
}

static const char *
exception_for (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (exceptions); i++)
    if (g_str_equal (exceptions[i].id, id))
      return exceptions[i].why;

  return NULL;
}

static void
run_case (Suite *suite, const char *folder)
{
  g_autofree char *text = read_file (folder, "case", NULL);
  g_auto (GStrv) columns = g_strsplit (g_strchomp (text), "\t", 4);
  g_autoptr (SmdPath) path = check (suite, folder, g_ascii_strtoll (columns[1], NULL, 10), atoi (columns[2]));
  gboolean valid = path != NULL && path->anchored && path->problems->len == 0;
  gboolean expected = g_str_equal (columns[3], "SUCCESS");
  const char *why = exception_for (columns[0]);

  suite->total++;
  suite->right += valid == expected;
  if (valid != expected && why == NULL)
    g_test_fail_printf ("x509-limbo %s", columns[0]);
  if (valid == expected)
    return;

  g_test_message ("limbo %s: should be %s%s%s", columns[0], expected ? "valid" : "invalid", why != NULL ? "; by intention: " : "",
                  why != NULL ? why : "");
  for (guint i = 0; path != NULL && i < path->problems->len; i++)
    {
      const SmdProblem *problem = path->problems->pdata[i];

      g_test_message ("  depth %d: %s: %s", problem->depth, smimed_problem_code_to_word (problem->code), problem->detail);
    }
}

static void
run_suite (Suite *suite)
{
  g_autoptr (GDir) dir = g_dir_open (suite->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (suite->folder, name, NULL);

      run_case (suite, folder);
    }
}

static gboolean
split_cases (Suite *suite)
{
  g_autofree char *corpus = smd_test_corpus ("x509-limbo");
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "tests", "support", "limbo_split.py", NULL);
  const char *argv[] = { "/usr/bin/python3", script, corpus, suite->folder, NULL };
  int status = -1;

  if (corpus == NULL)
    return FALSE;
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  return TRUE;
}

static void
test_paths (void)
{
  Suite suite = { .folder = smd_test_folder_new () };

  suite.crypto = smd_test_crypto_new ();
  if (split_cases (&suite))
    {
      run_suite (&suite);
      g_test_message ("x509-limbo: %u of %u relevant cases", suite.right, suite.total);
      g_assert_cmpuint (suite.total, ==, 122);
      g_assert_cmpuint (suite.right, >=, 118);
    }

  smd_test_folder_remove (suite.folder);
  smd_crypto_unref (suite.crypto);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limbo/relevant-cases", test_paths);
  return g_test_run ();
}
