/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "smd-cms-writer.h"
#include "smd-cms.h"
#include "smd-output.h"
#include "smimed-error.h"

/* What smimed writes is read by the openssl command, gpgsm and NSS, or it is worth nothing. */

#define CHUNK ((gsize) 64 * 1024)
#define LIMIT ((gsize) 64 * 1024 * 1024)
#define SIGNING_TIME G_GINT64_CONSTANT (1790000000)

static const gsize sizes[] = { 0, 1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 5 * 1024 * 1024 };

typedef struct
{
  SmdCrypto *crypto; /* (owned) */
  char *folder;      /* (owned) */
} Fixture;

typedef struct
{
  SmdCertificate *certificate; /* (owned) */
  SmdPrivateKey *key;          /* (owned) */
  char *certificate_path;      /* (owned) */
  char *key_path;              /* (owned) */
} Person;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->crypto = smd_crypto_new (&error);
  g_assert_no_error (error);
  fixture->folder = g_dir_make_tmp ("smimed-test-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *command[] = { "rm", "-rf", fixture->folder, NULL };

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (fixture->folder);
  smd_crypto_unref (fixture->crypto);
}

static char *
read_file (const char *path, gsize *size)
{
  g_autoptr (GError) error = NULL;
  char *content = NULL;

  g_file_get_contents (path, &content, size, &error);
  g_assert_no_error (error);
  return content;
}

static char *
write_file (Fixture *fixture, const char *name, SmdSpan span)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_file_set_contents (path, span.data != NULL ? (const char *) span.data : "", (gssize) span.size, &error);
  g_assert_no_error (error);
  return path;
}

static SmdCertificate *
read_certificate (SmdCrypto *crypto, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) certificates = NULL;
  gsize size = 0;
  g_autofree char *text = read_file (path, &size);

  certificates = smd_certificates_read_file (crypto, smd_span (text, size), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (certificates->len, >=, 1);
  return smd_certificate_ref (g_ptr_array_index (certificates, 0));
}

static SmdPrivateKey *
read_key (SmdCrypto *crypto, const char *path)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  g_autofree char *text = read_file (path, &size);
  char *begin = strchr (text, '\n');
  char *end = strstr (text, "-----END");
  SmdPrivateKey *key = NULL;

  g_assert_true (g_str_has_prefix (text, "-----BEGIN PRIVATE KEY-----"));
  *end = '\0';
  g_base64_decode_inplace (begin, &size);
  key = smd_private_key_new (crypto, smd_span (begin, size), &error);
  g_assert_no_error (error);
  return key;
}

static Person *
read_person (SmdCrypto *crypto, const char *folder, const char *name)
{
  Person *person = g_new0 (Person, 1);

  person->certificate_path = g_strdup_printf ("%s/%s.crt", folder, name);
  person->key_path = g_strdup_printf ("%s/%s.key", folder, name);
  person->certificate = read_certificate (crypto, person->certificate_path);
  person->key = read_key (crypto, person->key_path);
  return person;
}

static Person *
get_person (Fixture *fixture, const char *name)
{
  return read_person (fixture->crypto, g_getenv ("SMIMED_TEST_PEOPLE"), name);
}

static void
person_free (Person *person)
{
  smd_certificate_unref (person->certificate);
  smd_private_key_unref (person->key);
  g_free (person->certificate_path);
  g_free (person->key_path);
  g_free (person);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

/* Runs a command that must succeed, and returns what it says. */
static char *
run (Fixture *fixture, const char *first, ...)
{
  g_autoptr (GPtrArray) command = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *complaints = NULL;
  char *said = NULL;
  int status = 0;
  va_list arguments;

  va_start (arguments, first);
  for (const char *word = first; word != NULL; word = va_arg (arguments, const char *))
    g_ptr_array_add (command, (char *) word);
  va_end (arguments);
  g_ptr_array_add (command, NULL);

  g_spawn_sync (fixture->folder, (char **) command->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &said, &complaints,
                &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_test_message ("%s said: %s", first, complaints);
  g_assert_cmpint (status, ==, 0);
  return said;
}

/* Lines of text, canonical already */
static GBytes *
make_content (gsize size)
{
  static const char line[] = "Sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9f" "e an alle, die das hier lesen.\r\n";
  guint8 *data = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) line[i % (sizeof line - 1)];
  return g_bytes_new_take (data, size);
}

static SmdSpan
span_of (GBytes *bytes)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);

  return smd_span (data, size);
}

static void
assert_file_equals (const char *path, SmdSpan expected)
{
  gsize size = 0;
  g_autofree char *content = read_file (path, &size);

  g_assert_cmpmem (content, size, expected.data, expected.size);
}

