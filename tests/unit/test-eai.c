/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* International addresses in certificates and in name constraints (RFC 9598), with OpenSSL's data. */
#include "smd-certificate.h"
#include "smd-identity-match.h"
#include "smd-path-check.h"
#include "smd-test-files.h"
#include "smd-test-people.h"

enum
{
  COLUMN_CERTIFICATE,
  COLUMN_AUTHORITIES,
  COLUMN_ADDRESS,
  COLUMN_EXPECTED,
  N_COLUMNS
};

static GPtrArray *
read_certificates (SmdCrypto *crypto, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *data = NULL;
  GPtrArray *certificates = NULL;
  gsize size;

  if (g_file_get_contents (path, &data, &size, NULL))
    certificates = smd_certificates_read_file (crypto, smd_span (data, size), NULL, NULL);
  return certificates != NULL ? certificates : smd_certificates_new ();
}

/* The data is older than the tests: only what isn't of the time counts. */
static gboolean
is_valid (SmdCrypto *crypto, SmdCertificate *leaf, GPtrArray *authorities)
{
  g_autoptr (GPtrArray) anchors = smd_certificates_new ();
  SmdPathQuery query = { .leaf = leaf, .candidates = authorities, .anchors = anchors };
  g_autoptr (SmdPath) path = NULL;

  for (guint i = 0; i < authorities->len; i++)
    {
      query.at = MAX (query.at, smd_certificate_get_not_before (authorities->pdata[i]));
      if (smd_certificate_is_self_signed (authorities->pdata[i]))
        smd_certificates_add (anchors, authorities->pdata[i]);
    }
  query.at = MAX (query.at, smd_certificate_get_not_before (leaf)) + 1;
  path = smd_path_check (crypto, &query, NULL);
  g_assert_nonnull (path);
  for (guint i = 0; i < path->problems->len; i++)
    g_test_message ("  %s", ((SmdProblem *) path->problems->pdata[i])->detail);
  return path->anchored && path->problems->len == 0;
}

static gboolean
is_accepted (SmdCrypto *crypto, const char *folder, char **columns)
{
  g_autoptr (GPtrArray) leaf = read_certificates (crypto, folder, columns[COLUMN_CERTIFICATE]);
  g_autoptr (GPtrArray) authorities = read_certificates (crypto, folder, columns[COLUMN_AUTHORITIES]);

  return leaf->len > 0 && is_valid (crypto, leaf->pdata[0], authorities)
         && (*columns[COLUMN_ADDRESS] == '\0' || smd_identity_match (leaf->pdata[0], columns[COLUMN_ADDRESS]));
}

static void
test_all (void)
{
  g_autofree char *folder = smd_test_corpus ("openssl");
  g_autofree char *path = NULL, *table = NULL;
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_auto (GStrv) lines = NULL;
  guint total = 0, right = 0;

  if (folder == NULL)
    return;

  path = g_build_filename (folder, "expected-eai.tsv", NULL);
  table = smd_test_read_text (path);
  lines = g_strsplit (table, "\n", -1);
  for (char **line = lines + 1; *line != NULL; line++)
    {
      g_auto (GStrv) columns = g_strsplit (*line, "\t", N_COLUMNS);
      gboolean expected;

      if (g_strv_length (columns) < N_COLUMNS)
        continue;
      expected = g_str_equal (columns[COLUMN_EXPECTED], "accept");
      total++;
      if (is_accepted (crypto, folder, columns) == expected)
        right++;
      else
        g_test_fail_printf ("%s for %s: should be %s", columns[COLUMN_CERTIFICATE], columns[COLUMN_ADDRESS],
                            columns[COLUMN_EXPECTED]);
    }
  g_test_message ("OpenSSL's EAI data: %u of %u", right, total);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eai/openssl-data", test_all);
  return g_test_run ();
}
