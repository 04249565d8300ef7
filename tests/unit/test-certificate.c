/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "smd-certificate.h"
#include "smd-path-check.h"
#include "smd-problem.h"
#include "smd-test-people.h"
#include "smimed-error.h"

/* Returns: (transfer full): what the command prints */
static char *
run (const char *const *argv)
{
  char *out = NULL;
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  return out;
}

/* ---- what a certificate says ---- */

static void
test_a_certificate_tells_whose_it_is (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (SmdCertificate) alice = smd_test_people_certificate (crypto, "alice");
  g_autoptr (SmdCertificate) issuer = smd_test_people_certificate (crypto, "intermediate");

  g_assert_cmpstr (smd_certificate_get_addresses (alice)[0], ==, "alice@example.org");
  g_assert_cmpstr (smd_certificate_get_issuer (alice), ==, smd_certificate_get_subject (issuer));
  g_assert_true (smd_span_equal (smd_certificate_get_issuer_der (alice), smd_certificate_get_subject_der (issuer)));
  g_assert_cmpstr (smd_certificate_get_key_algorithm (alice), ==, "rsa");
  g_assert_cmpuint (smd_certificate_get_key_bits (alice), ==, 2048);
  g_assert_cmpint (smd_certificate_get_not_before (alice), <, g_get_real_time () / G_USEC_PER_SEC);
  g_assert_cmpint (smd_certificate_get_not_after (alice), >, g_get_real_time () / G_USEC_PER_SEC);
  g_assert_false (smd_certificate_is_ca (alice));
  g_assert_false (smd_certificate_is_self_signed (alice));
  g_assert_true (smd_certificate_is_ca (issuer));
}

static void
assert_addresses (SmdCrypto *crypto, const char *name, const char *expected)
{
  g_autoptr (SmdCertificate) certificate = smd_test_people_certificate (crypto, name);
  g_autofree char *joined = g_strjoinv (" ", (char **) smd_certificate_get_addresses (certificate));

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_all_addresses_of_a_certificate_count (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();

  assert_addresses (crypto, "leo-many", "leo@example.org leo.work@example.com Leo.Third@example.net");
  assert_addresses (crypto, "mia-subject", "mia@example.org");
  assert_addresses (crypto, "olga-utf8", "ольга@example.org");
  assert_addresses (crypto, "pia-idn", "pia@xn--bcher-kva.example");
  assert_addresses (crypto, "kim-noaddress", "");
}

/* Returns: (transfer full): the certificate with @to over the first @from; its signature is no longer right */
static SmdCertificate *
patched (SmdCrypto *crypto, SmdCertificate *certificate, const char *from, const char *to)
{
  SmdSpan der = smd_certificate_get_der (certificate);
  g_autofree guint8 *copy = g_memdup2 (der.data, der.size);
  guint8 *at = memmem (copy, der.size, from, strlen (from));
  g_autoptr (GError) error = NULL;
  SmdCertificate *changed;

  g_assert_nonnull (at);
  memcpy (at, to, strlen (from));
  changed = smd_certificate_new (crypto, smd_span (copy, der.size), &error);
  g_assert_no_error (error);
  return changed;
}

static void
test_an_address_with_a_nul_or_a_line_end_does_not_count (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (SmdCertificate) leo = smd_test_people_certificate (crypto, "leo-many");
  g_autoptr (SmdCertificate) nul = patched (crypto, leo, "leo@example.org", "leo@example\0org");
  g_autoptr (SmdCertificate) line = patched (crypto, leo, "leo@example.org", "leo\n@example.rg");
  g_autoptr (SmdCertificate) latin = patched (crypto, leo, "leo@example.org", "l\xe9o@example.org");

  g_assert_cmpstr (smd_certificate_get_addresses (nul)[0], ==, "leo.work@example.com");
  g_assert_cmpstr (smd_certificate_get_addresses (line)[0], ==, "leo.work@example.com");
  g_assert_cmpstr (smd_certificate_get_addresses (latin)[0], ==, "leo.work@example.com");
}

static void
assert_usages (SmdCrypto *crypto, const char *name, gboolean sign, gboolean encrypt)
{
  g_autoptr (SmdCertificate) certificate = smd_test_people_certificate (crypto, name);

  g_test_message ("%s", name);
  g_assert_cmpint (smd_certificate_permits (certificate, SMD_USAGE_SIGN), ==, sign);
  g_assert_cmpint (smd_certificate_permits (certificate, SMD_USAGE_ENCRYPT), ==, encrypt);
  g_assert_cmpint (smd_certificate_permits (certificate, SMD_USAGE_ANY), ==, sign || encrypt);
}

static void
test_usages_follow_key_type_and_extensions (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();

  assert_usages (crypto, "alice", TRUE, TRUE);
  assert_usages (crypto, "carol", TRUE, TRUE);
  assert_usages (crypto, "eve-sign", TRUE, FALSE);
  assert_usages (crypto, "eve-encrypt", FALSE, TRUE);
  assert_usages (crypto, "erin-sign", TRUE, FALSE);
  assert_usages (crypto, "erin-encrypt", FALSE, TRUE);
  assert_usages (crypto, "heidi-server", FALSE, FALSE);
  assert_usages (crypto, "ivan-nosign", FALSE, TRUE);
}

static void
test_keys_are_named_by_kind_and_curve (void)
{
  static const char *const keys[][2] = {
    { "alice", "rsa" },   { "carol", "p-256" },      { "dan", "p-384" },
    { "oscar", "p-521" }, { "eve-sign", "ed25519" }, { "eve-encrypt", "x25519" },
  };
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (SmdCertificate) certificate = smd_test_people_certificate (crypto, keys[i][0]);

      g_assert_cmpstr (smd_certificate_get_key_algorithm (certificate), ==, keys[i][1]);
    }
}