static char *
encrypt_to_file (Fixture *fixture, GPtrArray *recipients, SmdCipher cipher, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", LIMIT, &error);
  gboolean done = FALSE;

  g_assert_no_error (error);
  done = smd_cms_encrypt (fixture->crypto, recipients, cipher, content, smd_output_get_sink (output), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  return write_file (fixture, "sealed.der", smd_output_get_span (output));
}

static char *
sign_to_file (Fixture *fixture, const SmdSignParameters *parameters, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", LIMIT, &error);
  gboolean done = FALSE;

  g_assert_no_error (error);
  done = smd_cms_sign_opaque (fixture->crypto, parameters, content, smd_output_get_sink (output), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  return write_file (fixture, "signed.der", smd_output_get_span (output));
}

static SmdBlob *
sign_detached (Fixture *fixture, const SmdSignParameters *parameters, SmdSpan content)
{
  g_autoptr (GError) error = NULL;
  SmdBlob *blob = smd_cms_sign_detached (fixture->crypto, parameters, content, NULL, &error);

  g_assert_no_error (error);
  return blob;
}

static GPtrArray *
get_chain (Fixture *fixture)
{
  static const char *const issuers[] = { "intermediate", "root" };
  GPtrArray *chain = smd_certificates_new ();

  for (guint i = 0; i < G_N_ELEMENTS (issuers); i++)
    {
      g_autoptr (Person) issuer = get_person (fixture, issuers[i]);

      smd_certificates_add (chain, issuer->certificate);
    }
  return chain;
}

static void
test_detached (Fixture *fixture, gconstpointer name)
{
  g_autoptr (Person) person = get_person (fixture, name);
  g_autoptr (GPtrArray) chain = get_chain (fixture);
  SmdSignParameters parameters = { person->key, person->certificate, chain, NULL, SIGNING_TIME };
  g_autoptr (GBytes) content = make_content (10000);
  g_autofree char *content_path = write_file (fixture, "content", span_of (content));
  g_autoptr (SmdBlob) blob = sign_detached (fixture, &parameters, span_of (content));
  g_autofree char *path = write_file (fixture, "signature.der", smd_blob_get_span (blob));
  g_autofree char *root = g_build_filename (g_getenv ("SMIMED_TEST_PEOPLE"), "root.crt", NULL);
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);

  g_free (run (fixture, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", path, "-content", content_path,
               "-CAfile", root, "-out", output, NULL));
  assert_file_equals (output, span_of (content));
}

static void
test_opaque (Fixture *fixture, gconstpointer name)
{
  g_autoptr (Person) person = get_person (fixture, name);
  g_autoptr (GPtrArray) chain = get_chain (fixture);
  SmdSignParameters parameters = { person->key, person->certificate, chain, person->certificate, SIGNING_TIME };
  g_autofree char *root = g_build_filename (g_getenv ("SMIMED_TEST_PEOPLE"), "root.crt", NULL);
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) content = make_content (sizes[i]);
      g_autofree char *path = sign_to_file (fixture, &parameters, span_of (content));

      g_free (run (fixture, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", path, "-CAfile", root,
                   "-out", output, NULL));
      assert_file_equals (output, span_of (content));
    }
}

static void
test_attributes (Fixture *fixture, gconstpointer data)
{
  static const char *const expected[] = {
    "contentType", "messageDigest", "signingTime", "Sep 21 14:13:20 2026 GMT", "id-smime-aa-signingCertificateV2",
    "S/MIME Capabilities", "aes-256-gcm", "aes-128-gcm", "aes-256-cbc", "id-smime-aa-encrypKeyPref",
  };
  g_autoptr (Person) person = get_person (fixture, "erin-sign");
  g_autoptr (Person) other = get_person (fixture, "erin-encrypt");
  g_autoptr (GPtrArray) chain = get_chain (fixture);
  SmdSignParameters parameters = { person->key, person->certificate, chain, other->certificate, SIGNING_TIME };
  g_autoptr (GBytes) content = make_content (100);
  g_autofree char *path = sign_to_file (fixture, &parameters, span_of (content));
  g_autofree char *said = run (fixture, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", path, NULL);
  guint certificates = 0;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      if (strstr (said, expected[i]) == NULL)
        g_test_message ("%s is missing in:\n%s", expected[i], said);
      g_assert_nonnull (strstr (said, expected[i]));
    }
  g_assert_null (strstr (said, "rc2"));
  g_assert_null (strstr (said, "des-ede3"));
  /* Hers for signing, hers for encryption, the intermediate's; not the root's */
  for (const char *at = said; (at = strstr (at, "d.certificate:")) != NULL; at++)
    certificates++;
  g_assert_cmpuint (certificates, ==, 3);
}

