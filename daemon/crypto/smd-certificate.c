/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-certificate.h"

#include <time.h>

#include "smd-form.h"
#include "smd-cache.h"
#include "smd-certificate-addresses.h"
#include "smd-certificate-sources.h"
#include "smd-certificate-usage.h"
#include "smd-key-type.h"
#include "smd-limits.h"
#include "smd-name.h"
#include "smd-openssl-error.h"
#include "smd-openssl.h"

struct _SmdCertificate
{
  gatomicrefcount references;
  SmdCrypto *crypto;         /* (owned) a hold */
  X509 *x509;                /* (owned) */
  EVP_PKEY *public_key;      /* (unowned) (nullable) inside x509 */
  GBytes *der;               /* (owned) */
  char *fingerprint;         /* (owned) */
  char *key_fingerprint;     /* (owned) */
  char *subject;             /* (owned) */
  char *issuer;              /* (owned) */
  char *common_name;         /* (owned) (nullable) */
  char *serial_hex;          /* (owned) */
  GBytes *serial;            /* (owned) */
  char **addresses;          /* (owned) */
  char *key_algorithm;       /* (owned) */
  SmdCertificateUsage usage;
  SmdCertificateSources sources;
  guint8 computed_key_id[20];
  SmdSpan key_id; /* inside x509 */
  gint64 not_before;
  gint64 not_after;
  SmdKeyType key_type;
  guint key_bits;
  gboolean ca;
  gboolean self_signed;
  SmdForm form;
};

static gboolean
read_time (const ASN1_TIME *time, gint64 *seconds)
{
  struct tm tm;

  if (time == NULL || !ASN1_TIME_to_tm (time, &tm))
    return FALSE;
  *seconds = timegm (&tm);
  return TRUE;
}

/* The content octets are taken from the encoding: OpenSSL keeps the magnitude only. */
static void
read_serial (SmdCertificate *self)
{
  const ASN1_INTEGER *serial = X509_get0_serialNumber (self->x509);
  g_autofree char *hex = NULL;
  unsigned char *der = NULL;
  const unsigned char *at;
  int size = i2d_ASN1_INTEGER (serial, &der);
  long content = 0;
  int tag, class;

  at = der;
  if (size > 0)
    ASN1_get_object (&at, &content, &tag, &class, size);
  self->serial = g_bytes_new (at, (gsize) content);
  OPENSSL_free (der);

  hex = smd_span_to_hex (smd_span (ASN1_STRING_get0_data (serial), (gsize) ASN1_STRING_length (serial)));
  self->serial_hex = g_strconcat (ASN1_STRING_type (serial) == V_ASN1_NEG_INTEGER ? "-" : "", hex, NULL);
}

static void
read_key (SmdCertificate *self)
{
  const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr (self->x509);
  unsigned char *der = NULL;
  int size = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (self->x509), &der);

  self->key_fingerprint = smd_crypto_fingerprint (self->crypto, smd_span (der, (gsize) MAX (size, 0)));
  OPENSSL_free (der);
  smd_crypto_sha1 (self->crypto, smd_span (ASN1_STRING_get0_data (bits), (gsize) ASN1_STRING_length (bits)),
                   self->computed_key_id);

  /* NULL for a key that OpenSSL doesn't know: such a certificate can be shown, but not used. */
  self->public_key = X509_get0_pubkey (self->x509);
  self->key_type = smd_key_type_of (self->public_key);
  self->key_algorithm = smd_key_type_to_algorithm (self->key_type, self->public_key);
  if (self->public_key != NULL)
    self->key_bits = (guint) MAX (EVP_PKEY_get_bits (self->public_key), 0);
}

static void
read_key_id (SmdCertificate *self)
{
  const ASN1_OCTET_STRING *id = X509_get0_subject_key_id (self->x509);

  if (id != NULL)
    self->key_id = smd_span (ASN1_STRING_get0_data (id), (gsize) ASN1_STRING_length (id));
}