static gboolean
is_weak (SmdCrypto *crypto, const char *name)
{
  g_autoptr (SmdCertificate) leaf = smd_test_people_certificate (crypto, name);
  g_autoptr (SmdCertificate) issuer = smd_test_people_certificate (crypto, "intermediate");
  g_autoptr (SmdCertificate) root = smd_test_people_certificate (crypto, "root");
  g_autoptr (GPtrArray) candidates = smd_certificates_new (), anchors = smd_certificates_new ();
  const SmdPathQuery query
      = { .leaf = leaf, .candidates = candidates, .anchors = anchors, .at = smd_certificate_get_not_before (leaf) + 1 };
  g_autoptr (SmdPath) path = NULL;

  smd_certificates_add (candidates, issuer);
  smd_certificates_add (anchors, root);
  path = smd_path_check (crypto, &query, NULL);
  g_assert_true (path->anchored);
  return smd_problems_contain (path->problems, SMIMED_PROBLEM_WEAK_ALGORITHM);
}

static void
test_a_signature_with_sha1_is_weak (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();

  g_assert_true (is_weak (crypto, "rita-sha1"));
  g_assert_false (is_weak (crypto, "alice"));
}

/* ---- the same as the openssl command says ---- */

/* `A1:B2` -> `a1b2` */
static char *
plain_hex (const char *text)
{
  GString *hex = g_string_new (NULL);

  for (; *text != '\0' && *text != '\n'; text++)
    if (*text != ':')
      g_string_append_c (hex, g_ascii_tolower (*text));
  return g_string_free (hex, FALSE);
}

static void
assert_as_openssl_prints (SmdCertificate *certificate, const char *path, const char *form)
{
  const char *argv[] = { "openssl",
                         "x509",
                         "-in",
                         path,
                         "-inform",
                         form,
                         "-noout",
                         "-serial",
                         "-sha256",
                         "-fingerprint",
                         "-subject",
                         "-nameopt",
                         "RFC2253,-esc_msb,utf8",
                         NULL };
  g_autofree char *out = run (argv);
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);
  g_autofree char *serial = plain_hex (strchr (lines[0], '=') + 1);
  g_autofree char *fingerprint = plain_hex (strchr (lines[1], '=') + 1);

  g_assert_cmpstr (smd_certificate_get_serial_hex (certificate), ==, serial);
  g_assert_cmpstr (smd_certificate_get_fingerprint (certificate), ==, fingerprint);
  g_assert_cmpstr (smd_certificate_get_subject (certificate), ==, strchr (lines[2], '=') + 1);
}

static void
test_names_and_numbers_are_what_openssl_prints (void)
{
  static const char *const names[] = { "alice", "carol", "mia-subject", "root", "olga-utf8" };
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();

  if (openssl == NULL)
    {
      g_test_skip ("no openssl command");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SmdCertificate) certificate = smd_test_people_certificate (crypto, names[i]);
      g_autofree char *file = g_strconcat (names[i], ".crt", NULL);
      g_autofree char *path = smd_test_people_path (file);

      assert_as_openssl_prints (certificate, path, "PEM");
    }
}