static void
test_distant_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "carol");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, G_GINT64_CONSTANT (2524608000) };
  g_autofree char *path = sign_to_file (fixture, &parameters, smd_span_string ("x"));
  g_autofree char *said = run (fixture, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", path, NULL);

  g_assert_nonnull (strstr (said, "GENERALIZEDTIME:Jan  1 00:00:00 2050 GMT"));
}

static void
test_der (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "alice");
  g_autoptr (GPtrArray) chain = get_chain (fixture);
  SmdSignParameters parameters = { person->key, person->certificate, chain, NULL, SIGNING_TIME };
  g_autofree char *path = sign_to_file (fixture, &parameters, smd_span_string ("Hello\r\n"));
  g_autofree char *again = g_build_filename (fixture->folder, "again.der", NULL);
  gsize size = 0;
  g_autofree char *written = read_file (path, &size);

  /* OpenSSL sorts and counts anew when it writes: DER comes out as it went in. */
  g_free (run (fixture, "openssl", "cms", "-cmsout", "-inform", "DER", "-in", path, "-outform", "DER", "-out", again,
               NULL));
  assert_file_equals (again, smd_span (written, size));
}

static void
test_pss (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = NULL;
  SmdSignParameters parameters = { .signing_time = SIGNING_TIME };
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);
  g_autofree char *path = NULL;

  g_free (run (fixture, "openssl", "genpkey", "-quiet", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048",
               "-pkeyopt", "rsa_pss_keygen_md:sha384", "-pkeyopt", "rsa_pss_keygen_mgf1_md:sha384", "-pkeyopt",
               "rsa_pss_keygen_saltlen:32", "-out", "pss.key", NULL));
  g_free (run (fixture, "openssl", "req", "-x509", "-new", "-sha384", "-key", "pss.key", "-subj", "/CN=Peggy", "-days",
               "2", "-out", "pss.crt", NULL));
  person = read_person (fixture->crypto, fixture->folder, "pss");
  parameters.key = person->key;
  parameters.certificate = person->certificate;
  path = sign_to_file (fixture, &parameters, smd_span_string ("Hello\r\n"));
  g_assert_cmpstr (smd_cms_get_micalg (person->certificate), ==, "sha-384");

  g_free (run (fixture, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", path, "-CAfile",
               person->certificate_path, "-purpose", "any", "-out", output, NULL));
  assert_file_equals (output, smd_span_string ("Hello\r\n"));
}

typedef struct
{
  SmdCipher cipher;
  const char *name; /* (unowned) */
} Sealing;

static void
test_encrypt (Fixture *fixture, gconstpointer data)
{
  const Sealing *sealing = data;
  g_autoptr (Person) person = get_person (fixture, sealing->name);
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);

  smd_certificates_add (recipients, person->certificate);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) content = make_content (sizes[i]);
      g_autofree char *path = encrypt_to_file (fixture, recipients, sealing->cipher, span_of (content));

      g_free (run (fixture, "openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", path, "-recip",
                   person->certificate_path, "-inkey", person->key_path, "-out", output, NULL));
      assert_file_equals (output, span_of (content));
    }
}

static void
test_many_recipients (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "alice", "bob", "carol", "dan", "oscar", "erin-encrypt" };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GBytes) content = make_content (1000);
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);
  g_autofree char *path = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (Person) person = get_person (fixture, names[i]);

      smd_certificates_add (recipients, person->certificate);
    }
  path = encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_128_CBC, span_of (content));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (Person) person = get_person (fixture, names[i]);

      g_free (run (fixture, "openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", path, "-recip",
                   person->certificate_path, "-inkey", person->key_path, "-out", output, NULL));
      assert_file_equals (output, span_of (content));
    }
}

static void
test_fresh (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "carol");
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autofree char *path = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gsize first_size = 0;
  gsize second_size = 0;

  smd_certificates_add (recipients, person->certificate);
  path = encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_GCM, smd_span_string ("The same words"));
  first = read_file (path, &first_size);
  g_free (encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_GCM, smd_span_string ("The same words")));
  second = read_file (path, &second_size);
  /* Not even the end, which is content and tag, is alike. */
  g_assert_cmpuint (first_size, ==, second_size);
  g_assert_true (memcmp (first + first_size - 34, second + second_size - 34, 16) != 0);
}

static void
test_signing_key_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "eve-sign");
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", LIMIT, NULL);

  smd_certificates_add (recipients, person->certificate);
  g_assert_false (smd_cms_encrypt (fixture->crypto, recipients, SMD_CIPHER_AES_256_CBC, smd_span_string ("x"),
                                   smd_output_get_sink (output), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, smd_certificate_get_subject (person->certificate)));
  g_assert_cmpuint (smd_output_get_size (output), ==, 0);
}

