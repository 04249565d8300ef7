/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys under which anybody can sign are nobody's, however they are written: points of small order of Ed25519 and Ed448. */
#include <openssl/err.h>

#include "smd-openssl.h"
#include "smd-path-check.h"
#include "smd-test-authority.h"
#include "smd-test-people.h"

#define LONGEST 57
#define ZEROS_7 "00000000000000"
#define ZEROS_28 ZEROS_7 ZEROS_7 ZEROS_7 ZEROS_7
#define ONES_7 "ffffffffffffff"
#define ONES_27 "ffffffffffff" ONES_7 ONES_7 ONES_7
#define ONES_30 ONES_27 "ffffff"

typedef struct
{
  const char *curve; /* (unowned) OpenSSL's name */
  const char *hex;   /* (unowned) little-endian, the sign is clear */
  gboolean reads;    /* OpenSSL takes it for a point; where it doesn't, others may */
} Point;

static const Point points[] = {
  { "ED25519", "00000000" ZEROS_28, TRUE }, /* 0 */
  { "ED25519", "01000000" ZEROS_28, TRUE }, /* 1 */
  { "ED25519", "ec" ONES_30 "7f", TRUE },   /* -1 */
  { "ED25519", "ed" ONES_30 "7f", TRUE },   /* p, another 0 */
  { "ED25519", "ee" ONES_30 "7f", TRUE },   /* p + 1 */
  { "ED25519", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", TRUE },
  { "ED25519", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", TRUE },
  { "ED448", "00" ZEROS_28 ZEROS_28, TRUE },
  { "ED448", "01" ZEROS_28 ZEROS_28, FALSE },
  { "ED448", "fe" ONES_27 "fe" ONES_27 "00", FALSE },
  { "ED448", "ff" ONES_27 "fe" ONES_27 "00", FALSE },
  { "ED448", ZEROS_28 "ff" ONES_27 "00", FALSE },
};

static gsize
read_hex (const char *hex, guint8 *bytes)
{
  for (gsize i = 0; hex[2 * i] != '\0'; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return strlen (hex) / 2;
}

/* What needs no key: the curve's base point and 1 */
static gsize
fill_signature (gsize size, guint8 *signature)
{
  memset (signature, 0, 2 * size);
  read_hex (size == LONGEST ? "14fa30f25b790898adc8d74e2c13bdfdc4397ce61cffd33ad7c2a0051e"
                              "9c78874098a36c7373ea4b62c7c9563720768824bcb66e71463f6900"
                            : "5866666666666666666666666666666666666666666666666666666666666666",
            signature);
  signature[size] = 1;
  return 2 * size;
}

/* Whether that is a good signature of one of some texts */
static gboolean
anybody_signs (EVP_PKEY *key, gsize size)
{
  guint8 signature[2 * LONGEST];
  gsize length = fill_signature (size, signature);

  for (guint8 text = 0; text < 200; text++)
    {
      g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();

      g_assert_cmpint (EVP_DigestVerifyInit (context, NULL, NULL, NULL, key), ==, 1);
      if (EVP_DigestVerify (context, signature, length, &text, 1) == 1)
        return TRUE;
    }
  ERR_clear_error ();
  return FALSE;
}

static X509 *
make (const char *subject, const char *issuer, EVP_PKEY *key, const char *extension, EVP_PKEY *signer)
{
  X509 *x509 = smd_test_x509_new (subject, issuer, 1, key, SMD_TEST_NOW - SMD_TEST_DAY, SMD_TEST_NOW + SMD_TEST_DAY);

  smd_test_x509_extend (x509, extension);
  smd_test_x509_sign (x509, signer);
  return x509;
}

/* Returns: (transfer full): the path of @leaf below @issuer, if that isn't NULL, below a root with @key */
static SmdPath *
check (X509 *leaf, X509 *issuer, EVP_PKEY *key)
{
  g_autoptr (SmdCrypto) crypto = smd_test_crypto_new ();
  g_autoptr (X509) root = make ("Root", "Root", key, "basicConstraints=critical,CA:TRUE", key);
  g_autoptr (GPtrArray) anchors = smd_certificates_new ();
  g_autoptr (GPtrArray) issuers = smd_certificates_new ();
  g_autoptr (SmdCertificate) certificate = smd_test_x509_read (crypto, leaf);
  const SmdPathQuery query = { .leaf = certificate, .candidates = issuers, .anchors = anchors, .at = SMD_TEST_NOW };
  SmdPath *path;

  g_ptr_array_add (anchors, smd_test_x509_read (crypto, root));
  if (issuer != NULL)
    g_ptr_array_add (issuers, smd_test_x509_read (crypto, issuer));
  path = smd_path_check (crypto, &query, NULL);
  g_assert_nonnull (path);
  g_assert_true (path->anchored);
  return path;
}

/* Whether that is all that is wrong with a certificate that has @key */
static gboolean
is_weak (EVP_PKEY *key)
{
  g_autoptr (EVP_PKEY) good = EVP_EC_gen ("P-256");
  g_autoptr (X509) leaf = make ("Alice", "Root", key, "subjectAltName=email:alice@example.org", good);
  g_autoptr (SmdPath) path = check (leaf, NULL, good);

  g_assert_cmpuint (path->problems->len, ==, smd_problems_contain (path->problems, SMIMED_PROBLEM_WEAK_KEY));
  return path->problems->len > 0;
}

static void
test_small (void)
{
  for (guint i = 0; i < 2 * G_N_ELEMENTS (points); i++)
    {
      const Point *point = &points[i / 2];
      const guint sign = i % 2;
      guint8 bytes[LONGEST];
      const gsize size = read_hex (point->hex, bytes);
      g_autoptr (EVP_PKEY) key = NULL;

      bytes[size - 1] |= (guint8) (sign << 7);
      key = EVP_PKEY_new_raw_public_key_ex (NULL, point->curve, NULL, bytes, size);
      g_test_message ("%s, %s, sign %u", point->curve, point->hex, sign);
      g_assert_nonnull (key);
      g_assert_true (!point->reads || anybody_signs (key, size));
      g_assert_true (is_weak (key));
    }
}

/* Anybody could have issued it. */
static void
test_authority (void)
{
  static const guint8 one[32] = { 1 };
  g_autoptr (EVP_PKEY) good = EVP_EC_gen ("P-256");
  g_autoptr (EVP_PKEY) other = EVP_PKEY_Q_keygen (NULL, NULL, "ED25519");
  g_autoptr (EVP_PKEY) key = EVP_PKEY_new_raw_public_key_ex (NULL, "ED25519", NULL, one, sizeof one);
  g_autoptr (X509) authority = make ("Authority", "Root", key, "basicConstraints=critical,CA:TRUE", good);
  g_autoptr (X509) leaf = make ("Alice", "Authority", good, "subjectAltName=email:alice@example.org", other);
  g_autoptr (SmdPath) path = NULL;
  const ASN1_BIT_STRING *bits = NULL;
  guint8 signature[2 * LONGEST];

  X509_get0_signature (&bits, NULL, leaf);
  g_assert_true (ASN1_STRING_set ((ASN1_BIT_STRING *) bits, signature, (int) fill_signature (sizeof one, signature)));
  g_assert_cmpint (X509_verify (leaf, key), ==, 1);

  path = check (leaf, authority, good);
  g_assert_cmpuint (path->problems->len, ==, 1);
  g_assert_cmpint (((SmdProblem *) path->problems->pdata[0])->code, ==, SMIMED_PROBLEM_WEAK_KEY);
  g_assert_cmpint (((SmdProblem *) path->problems->pdata[0])->depth, ==, 1);
}

static void
test_others (void)
{
  static const char *const curves[] = { "ED25519", "ED448" };

  for (guint i = 0; i < G_N_ELEMENTS (curves); i++)
    {
      g_autoptr (EVP_PKEY) key = EVP_PKEY_Q_keygen (NULL, NULL, curves[i]);

      g_assert_false (anybody_signs (key, i == 0 ? 32 : 57));
      g_assert_false (is_weak (key));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/path-keys/every point of small order is weak, reduced or not, with either sign", test_small);
  g_test_add_func ("/path-keys/an authority with such a key is told as weak", test_authority);
  g_test_add_func ("/path-keys/keys that somebody made are not", test_others);
  return g_test_run ();
}