static void
test_a_negative_serial_number_shows_its_sign (void)
{
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (SmdCertificate) alice = smd_test_people_certificate (crypto, "alice");
  g_autoptr (SmdCertificate) negative = NULL;
  SmdSpan der = smd_certificate_get_der (alice);
  SmdSpan serial = smd_certificate_get_serial (alice);
  g_autofree guint8 *copy = g_memdup2 (der.data, der.size);
  guint8 *at = memmem (copy, der.size, serial.data, serial.size);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "smimed-test-negative.der", NULL);
  g_autoptr (GError) error = NULL;

  at[0] = 0xb1;
  negative = smd_certificate_new (crypto, smd_span (copy, der.size), &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (smd_certificate_get_serial_hex (negative), "-4"));
  g_assert_cmpuint (smd_certificate_get_serial (negative).data[0], ==, 0xb1);
  if (openssl == NULL)
    return;
  g_assert_true (g_file_set_contents (path, (const char *) copy, (gssize) der.size, NULL));
  assert_as_openssl_prints (negative, path, "DER");
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* ---- reading ---- */

static void
assert_malformed (SmdCrypto *crypto, SmdSpan der)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_certificate_new (crypto, der, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
}

static void
test_anything_but_one_certificate_is_malformed (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (SmdCertificate) alice = smd_test_people_certificate (crypto, "alice");
  SmdSpan der = smd_certificate_get_der (alice);
  g_autofree guint8 *longer = g_malloc0 (der.size + 1);

  memcpy (longer, der.data, der.size);
  assert_malformed (crypto, smd_span (longer, der.size + 1));
  assert_malformed (crypto, smd_span (der.data, der.size - 1));
  assert_malformed (crypto, SMD_SPAN_EMPTY);
  assert_malformed (crypto, smd_span_string ("hello"));
}

static void
test_a_certificate_read_twice_is_one (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (SmdCertificate) first = smd_test_people_certificate (crypto, "alice");
  g_autoptr (SmdCertificate) second = smd_test_people_certificate (crypto, "alice");
  g_autoptr (GPtrArray) list = smd_certificates_new ();

  g_assert_true (first == second);
  g_assert_true (smd_certificates_add (list, first));
  g_assert_false (smd_certificates_add (list, second));
}

static void
test_a_certificate_outlives_the_context_that_read_it (void)
{
  SmdCrypto *crypto = smd_test_crypto_new ();
  g_autoptr (SmdCertificate) alice = smd_test_people_certificate (crypto, "alice");

  smd_crypto_unref (crypto);
  g_assert_true (smd_certificate_permits (alice, SMD_USAGE_SIGN));
}

static gpointer
read_often (gpointer data)
{
  static const char *const names[] = { "alice", "bob", "carol", "root", "intermediate" };

  for (guint i = 0; i < 100; i++)
    smd_certificate_unref (smd_test_people_certificate (data, names[i % G_N_ELEMENTS (names)]));
  return NULL;
}

static void
test_threads_share_certificates (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_often, crypto);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_the_cache_forgets_what_was_used_longest_ago (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (SmdCertificate) carol = smd_test_people_certificate (crypto, "carol");
  SmdSpan der = smd_certificate_get_der (carol);
  g_autofree guint8 *copy = g_memdup2 (der.data, der.size);
  g_autoptr (SmdCertificate) again = NULL;

  for (guint i = 0; i < 1100; i++)
    {
      g_autoptr (SmdCertificate) other = NULL;

      /* The last octets belong to the signature, which nobody checks here. */
      copy[der.size - 1] = (guint8) i;
      copy[der.size - 2] = (guint8) (i >> 8);
      other = smd_certificate_new (crypto, smd_span (copy, der.size), NULL);
      g_assert_nonnull (other);
    }
  again = smd_test_people_certificate (crypto, "carol");
  g_assert_true (again != carol);
  g_assert_cmpstr (smd_certificate_get_fingerprint (again), ==, smd_certificate_get_fingerprint (carol));
}

/* ---- files ---- */