static void
test_agreement_key_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "eve-encrypt");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, SIGNING_TIME };
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_cms_sign_detached (fixture->crypto, &parameters, smd_span_string ("x"), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED);
}

static void
test_foreign_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "carol");
  g_autoptr (Person) other = get_person (fixture, "alice");
  SmdSignParameters parameters = { other->key, person->certificate, NULL, NULL, SIGNING_TIME };
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_cms_sign_detached (fixture->crypto, &parameters, smd_span_string ("x"), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_FAILED);
}

static void
test_no_recipient (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", LIMIT, NULL);

  g_assert_false (smd_cms_encrypt (fixture->crypto, recipients, SMD_CIPHER_AES_256_CBC, smd_span_string ("x"),
                                   smd_output_get_sink (output), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_INVALID_ARGUMENT);
}

static void
test_old_cipher_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "alice");
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", LIMIT, NULL);

  smd_certificates_add (recipients, person->certificate);
  g_assert_false (smd_cms_encrypt (fixture->crypto, recipients, SMD_CIPHER_3DES, smd_span_string ("x"),
                                   smd_output_get_sink (output), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "carol");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, SIGNING_TIME };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SmdProgress progress = { .stage = "testing", .cancellable = cancellable };
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", LIMIT, NULL);

  g_cancellable_cancel (cancellable);
  smd_certificates_add (recipients, person->certificate);
  g_assert_null (smd_cms_sign_detached (fixture->crypto, &parameters, smd_span_string ("x"), &progress, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (smd_cms_encrypt (fixture->crypto, recipients, SMD_CIPHER_AES_256_CBC, smd_span_string ("x"),
                                   smd_output_get_sink (output), &progress, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED);
}

/* Looks at the progress whenever something is written. */
typedef struct
{
  SmdSink sink;
  SmdOutput *output;           /* (unowned) */
  const SmdProgress *progress; /* (unowned) */
  guint between;               /* how often it was neither 0 nor 1 */
  gsize last;
} Watcher;

static gboolean
watcher_write (SmdSink *sink, SmdSpan span, GError **error)
{
  Watcher *self = (Watcher *) sink;

  g_assert_cmpuint (self->progress->done, >=, self->last);
  self->last = self->progress->done;
  self->between += self->last > 0 && self->last < self->progress->total;
  return smd_output_write (self->output, span, error);
}

static void
test_progress_goes_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "alice");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, SIGNING_TIME };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GBytes) bytes = make_content (20000000);
  SmdSpan content = smd_span (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (SmdOutput) output = smd_output_new ("test", 2 * content.size, NULL);
  SmdProgress progress = { .stage = "testing" };
  Watcher watcher = { { watcher_write }, output, &progress };
  g_autoptr (SmdBlob) sealed = NULL, opened = NULL, signature = NULL;
  g_autoptr (SmdCms) cms = NULL, signed_cms = NULL;
  g_autoptr (GPtrArray) signers = NULL;

  smd_certificates_add (recipients, person->certificate);
  smd_progress_enter (&progress, "encrypting", content.size);
  g_assert_true (smd_cms_encrypt (fixture->crypto, recipients, SMD_CIPHER_AES_256_GCM, content, &watcher.sink, &progress, NULL));
  g_assert_cmpuint (watcher.between, >, 10);
  g_assert_cmpuint (progress.done, ==, content.size);

  sealed = smd_output_seal (g_steal_pointer (&output), NULL);
  cms = smd_cms_parse (fixture->crypto, sealed, NULL);
  smd_progress_enter (&progress, "decrypting", 0);
  opened = smd_cms_enveloped_decrypt (cms, 0, person->key, FALSE, content.size, &progress, NULL);
  g_assert_nonnull (opened);
  g_assert_cmpuint (progress.total, ==, content.size);
  g_assert_cmpuint (progress.done, ==, content.size);

  smd_progress_enter (&progress, "signing", content.size);
  signature = smd_cms_sign_detached (fixture->crypto, &parameters, content, &progress, NULL);
  g_assert_cmpuint (progress.done, ==, content.size);
  signed_cms = smd_cms_parse (fixture->crypto, signature, NULL);
  smd_progress_enter (&progress, "verifying", 0);
  signers = smd_cms_signed_verify (signed_cms, content, SMD_LINES_AS_IS, NULL, &progress, NULL);
  g_assert_nonnull (signers);
  g_assert_cmpuint (progress.total, ==, content.size);
  g_assert_cmpuint (progress.done, ==, content.size);
}

