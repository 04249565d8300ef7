/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "smd-pkcs12.h"
#include "smd-test-files.h"
#include "smd-test-people.h"
#include "smimed-error.h"

static const char passphrase[] = "correct horse battery staple";

static SmdPkcs12 *
read_file (SmdCrypto *crypto, const char *path, const char *password, GError **error)
{
  g_autofree char *data = NULL;
  gsize size = 0;

  if (!g_file_get_contents (path, &data, &size, error))
    return NULL;
  return smd_pkcs12_read (crypto, smd_span (data, size), smd_span_string (password), error);
}

static guint
count_keys (SmdPkcs12 *pkcs12)
{
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < pkcs12->identities->len; i++)
    {
      SmdIdentity *identity = pkcs12->identities->pdata[i];

      g_hash_table_add (keys, (gpointer) smd_private_key_get_fingerprint (identity->key));
    }
  return g_hash_table_size (keys);
}

static guint
count_certificates (SmdPkcs12 *pkcs12)
{
  g_autoptr (GPtrArray) all = smd_certificates_new ();

  for (guint i = 0; i < pkcs12->certificates->len; i++)
    smd_certificates_add (all, pkcs12->certificates->pdata[i]);
  for (guint i = 0; i < pkcs12->identities->len; i++)
    {
      SmdIdentity *identity = pkcs12->identities->pdata[i];

      if (identity->certificate != NULL)
        smd_certificates_add (all, identity->certificate);
    }
  return all->len;
}

/* ---- the corpus ---- */

/* Columns of expected.tsv */
enum
{
  FILE_NAME,
  PASSWORD,
  EXPECTED,
  NOTE,
  OPENSSL30,
  PROVIDERS,
  KEYS,
  CERTIFICATES,
  MAC,
};

/* The table doesn't know the password of the files that it could not open with OpenSSL 3.0: they are RFC 9579's. */
static const char *
password_of (char **row)
{
  return *row[PASSWORD] == '\0' && g_str_has_prefix (row[MAC], "PBMAC1") ? "1234" : row[PASSWORD];
}

/* Returns: (transfer full) (nullable): what is wrong */
static char *
judge_import (char **row, SmdPkcs12 *pkcs12, const GError *error)
{
  if (pkcs12 == NULL)
    return g_strdup_printf ("is refused: %s", error->message);
  if (*row[KEYS] != '\0' && g_ascii_strtoull (row[KEYS], NULL, 10) != count_keys (pkcs12))
    return g_strdup_printf ("gives %u keys instead of %s", count_keys (pkcs12), row[KEYS]);
  if (*row[CERTIFICATES] != '\0' && g_ascii_strtoull (row[CERTIFICATES], NULL, 10) != count_certificates (pkcs12))
    return g_strdup_printf ("gives %u certificates instead of %s", count_certificates (pkcs12), row[CERTIFICATES]);
  return NULL;
}

static char *
judge (char **row, SmdPkcs12 *pkcs12, const GError *error)
{
  if (g_str_equal (row[EXPECTED], "import-ok") || g_str_equal (row[EXPECTED], "policy"))
    return judge_import (row, pkcs12, error);
  if (pkcs12 != NULL)
    return g_strdup ("is accepted");
  if (g_str_equal (row[EXPECTED], "unsupported-ok") &&
      !g_error_matches (error, SMIMED_ERROR, SMIMED_ERROR_LEGACY_ALGORITHM))
    return g_strdup_printf ("is not called unsupported: %s", error->message);
  return NULL;
}

/* Returns: whether @line names a file whose outcome isn't the expected one */
static gboolean
misses (SmdCrypto *crypto, const char *folder, const char *line)
{
  g_auto (GStrv) row = g_strsplit (line, "\t", -1);
  g_autofree char *path = g_build_filename (folder, "files", row[FILE_NAME], NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPkcs12) pkcs12 = NULL;
  g_autofree char *wrong = NULL;

  g_assert_cmpuint (g_strv_length (row), >, MAC);
  pkcs12 = read_file (crypto, path, password_of (row), &error);
  wrong = judge (row, pkcs12, error);
  if (wrong != NULL)
    g_test_message ("%s %s", row[FILE_NAME], wrong);
  else if (error != NULL)
    g_test_message ("%s is rightly refused: %s", row[FILE_NAME], error->message);
  return wrong != NULL;
}

static void
test_every_file_has_its_expected_outcome (void)
{
  g_autofree char *folder = smd_test_corpus ("pkcs12");
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autofree char *path = NULL, *table = NULL;
  g_auto (GStrv) lines = NULL;
  guint files = 0, missed = 0;

  if (folder == NULL)
    return;
  path = g_build_filename (folder, "expected.tsv", NULL);
  g_assert_true (g_file_get_contents (path, &table, NULL, NULL));
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      files++;
      missed += misses (crypto, folder, lines[i]);
    }
  g_test_message ("%u files, %u with another outcome than expected", files, missed);
  g_assert_cmpuint (files, >=, 86);
  g_assert_cmpuint (missed, ==, 0);
}

