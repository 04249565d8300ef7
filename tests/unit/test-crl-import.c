/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is a proper CRL is taken in, whole; what isn't changes nothing. */
#include <glib/gstdio.h>

#include "smd-test-chain.h"
#include "smimed-error.h"

static void
check_refused (SmdTestChain *world, SmdBlob *file, SmimedError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdCrl) crl = smd_test_chain_import (world, file, &error);

  g_assert_null (crl);
  g_assert_error (error, SMIMED_ERROR, (int) code);
}

static void
test_refused (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (X509_CRL) crl =
      smd_test_chain_make_crl (world, 1, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
  g_autoptr (X509_CRL) own =
      smd_test_chain_make_crl (world, 0, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
  g_autoptr (X509_CRL) delta = smd_test_crl_new (world->x509[1], SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY, 0);
  ASN1_INTEGER *base = ASN1_INTEGER_new ();
  g_autoptr (SmdBlob) without_number = NULL;
  g_autoptr (SmdBlob) wrongly_signed = smd_test_crl_sign (crl, world->keys[2]);
  g_autoptr (SmdBlob) of_nobody = smd_test_crl_sign (own, world->keys[0]);
  g_autoptr (SmdBlob) page = smd_blob_new_copy (smd_span_string ("<html>404</html>"));
  g_autoptr (SmdBlob) empty = smd_blob_new_copy (SMD_SPAN_EMPTY);
  g_autoptr (SmdBlob) good = smd_test_crl_sign (crl, world->keys[1]);
  g_autoptr (SmdBlob) cut = smd_blob_new_slice (good, smd_span_head (smd_blob_get_span (good), 60));

  ASN1_INTEGER_set (base, 1);
  X509_CRL_add1_ext_i2d (delta, NID_delta_crl, base, 1, 0);
  ASN1_INTEGER_free (base);
  without_number = smd_test_crl_sign (delta, world->keys[1]);
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
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (X509_CRL) crl =
      smd_test_chain_make_crl (world, 1, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
  g_autoptr (SmdBlob) der = smd_test_crl_sign (crl, world->keys[1]);
  g_autofree char *base64 = g_base64_encode (smd_blob_get_span (der).data, smd_blob_get_span (der).size);
  g_autofree char *pem = g_strdup_printf ("-----BEGIN X509 CRL-----\n%s\n-----END X509 CRL-----\n", base64);
  g_autoptr (SmdBlob) file = smd_blob_new_copy (smd_span_string (pem));
  g_autoptr (SmdCrl) imported = smd_test_chain_import (world, file, NULL);

  g_assert_nonnull (imported);
  g_assert_cmpstr (smd_crl_get_issuer (imported), ==, "CN=Lower");
  g_assert_cmpint (smd_crl_get_this_update (imported), ==, SMD_TEST_NOW - SMD_TEST_DAY);
  g_assert_cmpint (smd_crl_get_next_update (imported), ==, SMD_TEST_NOW + SMD_TEST_DAY);
  g_assert_cmpstr (smd_crl_get_number (imported), ==, "11");
  g_assert_false (smd_crl_is_delta (imported));
}

/* A file that the disk or somebody has changed is noticed; one that is replaced stays readable for those who have it. */
static void
test_damaged_index (void)
{
  g_autoptr (SmdTestChain) world = smd_test_chain_new ();
  g_autoptr (X509_CRL) crl =
      smd_test_chain_make_crl (world, 1, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
  g_autoptr (GPtrArray) issuers = smd_certificates_new ();
  g_autofree char *path = g_build_filename (world->folder, "index", NULL);
  g_autoptr (SmdBlob) file = NULL;
  g_autoptr (SmdCrl) first = NULL;
  g_autofree char *data = NULL;
  gsize size;

  smd_certificates_add (issuers, world->chain[1]);
  X509_CRL_add0_revoked (crl, smd_test_revoked_new (5, SMD_TEST_NOW - SMD_TEST_DAY));
  file = smd_test_crl_sign (crl, world->keys[1]);
  first = smd_crl_import (world->crypto, file, issuers, NULL, path, NULL, NULL);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crl/refused", test_refused);
  g_test_add_func ("/crl/pem", test_pem);
  g_test_add_func ("/crl/damaged-index-is-noticed", test_damaged_index);
  return g_test_run ();
}
