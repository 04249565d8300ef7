/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-pbe.h"

#include "smd-limits.h"
#include "smd-openssl-error.h"

#define MAX_FORMS 3

struct _SmdPbe
{
  SmdCrypto *crypto;           /* (unowned) */
  SmdSecret *forms[MAX_FORMS]; /* (owned) (nullable) NULL: no password at all */
  SmdSecret *wide;             /* (owned) (nullable) as a BMPString, NULL if it can't be one */
  guint n_forms;
  guint preferred;
  gint64 iterations_left;
  gboolean opened;
};

/* OpenSSL before 1.1 widened each octet of the UTF-8 to a BMPString's character: the same as the BMPString of these
 * octets read as Latin-1. */
static SmdSecret *
widened (SmdSpan password)
{
  SmdSecret *secret = smd_secret_new (password.size * 2);
  guint8 *at = smd_secret_get_data (secret);

  for (gsize i = 0; i < password.size; i++)
    at += g_unichar_to_utf8 (password.data[i], (char *) at);
  smd_secret_truncate (secret, (gsize) (at - smd_secret_get_data (secret)));
  return secret;
}

/* Old NSS gave the BMPString of PKCS#12 to PBES2 too, where RFC 7292 wants UTF-8. */
static SmdSecret *
bmp_string (SmdSpan password)
{
  unsigned char *bmp = NULL;
  int size = 0;
  SmdSecret *secret;

  if (OPENSSL_utf82uni ((const char *) password.data, (int) password.size, &bmp, &size) == NULL)
    return NULL;
  secret = smd_secret_new_copy (smd_span (bmp, (gsize) size));
  OPENSSL_clear_free (bmp, (gsize) size);
  return secret;
}

static gboolean
is_ascii (SmdSpan span)
{
  for (gsize i = 0; i < span.size; i++)
    if (span.data[i] >= 0x80)
      return FALSE;
  return TRUE;
}

SmdPbe *
smd_pbe_new (SmdCrypto *crypto, SmdSpan password)
{
  SmdPbe *self = g_new0 (SmdPbe, 1);

  self->crypto = crypto;
  self->iterations_left = SMD_LIMIT_PKCS12_ITERATIONS;
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  self->iterations_left = 10000;
#endif
  /* RFC 7292 appendix B.1 ends a BMPString with two zero octets, so that an empty password isn't none. */
  self->forms[self->n_forms++] = smd_secret_new_copy (password);
  if (password.size == 0)
    self->forms[self->n_forms++] = NULL;
  else if (!is_ascii (password))
    self->forms[self->n_forms++] = widened (password);
  if (password.size > 0)
    self->wide = bmp_string (password);
  smd_openssl_forget ();
  return self;
}

void
smd_pbe_free (SmdPbe *self)
{
  for (guint i = 0; i < MAX_FORMS; i++)
    g_clear_pointer (&self->forms[i], smd_secret_unref);
  g_clear_pointer (&self->wide, smd_secret_unref);
  g_free (self);
}

SmdCrypto *
smd_pbe_get_crypto (SmdPbe *self)
{
  return self->crypto;
}

guint
smd_pbe_get_n_forms (SmdPbe *self)
{
  return self->n_forms;
}

SmdSpan
smd_pbe_get_form (SmdPbe *self, guint index)
{
  return self->forms[index] != NULL ? smd_secret_get_span (self->forms[index]) : SMD_SPAN_EMPTY;
}

void
smd_pbe_prefer_form (SmdPbe *self, guint index)
{
  self->preferred = index;
}

gboolean
smd_pbe_charge (SmdPbe *self, gint64 iterations, GError **error)
{
  if (iterations < 1)
    return smd_openssl_fail (error, SMIMED_ERROR_MALFORMED,
                             "The PKCS#12 file is damaged (a number of iterations below 1): export it anew");
  if (iterations > self->iterations_left)
    return smd_openssl_fail (error, SMIMED_ERROR_LIMIT_EXCEEDED,
                             "The PKCS#12 file asks for more than %d iterations: export it anew with fewer",
                             SMD_LIMIT_PKCS12_ITERATIONS);
  self->iterations_left -= iterations;
  return TRUE;
}

/* What an encryption's parameters ask for. */
typedef struct
{
  int cipher; /* NID */
  gint64 iterations;
} Demand;

static gboolean
damaged (GError **error)
{
  return smd_openssl_fail (error, SMIMED_ERROR_MALFORMED,
                           "The PKCS#12 file is damaged (the parameters of its encryption): export it anew");
}