static void
test_a_wrong_password_is_called_so (void)
{
  g_autofree char *folder = smd_test_corpus ("pkcs12");
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  static const char *const files[] = {
    "openssl__v3-certs-RC2.p12",        "gnutls__cert-ca.p12",          "gnutls__key-utf8-1.p12",
    "openssl__pbmac1_256_256.good.p12", "pyca__cert-key-aes256cbc.p12",
  };

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, "files", files[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (read_file (crypto, path, "not the password", &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_WRONG_PASSWORD);
    }
}

static void
check_two_keys (SmdCrypto *crypto, const char *folder, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".p12", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPkcs12) pkcs12 = read_file (crypto, path, name, &error);
  gboolean sign = FALSE, encrypt = FALSE;

  g_assert_no_error (error);
  g_assert_cmpuint (pkcs12->identities->len, ==, 2);
  g_assert_cmpuint (count_certificates (pkcs12), ==, 3);
  for (guint i = 0; i < 2; i++)
    {
      SmdIdentity *identity = pkcs12->identities->pdata[i];

      g_assert_nonnull (identity->certificate);
      g_assert_true (smd_private_key_matches (identity->key, identity->certificate));
      g_assert_cmpuint (identity->chain->len, ==, 1);
      sign |= smd_certificate_permits (identity->certificate, SMD_USAGE_SIGN);
      encrypt |= smd_certificate_permits (identity->certificate, SMD_USAGE_ENCRYPT);
    }
  g_assert_true (sign && encrypt);
}

static void
test_rfc9216_people_bring_a_signing_and_an_encryption_key (void)
{
  g_autofree char *folder = smd_test_corpus ("rfc9216");
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  static const char *const names[] = { "alice", "bob", "carlos", "dana" };

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    check_two_keys (crypto, folder, names[i]);
}

static void
test_nss_files_open (void)
{
  g_autofree char *folder = smd_test_corpus ("nss");
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  static const struct
  {
    const char *file;
    const char *password;
  } files[] = {
    { "smime-interop/Fran.p12", "nss" },
    { "smime-interop/Fran-ec.p12", "nss" },
    { "tools/TestUser-rsa-pss-interop.p12", "nss" },
    { "tools/TestRSAPSS.p12", "" },
    { "tools/PKCS5WithImplicitKDF.p12", "password" },
    { "tools/TestOldCA.p12", "nss" },
    { "tools/pbmac1-valid-sha256.p12", "1234" },
    { "tools/pbmac1-valid-sha512.p12", "1234" },
    { "tools/pbmac1-valid-sha256-sha512.p12", "1234" },
  };

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].file, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdPkcs12) pkcs12 = read_file (crypto, path, files[i].password, &error);

      g_test_message ("%s", files[i].file);
      g_assert_no_error (error);
      g_assert_cmpuint (count_keys (pkcs12), ==, 1);
    }
}

/* ---- what we write ---- */

static SmdIdentity *
read_person (SmdCrypto *crypto, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".p12", NULL);
  g_autofree char *path = smd_test_people_path (file);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdPkcs12) pkcs12 = read_file (crypto, path, passphrase, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pkcs12->identities->len, ==, 1);
  return smd_identity_copy (pkcs12->identities->pdata[0]);
}

static GPtrArray *
read_people (SmdCrypto *crypto)
{
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify) smd_identity_free);

  g_ptr_array_add (people, read_person (crypto, "alice"));
  g_ptr_array_add (people, read_person (crypto, "carol"));
  g_ptr_array_add (people, read_person (crypto, "eve-sign"));
  g_ptr_array_add (people, read_person (crypto, "eve-encrypt"));
  return people;
}

static void
assert_same_identity (SmdIdentity *a, SmdIdentity *b)
{
  g_assert_cmpstr (smd_private_key_get_fingerprint (a->key), ==, smd_private_key_get_fingerprint (b->key));
  g_assert_cmpstr (smd_certificate_get_fingerprint (a->certificate), ==,
                   smd_certificate_get_fingerprint (b->certificate));
  g_assert_cmpuint (a->chain->len, ==, b->chain->len);
  g_assert_cmpstr (a->label, ==, b->label);
}