static void
test_full_sink (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Person) person = get_person (fixture, "carol");
  SmdSignParameters parameters = { person->key, person->certificate, NULL, NULL, SIGNING_TIME };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GBytes) content = make_content (1024 * 1024);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdOutput) output = smd_output_new ("test", CHUNK, NULL);

  smd_certificates_add (recipients, person->certificate);
  g_assert_false (smd_cms_encrypt (fixture->crypto, recipients, SMD_CIPHER_AES_256_CBC, span_of (content),
                                   smd_output_get_sink (output), NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (smd_cms_sign_opaque (fixture->crypto, &parameters, span_of (content), smd_output_get_sink (output),
                                       NULL, &error));
  g_assert_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE);
}

static void
test_micalg (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;   /* (unowned) */
    const char *micalg; /* (unowned) */
  } expected[] = {
    { "alice", "sha-256" }, { "carol", "sha-256" },    { "dan", "sha-384" },
    { "oscar", "sha-512" }, { "eve-sign", "sha-512" }, { "eve-encrypt", "unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (Person) person = get_person (fixture, expected[i].name);

      g_assert_cmpstr (smd_cms_get_micalg (person->certificate), ==, expected[i].micalg);
    }
}

/* A program that isn't installed is a reason to skip. */
static gboolean
have (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  if (path == NULL)
    {
      g_autofree char *reason = g_strdup_printf ("%s is not installed", program);

      g_test_skip (reason);
    }
  return path != NULL;
}

#define P12_PASSWORD "x"

/* @person as a PKCS#12 file of the old kind, which all programs import */
static void
write_p12 (Fixture *fixture, Person *person)
{
  g_free (run (fixture, "openssl", "pkcs12", "-export", "-in", person->certificate_path, "-inkey", person->key_path,
               "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1", "-passout",
               "pass:" P12_PASSWORD, "-out", "person.p12", NULL));
}

/* Signed opaque and detached; encrypted with CBC: the readers of Debian 12 know no AuthEnvelopedData. */
static void
write_for_peers (Fixture *fixture, Person *person, SmdSpan content)
{
  g_autoptr (GPtrArray) chain = get_chain (fixture);
  /* NSS judges the certificates as of the signing time. */
  SmdSignParameters parameters
    = { person->key, person->certificate, chain, person->certificate, g_get_real_time () / G_USEC_PER_SEC };
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (SmdBlob) blob = sign_detached (fixture, &parameters, content);

  smd_certificates_add (recipients, person->certificate);
  g_free (write_file (fixture, "content", content));
  g_free (write_file (fixture, "signature.der", smd_blob_get_span (blob)));
  g_free (sign_to_file (fixture, &parameters, content));
  g_free (encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_CBC, content));
}

static void
test_nss (Fixture *fixture, gconstpointer name)
{
  g_autoptr (Person) person = get_person (fixture, name);
  g_autofree char *root = g_build_filename (g_getenv ("SMIMED_TEST_PEOPLE"), "root.crt", NULL);
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);
  g_autoptr (GBytes) content = make_content (CHUNK + 1);

  if (!have ("cmsutil") || !have ("certutil") || !have ("pk12util"))
    return;
  write_p12 (fixture, person);
  write_for_peers (fixture, person, span_of (content));
  g_free (run (fixture, "certutil", "-N", "-d", "sql:.", "--empty-password", NULL));
  g_free (run (fixture, "certutil", "-A", "-d", "sql:.", "-n", "root", "-t", ",C,", "-a", "-i", root, NULL));
  g_free (run (fixture, "pk12util", "-i", "person.p12", "-d", "sql:.", "-W", P12_PASSWORD, "-K", "", NULL));

  /* -u 4: the certificate of an e-mail signer */
  g_free (run (fixture, "cmsutil", "-D", "-d", "sql:.", "-u", "4", "-i", "signed.der", "-o", output, NULL));
  assert_file_equals (output, span_of (content));
  g_free (run (fixture, "cmsutil", "-D", "-d", "sql:.", "-u", "4", "-i", "signature.der", "-c", "content", "-o", output,
               NULL));
  /* NSS 3.87 doesn't read ECDH, whoever wrote it. */
  if (smd_certificate_get_key_type (person->certificate) != SMD_KEY_RSA)
    return;
  g_free (run (fixture, "cmsutil", "-D", "-d", "sql:.", "-i", "sealed.der", "-o", output, NULL));
  assert_file_equals (output, span_of (content));
}

#define WITH_PASSPHRASE(what) \
  "gpgsm --homedir . --pinentry-mode loopback --passphrase-fd 0 " what " < passphrase"