gboolean
smd_pbe_refuse (const ASN1_OBJECT *algorithm, const char *how, const char *instead, GError **error)
{
  char text[80];

  OBJ_obj2txt (text, sizeof text, algorithm, 0);
  smd_openssl_forget ();
  return smd_openssl_fail (error, SMIMED_ERROR_LEGACY_ALGORITHM,
                           "The PKCS#12 file is %s with %s, which is not available: export it anew with %s", how, text, instead);
}

static gboolean
unknown (const ASN1_OBJECT *algorithm, GError **error)
{
  return smd_pbe_refuse (algorithm, "encrypted", "AES-256", error);
}

static gint64
number (const ASN1_INTEGER *integer)
{
  gint64 value = -1;

  if (integer == NULL || !ASN1_INTEGER_get_int64 (&value, integer))
    return -1;
  return value;
}

static gboolean
demand_of_pbes1 (const ASN1_TYPE *parameter, Demand *demand, GError **error)
{
  PBEPARAM *parameters = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (PBEPARAM), parameter);

  if (parameters == NULL)
    return damaged (error);
  demand->iterations = number (parameters->iter);
  PBEPARAM_free (parameters);
  return TRUE;
}

static gboolean
demand_of_pbkdf2 (SmdPbe *self, const ASN1_TYPE *parameter, Demand *demand, GError **error)
{
  PBKDF2PARAM *parameters = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (PBKDF2PARAM), parameter);
  int digest = NID_sha1; /* the default of RFC 8018 appendix A.2 */
  gboolean ok = TRUE;

  if (parameters == NULL)
    return damaged (error);
  demand->iterations = number (parameters->iter);
  if (parameters->prf != NULL)
    {
      if (!EVP_PBE_find (EVP_PBE_TYPE_PRF, OBJ_obj2nid (parameters->prf->algorithm), NULL, &digest, NULL) ||
          smd_crypto_get_digest (self->crypto, OBJ_nid2sn (digest)) == NULL)
        ok = unknown (parameters->prf->algorithm, error);
    }
  PBKDF2PARAM_free (parameters);
  return ok;
}

/* Its cost grows with N, r and p alike (RFC 7914 section 2), each step of it about as dear as one iteration of PBKDF2. OpenSSL bounds
 * only the memory, which leaves hours of work. */
static gboolean
demand_of_scrypt (const ASN1_TYPE *parameter, Demand *demand, GError **error)
{
  SCRYPT_PARAMS *parameters = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (SCRYPT_PARAMS), parameter);
  gint64 factors[3];

  if (parameters == NULL)
    return damaged (error);
  factors[0] = number (parameters->costParameter);
  factors[1] = number (parameters->blockSize);
  factors[2] = number (parameters->parallelizationParameter);
  SCRYPT_PARAMS_free (parameters);

  demand->iterations = 1;
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    {
      if (factors[i] < 1)
        return damaged (error);
      demand->iterations = factors[i] > G_MAXINT64 / demand->iterations ? G_MAXINT64 : demand->iterations * factors[i];
    }
  return TRUE;
}

static gboolean
demand_of_pbes2 (SmdPbe *self, const ASN1_TYPE *parameter, Demand *demand, GError **error)
{
  PBE2PARAM *parameters = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (PBE2PARAM), parameter);
  int function;
  gboolean ok = TRUE;

  if (parameters == NULL)
    return damaged (error);
  function = OBJ_obj2nid (parameters->keyfunc->algorithm);
  demand->cipher = OBJ_obj2nid (parameters->encryption->algorithm);
  if (demand->cipher == NID_undef)
    ok = unknown (parameters->encryption->algorithm, error);
  else if (function == NID_id_pbkdf2)
    ok = demand_of_pbkdf2 (self, parameters->keyfunc->parameter, demand, error);
  else if (function == NID_id_scrypt)
    ok = demand_of_scrypt (parameters->keyfunc->parameter, demand, error);
  else
    ok = unknown (parameters->keyfunc->algorithm, error);
  PBE2PARAM_free (parameters);
  return ok;
}

static gboolean
read_demand (SmdPbe *self, const X509_ALGOR *algorithm, Demand *demand, GError **error)
{
  int scheme = OBJ_obj2nid (algorithm->algorithm);

  if (scheme == NID_pbes2)
    return demand_of_pbes2 (self, algorithm->parameter, demand, error);
  if (scheme == NID_undef || !EVP_PBE_find (EVP_PBE_TYPE_OUTER, scheme, &demand->cipher, NULL, NULL))
    return unknown (algorithm->algorithm, error);
  return demand_of_pbes1 (algorithm->parameter, demand, error);
}