static void
test_exported_identities_come_back_whole (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (GPtrArray) people = read_people (crypto);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdBlob) file = NULL;
  g_autoptr (SmdPkcs12) back = NULL;

  file = smd_pkcs12_write (crypto, people, smd_span_string ("πολύ μυστικό σύνθημα"), &error);
  g_assert_no_error (error);
  back = smd_pkcs12_read (crypto, smd_blob_get_span (file), smd_span_string ("πολύ μυστικό σύνθημα"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->identities->len, ==, people->len);
  for (guint i = 0; i < people->len; i++)
    assert_same_identity (people->pdata[i], back->identities->pdata[i]);
  g_assert_null (smd_pkcs12_read (crypto, smd_blob_get_span (file), smd_span_string ("other"), &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_WRONG_PASSWORD);
}

static void
test_exported_files_are_read_by_openssl (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (GPtrArray) people = read_people (crypto);
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  g_autofree char *path = NULL, *out = NULL, *err = NULL;
  g_autoptr (SmdBlob) file = NULL;
  g_autoptr (GError) error = NULL;
  SmdSpan span;
  int fd, status = -1;

  if (openssl == NULL)
    {
      g_test_skip ("no openssl command");
      return;
    }
  fd = g_file_open_tmp ("smimed-XXXXXX.p12", &path, &error);
  g_assert_no_error (error);
  g_close (fd, NULL);
  file = smd_pkcs12_write (crypto, people, smd_span_string (passphrase), &error);
  g_assert_no_error (error);
  span = smd_blob_get_span (file);
  g_assert_true (g_file_set_contents (path, (const char *) span.data, (gssize) span.size, NULL));

  {
    const char *argv[] = { openssl, "pkcs12", "-in",     path,
                           "-info", "-nodes", "-passin", "pass:correct horse battery staple",
                           NULL };

    g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, NULL));
  }
  g_unlink (path);
  g_assert_cmpint (status, ==, 0);
  g_assert_nonnull (strstr (err, "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256"));
  g_assert_nonnull (strstr (err, "MAC: sha256, Iteration 100000"));
}

static void
test_bytes_that_are_no_file_are_malformed (void)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  static const char *const texts[] = { "", "hello", "0", "0\x80", "0\x82\xff\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (smd_pkcs12_read (crypto, smd_span_string (texts[i]), SMD_SPAN_EMPTY, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED);
    }
}

static void
test_weak_passwords_are_refused_with_advice (void)
{
  static const char *const weak[] = {
    "", "password", "12345678901234", "aaaaaaaaaaaaaaaaaaaa", "abcdefghijklmnop", "Tr0ub4d", "hello",
    "anna.miller@mail.example.org", "Miller-Anna-2026", "Anna@Mail.Example.Org1"
  };
  static const char *const known[] = { "anna.miller@mail.example.org", NULL };
  static const char *const strong[] = { "correct horse battery staple", "vMq7#kd92!xLe", "anna:vMq7#kd92!xLe", "μπλε γάτα πετάει ψηλά" };

  for (guint i = 0; i < G_N_ELEMENTS (weak); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (smd_password_check (smd_span_string (weak[i]), known, &error));
      g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_WEAK_PASSWORD);
      g_assert_nonnull (strstr (error->message, "at least 12 characters"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (strong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (smd_password_check (smd_span_string (strong[i]), known, &error));
      g_assert_no_error (error);
    }
}

static void
test_generated_passwords_are_strong_and_never_the_same (void)
{
  g_autoptr (SmdCrypto) crypto = smd_crypto_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SmdSecret) password = smd_password_generate (crypto, &error);
      SmdSpan text = smd_secret_get_span (password);

      g_assert_no_error (error);
      g_assert_true (smd_password_check (text, NULL, &error));
      g_assert_true (g_hash_table_add (seen, g_strndup ((const char *) text.data, text.size)));
      g_assert_true (g_regex_match_simple ("^([a-hjkmnp-z2-9]{5}-){4}[a-hjkmnp-z2-9]{5}$", (const char *) text.data, 0, 0));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkcs12/every-file-of-the-corpus-has-its-expected-outcome",
                   test_every_file_has_its_expected_outcome);
  g_test_add_func ("/pkcs12/a-wrong-password-is-called-so", test_a_wrong_password_is_called_so);
  g_test_add_func ("/pkcs12/rfc9216-people-bring-a-signing-and-an-encryption-key",
                   test_rfc9216_people_bring_a_signing_and_an_encryption_key);
  g_test_add_func ("/pkcs12/nss-files-open", test_nss_files_open);
  g_test_add_func ("/pkcs12/exported-identities-come-back-whole", test_exported_identities_come_back_whole);
  g_test_add_func ("/pkcs12/exported-files-are-read-by-openssl", test_exported_files_are_read_by_openssl);
  g_test_add_func ("/pkcs12/bytes-that-are-no-file-are-malformed", test_bytes_that_are_no_file_are_malformed);
  g_test_add_func ("/pkcs12/weak-passwords-are-refused-with-advice", test_weak_passwords_are_refused_with_advice);
  g_test_add_func ("/pkcs12/generated-passwords-are-strong", test_generated_passwords_are_strong_and_never_the_same);
  return g_test_run ();
}
