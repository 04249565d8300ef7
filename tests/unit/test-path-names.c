/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RFC 9598's mailboxes and the name constraints of who issued the certificate. */
#include "smd-openssl.h"
#include "smd-path-check.h"
#include "smd-test-authority.h"
#include "smd-test-people.h"

/* Returns: (transfer full): of somebody with so many mailboxes, all of them in one domain: the last of so many that the issuer may speak of */
static SmdPath *
check (guint mailboxes, guint domains)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509) root = smd_test_x509_new ("Root", "Root", 1, key, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
  g_autoptr (X509) leaf = smd_test_x509_new ("Alice", "Root", 2, key, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);
  g_autoptr (GString) names = g_string_new ("subjectAltName=email:alice@example.org");
  g_autoptr (GString) constraints = g_string_new ("nameConstraints=critical");
  g_autoptr (GPtrArray) anchors = smd_certificates_new ();
  g_autoptr (GPtrArray) none = smd_certificates_new ();
  g_autoptr (SmdCertificate) certificate = NULL;
  SmdPathQuery query = { .candidates = none, .anchors = anchors, .at = SMD_TEST_NOW };

  for (guint i = 0; i < mailboxes; i++)
    g_string_append_printf (names, ",otherName:1.3.6.1.5.5.7.8.9;UTF8:\xc3\xa9%u@example.org", i);
  for (guint i = 1; i < domains; i++)
    g_string_append_printf (constraints, ",permitted;email:%u.example.org", i);
  g_string_append (constraints, ",permitted;email:example.org");
  smd_test_x509_extend (root, "basicConstraints=critical,CA:TRUE");
  smd_test_x509_extend (root, constraints->str);
  smd_test_x509_sign (root, key);
  smd_test_x509_extend (leaf, names->str);
  smd_test_x509_sign (leaf, key);
  g_ptr_array_add (anchors, smd_test_x509_read (crypto, root));
  query.leaf = certificate = smd_test_x509_read (crypto, leaf);
  return smd_path_check (crypto, &query, NULL);
}

static void
test_found (void)
{
  g_autoptr (SmdPath) path = check (100, 100);

  g_assert_nonnull (path);
  g_assert_cmpuint (path->problems->len, ==, 0);
}

/* It would take seconds for each path. */
static void
test_too_many (void)
{
  g_autoptr (SmdPath) path = check (4000, 8000);

  g_assert_nonnull (path);
  g_assert_true (smd_problems_contain (path->problems, SMIMED_PROBLEM_NAME_CONSTRAINTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/path-names/each mailbox is held against each of the issuer's domains", test_found);
  g_test_add_func ("/path-names/more of both than can be held against each other are refused", test_too_many);
  return g_test_run ();
}