/* The context that has the cipher: the legacy one for these alone. */
static OSSL_LIB_CTX *
choose_context (SmdPbe *self, int cipher, GError **error)
{
  static const int legacy[] = { NID_rc2_cbc, NID_rc2_40_cbc, NID_rc2_64_cbc, NID_rc4, NID_rc4_40, NID_des_cbc };

  for (guint i = 0; i < G_N_ELEMENTS (legacy); i++)
    if (legacy[i] == cipher)
      return smd_crypto_get_legacy_libctx (self->crypto, error);
  return smd_crypto_get_libctx (self->crypto);
}

static gboolean
has_cipher (OSSL_LIB_CTX *libctx, int nid)
{
  g_autoptr (EVP_CIPHER) cipher = EVP_CIPHER_fetch (libctx, OBJ_nid2sn (nid), NULL);

  smd_openssl_forget ();
  return cipher != NULL;
}

/* Whether @span is one DER element and nothing else: what decryption with a wrong key hardly ever gives. */
static gboolean
is_element (SmdSpan span)
{
  const guint8 *at = span.data;
  long size = 0;
  int tag, class, form;

  if (span.size == 0)
    return FALSE;
  form = ASN1_get_object (&at, &size, &tag, &class, (long) span.size);
  if ((form & 0x80) != 0 || tag != V_ASN1_SEQUENCE)
    return FALSE;
  return (form & 1) != 0 || (gsize) (at - span.data) + (gsize) size == span.size;
}

static SmdSecret *
run_cipher (EVP_CIPHER_CTX *context, SmdSpan encrypted)
{
  g_autoptr (SmdSecret) plain = smd_secret_new (encrypted.size + EVP_MAX_BLOCK_LENGTH);
  guint8 *out = smd_secret_get_data (plain);
  int size = 0, rest = 0;

  if (!EVP_DecryptUpdate (context, out, &size, encrypted.data, (int) encrypted.size) ||
      !EVP_DecryptFinal_ex (context, out + size, &rest))
    return NULL;
  smd_secret_truncate (plain, (gsize) (size + rest));
  return is_element (smd_secret_get_span (plain)) ? g_steal_pointer (&plain) : NULL;
}

static SmdSecret *
try_form (OSSL_LIB_CTX *libctx, const X509_ALGOR *algorithm, SmdSpan password, SmdSpan encrypted, GError **error)
{
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  SmdSecret *plain;

  if (!EVP_PBE_CipherInit_ex (algorithm->algorithm, (const char *) password.data, (int) password.size,
                              algorithm->parameter, context, 0, libctx, NULL))
    {
      damaged (error);
      return NULL;
    }
  plain = run_cipher (context, encrypted);
  smd_openssl_forget ();
  if (plain == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_WRONG_PASSWORD,
                         "The password does not open the PKCS#12 file: try another one");
  return plain;
}

/* The password as the @index-th attempt has it: the form that fits the MAC first, old NSS's last. */
static SmdSpan
attempt_form (SmdPbe *self, guint index)
{
  if (index == self->n_forms)
    return smd_secret_get_span (self->wide);
  return smd_pbe_get_form (self, (self->preferred + index) % self->n_forms);
}

static SmdSecret *
try_forms (SmdPbe *self, OSSL_LIB_CTX *libctx, const X509_ALGOR *algorithm, gint64 iterations, SmdSpan encrypted,
           GError **error)
{
  gboolean pbes2 = OBJ_obj2nid (algorithm->algorithm) == NID_pbes2;
  guint attempts = self->n_forms + (pbes2 && self->wide != NULL ? 1 : 0);

  for (guint i = 0; i < attempts; i++)
    {
      g_autoptr (GError) refused = NULL;
      SmdSecret *plain;

      if (!smd_pbe_charge (self, iterations, error))
        return NULL;
      plain = try_form (libctx, algorithm, attempt_form (self, i), encrypted, &refused);
      self->opened = self->opened || plain != NULL;
      if (plain != NULL)
        return plain;
      if (i + 1 == attempts || !g_error_matches (refused, SMIMED_ERROR, SMIMED_ERROR_WRONG_PASSWORD))
        {
          g_propagate_error (error, g_steal_pointer (&refused));
          return NULL;
        }
    }
  return NULL;
}

gboolean
smd_pbe_has_opened (SmdPbe *self)
{
  return self->opened;
}

SmdSecret *
smd_pbe_decrypt (SmdPbe *self, const X509_ALGOR *algorithm, SmdSpan encrypted, GError **error)
{
  Demand demand = { NID_undef, -1 };
  OSSL_LIB_CTX *libctx;

  if (!read_demand (self, algorithm, &demand, error))
    return NULL;
  libctx = choose_context (self, demand.cipher, error);
  if (libctx == NULL)
    return NULL;
  if (has_cipher (libctx, demand.cipher))
    return try_forms (self, libctx, algorithm, demand.iterations, encrypted, error);
  (void) unknown (algorithm->algorithm, error);
  return NULL;
}