static void
test_a_pem_file_gives_all_its_certificates (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autofree char *alice = smd_test_people_text ("alice.crt"), *key = smd_test_people_text ("alice.key"), *bob = smd_test_people_text ("bob.crt");
  g_autofree char *all = g_strconcat ("Subject: alice\n", alice, key, bob, alice, NULL);
  g_autoptr (GPtrArray) refused = smd_problems_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) certificates = smd_certificates_read_file (crypto, smd_span_string (all), refused, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (certificates->len, ==, 2);
  g_assert_cmpuint (refused->len, ==, 0);
}

static void
test_one_damaged_certificate_does_not_spoil_the_others (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autofree char *alice = smd_test_people_text ("alice.crt"), *bob = smd_test_people_text ("bob.crt");
  g_autofree char *all = g_strconcat ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", alice,
                                      "-----BEGIN CERTIFICATE-----\n*!\n-----END CERTIFICATE-----\n", bob, NULL);
  g_autoptr (GPtrArray) refused = smd_problems_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) certificates = smd_certificates_read_file (crypto, smd_span_string (all), refused, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (certificates->len, ==, 2);
  g_assert_cmpuint (refused->len, ==, 2);
  g_assert_true (smd_problems_contain (refused, SMIMED_PROBLEM_MALFORMED));
}

static void
test_a_pkcs7_file_gives_all_its_certificates (void)
{
  static const char *const forms[] = { "PEM", "DER" };
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  g_autofree char *alice = smd_test_people_path ("alice.crt"), *root = smd_test_people_path ("root.crt");
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "smimed-test.p7b", NULL);
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();

  if (openssl == NULL)
    {
      g_test_skip ("no openssl command");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      const char *argv[] = { openssl, "crl2pkcs7", "-nocrl", "-certfile", alice, "-certfile",
                             root,    "-outform",  forms[i], "-out",      path,  NULL };
      g_autofree char *out = run (argv);
      g_autoptr (GPtrArray) certificates = smd_test_read_certificates (crypto, path);

      g_assert_cmpuint (certificates->len, ==, 2);
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
test_a_file_without_certificates_is_malformed (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autofree char *key = smd_test_people_text ("alice.key");
  const char *texts[] = { "", "hello", "-----BEGIN CERTIFICATE-----\n", key };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (smd_certificates_read_file (crypto, smd_span_string (texts[i]), NULL, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certificate/tells-whose-it-is", test_a_certificate_tells_whose_it_is);
  g_test_add_func ("/certificate/all-addresses-count", test_all_addresses_of_a_certificate_count);
  g_test_add_func ("/certificate/an-address-with-a-nul-or-a-line-end-does-not-count",
                   test_an_address_with_a_nul_or_a_line_end_does_not_count);
  g_test_add_func ("/certificate/usages-follow-key-type-and-extensions", test_usages_follow_key_type_and_extensions);
  g_test_add_func ("/certificate/keys-are-named-by-kind-and-curve", test_keys_are_named_by_kind_and_curve);
  g_test_add_func ("/certificate/a-signature-with-sha1-is-weak", test_a_signature_with_sha1_is_weak);
  g_test_add_func ("/certificate/names-and-numbers-are-what-openssl-prints",
                   test_names_and_numbers_are_what_openssl_prints);
  g_test_add_func ("/certificate/a-negative-serial-number-shows-its-sign",
                   test_a_negative_serial_number_shows_its_sign);
  g_test_add_func ("/certificate/anything-but-one-certificate-is-malformed",
                   test_anything_but_one_certificate_is_malformed);
  g_test_add_func ("/certificate/read-twice-is-one", test_a_certificate_read_twice_is_one);
  g_test_add_func ("/certificate/outlives-the-context-that-read-it",
                   test_a_certificate_outlives_the_context_that_read_it);
  g_test_add_func ("/certificate/threads-share-certificates", test_threads_share_certificates);
  g_test_add_func ("/certificate/the-cache-forgets-what-was-used-longest-ago",
                   test_the_cache_forgets_what_was_used_longest_ago);
  g_test_add_func ("/certificate-file/pem-gives-all-its-certificates", test_a_pem_file_gives_all_its_certificates);
  g_test_add_func ("/certificate-file/one-damaged-certificate-does-not-spoil-the-others",
                   test_one_damaged_certificate_does_not_spoil_the_others);
  g_test_add_func ("/certificate-file/pkcs7-gives-all-its-certificates", test_a_pkcs7_file_gives_all_its_certificates);
  g_test_add_func ("/certificate-file/without-certificates-is-malformed",
                   test_a_file_without_certificates_is_malformed);
  return g_test_run ();
}