/* By chance of the salt, gpgsm 2.2 now and then fails at a file that openssl has written, and takes the next one. */
static void
import_into_gpgsm (Fixture *fixture, Person *person)
{
  gboolean imported = FALSE;

  for (int i = 0; i < 5 && !imported; i++)
    {
      g_autofree char *said = NULL;

      write_p12 (fixture, person);
      said = run (fixture, "sh", "-c", "if " WITH_PASSPHRASE ("--import person.p12") "; then echo imported; fi", NULL);
      imported = strstr (said, "imported") != NULL;
    }
  g_assert_true (imported);
}

static void
test_gpgsm (Fixture *fixture, gconstpointer name)
{
  g_autoptr (Person) person = get_person (fixture, name);
  g_autofree char *root = g_build_filename (g_getenv ("SMIMED_TEST_PEOPLE"), "root.crt", NULL);
  g_autofree char *intermediate = g_build_filename (g_getenv ("SMIMED_TEST_PEOPLE"), "intermediate.crt", NULL);
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);
  g_autofree char *said = NULL;
  g_autofree char *trusted = NULL;
  g_autoptr (GBytes) content = make_content (CHUNK + 1);

  if (!have ("gpgsm"))
    return;
  write_for_peers (fixture, person, span_of (content));
  said = run (fixture, "openssl", "x509", "-in", root, "-noout", "-fingerprint", "-sha1", NULL);
  trusted = g_strdup_printf ("%s S relax\n", strchr (g_strchomp (said), '=') + 1);
  g_free (write_file (fixture, "trustlist.txt", smd_span_string (trusted)));
  g_free (write_file (fixture, "gpgsm.conf", smd_span_string ("disable-crl-checks\nbatch\nno-tty\nyes\n")));
  g_free (write_file (fixture, "gpg-agent.conf", smd_span_string ("allow-loopback-pinentry\n")));
  g_free (write_file (fixture, "passphrase", smd_span_string (P12_PASSWORD "\n")));
  g_free (run (fixture, "gpgsm", "--homedir", ".", "--import", root, intermediate, NULL));

  g_free (run (fixture, "gpgsm", "--homedir", ".", "--verify", "signature.der", "content", NULL));
  g_free (run (fixture, "gpgsm", "--homedir", ".", "--output", output, "--verify", "signed.der", NULL));
  assert_file_equals (output, span_of (content));
  /* gpgsm 2.2 crashes when it imports the PKCS#12 file of an EC key. */
  if (smd_certificate_get_key_type (person->certificate) == SMD_KEY_RSA)
    {
      import_into_gpgsm (fixture, person);
      g_free (run (fixture, "sh", "-c", WITH_PASSPHRASE ("--output decrypted --decrypt sealed.der"), NULL));
      g_free (output);
      output = g_build_filename (fixture->folder, "decrypted", NULL);
      assert_file_equals (output, span_of (content));
    }
  g_free (run (fixture, "gpgconf", "--homedir", ".", "--kill", "gpg-agent", NULL));
}

static SmdCms *
parse (Fixture *fixture, const char *path)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  g_autofree char *content = read_file (path, &size);
  g_autoptr (SmdBlob) blob = smd_blob_new_copy (smd_span (content, size));
  SmdCms *cms = smd_cms_parse (fixture->crypto, blob, &error);

  g_assert_no_error (error);
  return cms;
}

static void
assert_signer (SmdCms *cms, SmdSpan detached, Person *person, SmdCertificate *encryption)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) signers = smd_cms_signed_verify (cms, detached, SMD_LINES_AS_IS, NULL, NULL, &error);
  SmdSigner *signer = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (signers->len, ==, 1);
  signer = g_ptr_array_index (signers, 0);
  g_assert_cmpint (signer->state, ==, SMD_SIGNATURE_GOOD);
  g_assert_cmpstr (smd_certificate_get_fingerprint (signer->certificate), ==,
                   smd_certificate_get_fingerprint (person->certificate));
  g_assert_cmpstr (signer->digest, ==, smd_cms_get_micalg (person->certificate));
  g_assert_cmpint (signer->signing_time, ==, SIGNING_TIME);
  g_assert_true (signer->encryption_certificate == encryption);
  g_assert_cmpint (smd_capabilities_choose (&signer->capabilities, 1), ==, SMD_CIPHER_AES_256_GCM);
}