static gboolean
read_fields (SmdCertificate *self, GError **error)
{
  if (!read_time (X509_get0_notBefore (self->x509), &self->not_before) ||
      !read_time (X509_get0_notAfter (self->x509), &self->not_after))
    return smd_openssl_fail (error, SMIMED_ERROR_MALFORMED,
                             "The certificate's period of validity can't be read: ask its owner for another one");

  /* Computes and keeps what OpenSSL would otherwise compute at first use, in whichever thread that is. Contradictory
   * extensions are no reason to refuse: path validation says what is wrong with them. */
  X509_check_purpose (self->x509, -1, 0);
  self->subject = smd_name_to_text (X509_get_subject_name (self->x509));
  self->issuer = smd_name_to_text (X509_get_issuer_name (self->x509));
  self->common_name = smd_name_get_common_name (X509_get_subject_name (self->x509));
  self->addresses = smd_certificate_addresses_read (self->x509);
  read_serial (self);
  read_key (self);
  read_key_id (self);
  smd_certificate_usage_read (&self->usage, self->x509);
  smd_certificate_sources_read (&self->sources, self->x509);
  self->ca = (X509_get_extension_flags (self->x509) & EXFLAG_CA) && X509_get_version (self->x509) == X509_VERSION_3;
  self->self_signed = X509_self_signed (self->x509, 1) == 1;
  smd_openssl_forget ();
  return TRUE;
}

static SmdCertificate *
certificate_read (SmdCrypto *crypto, SmdSpan der, GError **error)
{
  g_autoptr (SmdCertificate) self = g_new0 (SmdCertificate, 1);
  const guint8 *at;

  g_atomic_ref_count_init (&self->references);
  self->crypto = smd_crypto_hold (crypto);
  self->der = g_bytes_new (der.data, der.size);
  at = g_bytes_get_data (self->der, NULL);
  self->x509 = X509_new_ex (smd_crypto_get_libctx (crypto), NULL);
  if (self->x509 == NULL || d2i_X509 (&self->x509, &at, (long) der.size) == NULL)
    {
      smd_openssl_fail (error, SMIMED_ERROR_MALFORMED,
                        "The certificate can't be read: it is damaged, or it isn't one; ask its owner for it again");
      return NULL;
    }
  if (at != smd_span_bytes (self->der).data + der.size)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                           "There are other bytes behind the certificate: pass exactly one certificate in DER");
      return NULL;
    }
  if (!read_fields (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

SmdCertificate *
smd_certificate_new (SmdCrypto *crypto, SmdSpan der, GError **error)
{
  SmdCache *cache = smd_crypto_get_cache (crypto, SMD_CRYPTO_CACHE_CERTIFICATES, (SmdCacheRef) smd_certificate_ref,
                                          (GDestroyNotify) smd_certificate_unref);
  g_autoptr (SmdCertificate) self = NULL;
  guint8 hash[SMD_CACHE_HASH_SIZE];

  if (der.size == 0 || der.size > SMD_LIMIT_CERTIFICATE)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                   "The certificate is %s: pass one certificate in DER, of at most %d kB",
                   der.size == 0 ? "empty" : "too large", SMD_LIMIT_CERTIFICATE / 1024);
      return NULL;
    }
  smd_crypto_sha256 (crypto, der, hash);
  self = smd_cache_get (cache, hash);
  if (self != NULL)
    return g_steal_pointer (&self);

  self = certificate_read (crypto, der, error);
  if (self == NULL)
    return NULL;
  self->fingerprint = smd_span_to_hex (smd_span (hash, sizeof hash));
  smd_cache_add (cache, hash, self);
  return g_steal_pointer (&self);
}

SmdCertificate *
smd_certificate_ref (SmdCertificate *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_certificate_unref (SmdCertificate *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  smd_form_clear (&self->form);
  X509_free (self->x509);
  g_clear_pointer (&self->der, g_bytes_unref);
  g_clear_pointer (&self->serial, g_bytes_unref);
  g_free (self->fingerprint);
  g_free (self->key_fingerprint);
  g_free (self->subject);
  g_free (self->issuer);
  g_free (self->common_name);
  g_free (self->serial_hex);
  g_strfreev (self->addresses);
  g_free (self->key_algorithm);
  smd_certificate_usage_clear (&self->usage);
  smd_certificate_sources_clear (&self->sources);
  smd_crypto_release (self->crypto);
  g_free (self);
}

gpointer
smd_certificate_keep_form (SmdCertificate *self, gpointer form, GDestroyNotify free_form)
{
  return smd_form_keep (&self->form, form, free_form);
}

gpointer
smd_certificate_get_form (SmdCertificate *self)
{
  return smd_form_get (&self->form);
}

GPtrArray *
smd_certificates_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) smd_certificate_unref);
}

gboolean
smd_certificates_add (GPtrArray *certificates, SmdCertificate *certificate)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      SmdCertificate *other = certificates->pdata[i];

      /* The cache may have dropped one of two equal certificates: compare what they are. */
      if (other == certificate || g_str_equal (other->fingerprint, certificate->fingerprint))
        return FALSE;
    }
  g_ptr_array_add (certificates, smd_certificate_ref (certificate));
  return TRUE;
}

SmdSpan
smd_certificate_get_der (SmdCertificate *self)
{
  return smd_span_bytes (self->der);
}

