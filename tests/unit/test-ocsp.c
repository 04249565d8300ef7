/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-ocsp-response.h"
#include "smd-path-check.h"
#include "smd-test-files.h"
#include "smd-test-people.h"
#include "smimed-error.h"

#define WHEN 1355875200 /* 2012-12-19: the responses of OpenSSL's collection are good then */

static GPtrArray *
read_certificates (SmdCrypto *crypto, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return smd_test_read_certificates (crypto, path);
}

static SmdCertificate *
read_certificate (SmdCrypto *crypto, const char *folder, const char *name)
{
  g_autoptr (GPtrArray) certificates = read_certificates (crypto, folder, name);

  return smd_certificate_ref (certificates->pdata[0]);
}

static guchar *
read_response (const char *folder, const char *name, gsize *size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = smd_test_read_text (path);

  return g_base64_decode (text, size);
}

/* The issuer leads to the anchor: what a judgement finds out before it asks OCSP. Outdated algorithms aside. */
static gboolean
is_trusted (SmdCrypto *crypto, SmdCertificate *issuer, GPtrArray *others, SmdCertificate *anchor)
{
  g_autoptr (GPtrArray) anchors = smd_certificates_new ();
  SmdPathQuery query = { .leaf = issuer, .candidates = others, .anchors = anchors, .at = WHEN };
  g_autoptr (SmdPath) path = NULL;

  smd_certificates_add (anchors, anchor);
  path = smd_path_check (crypto, &query, NULL);
  return path != NULL && path->anchored && !smd_problems_contain (path->problems, SMIMED_PROBLEM_BAD_CERTIFICATE_SIGNATURE);
}

static gboolean
judge (SmdCrypto *crypto, const char *folder, char **row)
{
  g_autoptr (SmdCertificate) anchor = read_certificate (crypto, folder, row[1]);
  g_autoptr (GPtrArray) candidates = read_certificates (crypto, folder, row[2]);
  SmdOcspQuestion question = { .issuer = candidates->pdata[0], .candidates = candidates, .at = WHEN };
  SmdOcspAnswer answer;
  g_autoptr (GError) error = NULL;
  gsize size;
  g_autofree guchar *response = read_response (folder, row[0], &size);
  g_autoptr (SmdCertificate) delegate = NULL;
  gboolean good = is_trusted (crypto, question.issuer, candidates, anchor)
                  && smd_ocsp_response_answer (crypto, smd_span (response, size), &question, &answer, &delegate, &error);

  /* The collection asks who signed, not whether it is still of use. */
  good = good || g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
  if (error != NULL)
    g_test_message ("%s with %s: %s", row[0], row[2], error->message);
  return good;
}

static void
test_corpus (void)
{
  g_autofree char *path = smd_test_corpus ("openssl/expected-ocsp.tsv"), *folder = smd_test_corpus ("openssl/ocsp-tests");
  g_autofree char *table = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  guint right = 0, count = 0;

  if (path == NULL || folder == NULL)
    return;

  table = smd_test_read_text (path);
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_auto (GStrv) row = g_strsplit (lines[i], "\t", -1);
      gboolean wanted = g_str_equal (row[5], "valid");

      count++;
      if (judge (crypto, folder, row) == wanted)
        right++;
      else
        g_test_message ("MISS: %s, %s: %s", row[6], row[7], wanted ? "refused" : "accepted");
    }
  g_test_message ("openssl OCSP: %u of %u", right, count);
  g_assert_cmpuint (right, ==, count);
}

static void
test_garbage (void)
{
  g_autofree char *folder = smd_test_corpus ("openssl/ocsp-tests");
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (SmdCertificate) issuer = NULL;
  SmdOcspQuestion question = { .at = WHEN };
  SmdOcspAnswer answer;
  g_autoptr (SmdCertificate) delegate = NULL;

  if (folder == NULL)
    return;

  question.issuer = issuer = read_certificate (crypto, folder, "ND1_Issuer_ICA.pem");
  g_assert_false (smd_ocsp_response_answer (crypto, smd_span_string ("<html>"), &question, &answer, &delegate, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
  g_clear_error (&error);

  /* OCSPResponse { tryLater } */
  g_assert_false (smd_ocsp_response_answer (crypto, smd_span ("\x30\x03\x0a\x01\x03", 5), &question, &answer, &delegate, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ocsp/OpenSSL's collection is judged as it should be", test_corpus);
  g_test_add_func ("/ocsp/a web page and a refusal are no answers", test_garbage);
  return g_test_run ();
}