static void
test_reads_own_signature (Fixture *fixture, gconstpointer name)
{
  g_autoptr (Person) person = get_person (fixture, name);
  g_autoptr (Person) other = get_person (fixture, "eve-encrypt");
  g_autoptr (GPtrArray) chain = get_chain (fixture);
  SmdSignParameters parameters = { person->key, person->certificate, chain, other->certificate, SIGNING_TIME };
  g_autoptr (GBytes) content = make_content (CHUNK + 1);
  g_autofree char *opaque_path = sign_to_file (fixture, &parameters, span_of (content));
  g_autoptr (SmdBlob) signature = sign_detached (fixture, &parameters, span_of (content));
  g_autofree char *detached_path = write_file (fixture, "signature.der", smd_blob_get_span (signature));
  g_autoptr (SmdCms) opaque = parse (fixture, opaque_path);
  g_autoptr (SmdCms) detached = parse (fixture, detached_path);

  assert_signer (opaque, SMD_SPAN_EMPTY, person, other->certificate);
  assert_signer (detached, span_of (content), person, other->certificate);
}

static void
test_reads_own_ciphertext (Fixture *fixture, gconstpointer name)
{
  g_autoptr (Person) person = get_person (fixture, name);
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (GBytes) content = make_content (CHUNK + 1);

  smd_certificates_add (recipients, person->certificate);
  for (guint cipher = SMD_CIPHER_AES_128_CBC; cipher < SMD_N_CIPHERS; cipher++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = encrypt_to_file (fixture, recipients, (SmdCipher) cipher, span_of (content));
      g_autoptr (SmdCms) cms = parse (fixture, path);
      g_autoptr (SmdBlob) decrypted
        = smd_cms_enveloped_decrypt (cms, 0, person->key, FALSE, LIMIT, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (smd_cms_enveloped_get_cipher (cms), ==, (int) cipher);
      g_assert_true (smd_span_equal (smd_blob_get_span (decrypted), span_of (content)));
    }
}

/* Returns: (nullable): the folder of RFC 9216's people */
static char *
find_rfc9216 (void)
{
  const char *corpora = g_getenv ("SMIMED_CORPORA");
  g_autofree char *usual = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "shared", "corpora", NULL);
  g_autofree char *folder = g_build_filename (corpora != NULL ? corpora : usual, "rfc9216", NULL);

  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&folder);
  g_test_skip ("no corpora: set SMIMED_CORPORA");
  return NULL;
}

/* Carlos signs with Ed25519, Dana reads with X25519. */
static void
test_rfc9216_25519 (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = find_rfc9216 ();
  g_autoptr (Person) carlos = NULL;
  g_autoptr (Person) dana = NULL;
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autoptr (SmdCms) opaque = NULL;
  g_autoptr (SmdCms) sealed = NULL;
  g_autoptr (SmdBlob) decrypted = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *signed_path = NULL;
  g_autofree char *sealed_path = NULL;
  SmdSignParameters parameters = { .signing_time = SIGNING_TIME };

  if (folder == NULL)
    return;
  carlos = read_person (fixture->crypto, folder, "carlos.sign");
  dana = read_person (fixture->crypto, folder, "dana.encrypt");
  parameters.key = carlos->key;
  parameters.certificate = carlos->certificate;
  signed_path = sign_to_file (fixture, &parameters, smd_span_string ("Hello\r\n"));
  opaque = parse (fixture, signed_path);
  assert_signer (opaque, SMD_SPAN_EMPTY, carlos, NULL);

  smd_certificates_add (recipients, dana->certificate);
  sealed_path = encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_CBC, smd_span_string ("Hello Dana\r\n"));
  sealed = parse (fixture, sealed_path);
  decrypted = smd_cms_enveloped_decrypt (sealed, 0, dana->key, FALSE, LIMIT, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (smd_span_equal (smd_blob_get_span (decrypted), smd_span_string ("Hello Dana\r\n")));
}

/* Alice signs, Bob reads. */
static void
test_rfc9216_rsa (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = find_rfc9216 ();
  g_autoptr (Person) alice = NULL;
  g_autoptr (Person) bob = NULL;
  g_autoptr (GPtrArray) recipients = smd_certificates_new ();
  g_autofree char *authority = NULL;
  g_autofree char *output = g_build_filename (fixture->folder, "output", NULL);
  g_autofree char *signed_path = NULL;
  g_autofree char *sealed_path = NULL;
  SmdSignParameters parameters = { .signing_time = SIGNING_TIME };

  if (folder == NULL)
    return;
  authority = g_build_filename (folder, "ca.rsa.crt", NULL);
  alice = read_person (fixture->crypto, folder, "alice.sign");
  bob = read_person (fixture->crypto, folder, "bob.encrypt");
  parameters.key = alice->key;
  parameters.certificate = alice->certificate;
  signed_path = sign_to_file (fixture, &parameters, smd_span_string ("Hello\r\n"));
  g_free (run (fixture, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signed_path, "-CAfile",
               authority, "-out", output, NULL));

  smd_certificates_add (recipients, bob->certificate);
  sealed_path = encrypt_to_file (fixture, recipients, SMD_CIPHER_AES_256_GCM, smd_span_string ("Hello Bob\r\n"));
  g_free (run (fixture, "openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", sealed_path, "-recip",
               bob->certificate_path, "-inkey", bob->key_path, "-out", output, NULL));
  assert_file_equals (output, smd_span_string ("Hello Bob\r\n"));
}