const char *
smd_certificate_get_fingerprint (SmdCertificate *self)
{
  return self->fingerprint;
}

const char *
smd_certificate_get_subject (SmdCertificate *self)
{
  return self->subject;
}

const char *
smd_certificate_get_issuer (SmdCertificate *self)
{
  return self->issuer;
}

static SmdSpan
name_der (const X509_NAME *name)
{
  const unsigned char *der = NULL;
  size_t size = 0;

  if (!X509_NAME_get0_der (name, &der, &size))
    return SMD_SPAN_EMPTY;
  return smd_span (der, size);
}

SmdSpan
smd_certificate_get_subject_der (SmdCertificate *self)
{
  return name_der (X509_get_subject_name (self->x509));
}

SmdSpan
smd_certificate_get_issuer_der (SmdCertificate *self)
{
  return name_der (X509_get_issuer_name (self->x509));
}

gboolean
smd_certificate_is_named (SmdCertificate *self, SmdSpan name)
{
  const guint8 *at = name.data;
  g_autoptr (X509_NAME) other = NULL;

  if (smd_span_equal (smd_certificate_get_subject_der (self), name))
    return TRUE;

  other = d2i_X509_NAME (NULL, &at, (long) name.size);
  smd_openssl_forget ();
  return other != NULL && X509_NAME_cmp (X509_get_subject_name (self->x509), other) == 0;
}

gboolean
smd_certificate_is_issuer_name_of (SmdCertificate *self, SmdCertificate *child)
{
  return X509_NAME_cmp (X509_get_subject_name (self->x509), X509_get_issuer_name (child->x509)) == 0;
}

SmdSpan
smd_certificate_get_serial (SmdCertificate *self)
{
  return smd_span_bytes (self->serial);
}

const char *
smd_certificate_get_serial_hex (SmdCertificate *self)
{
  return self->serial_hex;
}

SmdSpan
smd_certificate_get_key_id (SmdCertificate *self)
{
  return self->key_id;
}

SmdSpan
smd_certificate_get_computed_key_id (SmdCertificate *self)
{
  return smd_span (self->computed_key_id, sizeof self->computed_key_id);
}

const char *
smd_certificate_get_key_fingerprint (SmdCertificate *self)
{
  return self->key_fingerprint;
}

const char *const *
smd_certificate_get_addresses (SmdCertificate *self)
{
  return (const char *const *) self->addresses;
}

const char *
smd_certificate_get_common_name (SmdCertificate *self)
{
  return self->common_name;
}

gint64
smd_certificate_get_not_before (SmdCertificate *self)
{
  return self->not_before;
}

gint64
smd_certificate_get_not_after (SmdCertificate *self)
{
  return self->not_after;
}

SmdKeyType
smd_certificate_get_key_type (SmdCertificate *self)
{
  return self->key_type;
}

const char *
smd_certificate_get_key_algorithm (SmdCertificate *self)
{
  return self->key_algorithm;
}

guint
smd_certificate_get_key_bits (SmdCertificate *self)
{
  return self->key_bits;
}

guint
smd_certificate_get_key_usage (SmdCertificate *self)
{
  return self->usage.key_usage;
}

gboolean
smd_certificate_has_key_usage (SmdCertificate *self)
{
  return self->usage.has_key_usage;
}

const char *const *
smd_certificate_get_key_usage_words (SmdCertificate *self)
{
  return (const char *const *) self->usage.key_usage_words;
}

const char *const *
smd_certificate_get_extended_key_usage (SmdCertificate *self)
{
  return (const char *const *) self->usage.extended_key_usage;
}

gboolean
smd_certificate_permits (SmdCertificate *self, SmdUsage usage)
{
  return smd_certificate_usage_permits (&self->usage, self->key_type, usage);
}

gboolean
smd_certificate_is_ca (SmdCertificate *self)
{
  return self->ca;
}

gboolean
smd_certificate_is_self_signed (SmdCertificate *self)
{
  return self->self_signed;
}

gboolean
smd_certificate_is_signed_by (SmdCertificate *self, SmdCertificate *issuer)
{
  gboolean is_signed = issuer->public_key != NULL && X509_verify (self->x509, issuer->public_key) == 1;

  smd_openssl_forget ();
  return is_signed;
}

X509 *
smd_certificate_get_x509 (SmdCertificate *self)
{
  return self->x509;
}

EVP_PKEY *
smd_certificate_get_public_key (SmdCertificate *self)
{
  return self->public_key;
}

const SmdCertificateSources *
smd_certificate_get_sources (SmdCertificate *self)
{
  return &self->sources;
}