#define ADD(path, data, function) g_test_add ("/cms-writer/" path, Fixture, data, set_up, function, tear_down)

static void
add_signers (void)
{
  static const char *const names[] = { "alice", "carol", "dan", "oscar" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *detached = g_strdup_printf ("/cms-writer/openssl-verifies-detached/%s", names[i]);
      g_autofree char *opaque = g_strdup_printf ("/cms-writer/openssl-verifies-opaque-of-every-size/%s", names[i]);

      g_test_add (detached, Fixture, names[i], set_up, test_detached, tear_down);
      g_test_add (opaque, Fixture, names[i], set_up, test_opaque, tear_down);
    }
}

static void
add_own_readings (void)
{
  static const char *const signers[] = { "alice", "carol", "dan", "oscar", "eve-sign" };
  static const char *const recipients[] = { "alice", "carol", "dan", "oscar", "eve-encrypt" };

  for (guint i = 0; i < G_N_ELEMENTS (signers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cms-writer/smimed-verifies-itself/%s", signers[i]);

      g_test_add (path, Fixture, signers[i], set_up, test_reads_own_signature, tear_down);
    }
  for (guint i = 0; i < G_N_ELEMENTS (recipients); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cms-writer/smimed-decrypts-every-cipher/%s", recipients[i]);

      g_test_add (path, Fixture, recipients[i], set_up, test_reads_own_ciphertext, tear_down);
    }
}

static void
add_sealings (void)
{
  static const Sealing sealings[] = {
    { SMD_CIPHER_AES_128_CBC, "alice" }, { SMD_CIPHER_AES_192_CBC, "carol" }, { SMD_CIPHER_AES_256_CBC, "alice" },
    { SMD_CIPHER_AES_256_CBC, "carol" }, { SMD_CIPHER_AES_256_CBC, "dan" },   { SMD_CIPHER_AES_256_CBC, "oscar" },
    { SMD_CIPHER_AES_128_GCM, "alice" }, { SMD_CIPHER_AES_128_GCM, "dan" },   { SMD_CIPHER_AES_192_GCM, "alice" },
    { SMD_CIPHER_AES_256_GCM, "alice" }, { SMD_CIPHER_AES_256_GCM, "oscar" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sealings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cms-writer/openssl-decrypts-every-size/%s/%s",
                                               smd_cipher_to_word (sealings[i].cipher), sealings[i].name);

      g_test_add (path, Fixture, &sealings[i], set_up, test_encrypt, tear_down);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_signers ();
  add_sealings ();
  add_own_readings ();
  ADD ("a-reader-finds-time-certificate-and-capabilities", NULL, test_attributes);
  ADD ("a-signature-of-2050-says-so", NULL, test_distant_time);
  ADD ("what-is-written-is-der", NULL, test_der);
  ADD ("a-pss-key-signs-with-its-own-digest", NULL, test_pss);
  ADD ("each-of-many-recipients-decrypts", NULL, test_many_recipients);
  ADD ("the-same-words-look-different-each-time", NULL, test_fresh);
  ADD ("a-recipient-with-a-signing-key-is-named", NULL, test_signing_key_refused);
  ADD ("a-key-for-agreement-does-not-sign", NULL, test_agreement_key_refused);
  ADD ("triple-des-is-not-written", NULL, test_old_cipher_refused);
  ADD ("a-cancelled-call-ends", NULL, test_cancelled);
  ADD ("progress goes up with the bytes that are dealt with", NULL, test_progress_goes_up);
  ADD ("a-full-output-is-told", NULL, test_full_sink);
  ADD ("the-digest-goes-with-the-key", NULL, test_micalg);
  ADD ("rfc9216/rsa", NULL, test_rfc9216_rsa);
  ADD ("rfc9216/25519", NULL, test_rfc9216_25519);
  ADD ("a-key-of-somebody-else-does-not-sign", NULL, test_foreign_key);
  ADD ("nobody-is-no-recipient", NULL, test_no_recipient);
  ADD ("nss-reads-it/rsa", "alice", test_nss);
  ADD ("nss-reads-it/ec", "carol", test_nss);
  ADD ("gpgsm-reads-it/rsa", "alice", test_gpgsm);
  ADD ("gpgsm-reads-it/ec", "carol", test_gpgsm);
  return g_test_run ();
}
