/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl.h"

#include "smd-crl-object.h"
#include "smd-crl-points.h"
#include "smd-name.h"
#include "smd-openssl-error.h"

struct _SmdCrl
{
  gatomicrefcount references;
  SmdCrypto *crypto; /* (owned) a hold */
  SmdCrlIndex index; /* (owned) */
  X509_CRL *stub;    /* (owned) */
  EVP_PKEY *key;     /* (owned) */
  char *issuer;      /* (owned) */
  char *number;      /* (owned) */
  char *base;        /* (owned) (nullable) of a delta CRL */
  GArray *issuers;   /* (owned) of SmdSpan */
  GPtrArray *freshest; /* (owned) (nullable) of SmdCrlPoint */
};

X509_CRL *
smd_crl_stub_new (SmdCrypto *crypto, SmdSpan der, GError **error)
{
  g_autoptr (X509_CRL) stub = X509_CRL_new_ex (smd_crypto_get_libctx (crypto), NULL);
  const guint8 *at = der.data;

  if (stub != NULL && d2i_X509_CRL (&stub, &at, (long) der.size) != NULL && at == der.data + der.size)
    return g_steal_pointer (&stub);

  smd_openssl_fail (error, SMIMED_ERROR_MALFORMED, "The CRL's header can't be read; fetch it again");
  return NULL;
}

/* Returns: (transfer full): in hex, "" if there is none */
static char *
read_number (X509_CRL *stub, int extension)
{
  g_autoptr (ASN1_INTEGER) number = X509_CRL_get_ext_d2i (stub, extension, NULL, NULL);
  SmdSpan span = number != NULL ? smd_span (ASN1_STRING_get0_data (number), (gsize) ASN1_STRING_length (number)) : SMD_SPAN_EMPTY;

  smd_openssl_forget ();
  return smd_span_to_hex (span);
}

/* Returns: (transfer full) (nullable) */
static GPtrArray *
read_freshest (X509_CRL *stub)
{
  g_autoptr (CRL_DIST_POINTS) points = X509_CRL_get_ext_d2i (stub, NID_freshest_crl, NULL, NULL);

  return points != NULL ? smd_crl_points_read (points, X509_CRL_get_issuer (stub)) : NULL;
}

/* The names stand one after the other: SEQUENCEs whose ends their lengths tell. */
static GArray *
read_issuers (SmdSpan names)
{
  GArray *issuers = g_array_new (FALSE, FALSE, sizeof (SmdSpan));

  while (names.size > 0)
    {
      const guint8 *at = names.data;
      long size;
      int tag, class;
      SmdSpan name;

      if ((ASN1_get_object (&at, &size, &tag, &class, (long) names.size) & 0x80) != 0)
        break;
      name = smd_span_head (names, (gsize) (at - names.data) + (gsize) size);
      g_array_append_val (issuers, name);
      names = smd_span_skip (names, name.size);
    }

  return issuers;
}

static gboolean
read_index (SmdCrl *self, GError **error)
{
  SmdSpan key = self->index.parts[SMD_CRL_PART_KEY];
  const guint8 *at = key.data;

  self->stub = smd_crl_stub_new (self->crypto, self->index.parts[SMD_CRL_PART_STUB], error);
  if (self->stub == NULL)
    return FALSE;
  self->key = d2i_PUBKEY_ex (NULL, &at, (long) key.size, smd_crypto_get_libctx (self->crypto), NULL);
  if (self->key == NULL)
    return smd_openssl_fail (error, SMIMED_ERROR_MALFORMED, "The CRL index has no key; fetch the CRL again");

  X509_CRL_set_meth_data (self->stub, self);
  self->issuer = smd_name_to_text (X509_CRL_get_issuer (self->stub));
  self->number = read_number (self->stub, NID_crl_number);
  if (X509_CRL_get_ext_by_NID (self->stub, NID_delta_crl, -1) >= 0)
    self->base = read_number (self->stub, NID_delta_crl);
  self->freshest = read_freshest (self->stub);
  self->issuers = read_issuers (self->index.parts[SMD_CRL_PART_ISSUERS]);
  smd_openssl_forget ();
  return TRUE;
}

SmdCrl *
smd_crl_open (SmdCrypto *crypto, const char *path, GError **error)
{
  g_autoptr (SmdCrl) self = g_new0 (SmdCrl, 1);

  g_atomic_ref_count_init (&self->references);
  self->crypto = smd_crypto_hold (crypto);
  if (!smd_crl_index_open (&self->index, crypto, path, error) || !read_index (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

SmdCrl *
smd_crl_ref (SmdCrl *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
smd_crl_unref (SmdCrl *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  X509_CRL_free (self->stub);
  EVP_PKEY_free (self->key);
  g_clear_pointer (&self->issuers, g_array_unref);
  g_clear_pointer (&self->freshest, g_ptr_array_unref);
  g_free (self->issuer);
  g_free (self->number);
  g_free (self->base);
  smd_crl_index_close (&self->index);
  smd_crypto_release (self->crypto);
  g_free (self);
}

GPtrArray *
smd_crls_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) smd_crl_unref);
}

const char *
smd_crl_get_issuer (SmdCrl *self)
{
  return self->issuer;
}

SmdSpan
smd_crl_get_issuer_der (SmdCrl *self)
{
  const guint8 *der = NULL;
  size_t size = 0;

  if (!X509_NAME_get0_der (X509_CRL_get_issuer (self->stub), &der, &size))
    return SMD_SPAN_EMPTY;
  return smd_span (der, size);
}

gint64
smd_crl_get_this_update (SmdCrl *self)
{
  return self->index.header->this_update;
}

gint64
smd_crl_get_next_update (SmdCrl *self)
{
  return self->index.header->next_update;
}

const char *
smd_crl_get_number (SmdCrl *self)
{
  return self->number;
}

gboolean
smd_crl_is_delta (SmdCrl *self)
{
  return self->base != NULL;
}

const char *
smd_crl_get_base (SmdCrl *self)
{
  return self->base;
}

gboolean
smd_crl_is_based_before (SmdCrl *self, SmdCrl *other)
{
  return self->base != NULL && other->base != NULL && smd_crl_number_compare (self->base, other->base) < 0;
}

int
smd_crl_number_compare (const char *a, const char *b)
{
  a += strspn (a, "0");
  b += strspn (b, "0");
  return strlen (a) != strlen (b) ? (strlen (a) > strlen (b) ? 1 : -1) : strcmp (a, b);
}

gboolean
smd_crl_is_newer (SmdCrl *self, SmdCrl *other)
{
  gint64 made = smd_crl_get_this_update (self), made_other = smd_crl_get_this_update (other);

  return made != made_other ? made > made_other : smd_crl_number_compare (self->number, other->number) > 0;
}

GPtrArray *
smd_crl_get_freshest_points (SmdCrl *self)
{
  return self->freshest;
}

static void
add_to_scope (GChecksum *checksum, SmdSpan part)
{
  guint64 size = part.size;

  g_checksum_update (checksum, (const guint8 *) &size, sizeof size);
  g_checksum_update (checksum, part.data, (gssize) part.size);
}

static SmdSpan
get_distribution_point (X509_CRL *stub)
{
  int place = X509_CRL_get_ext_by_NID (stub, NID_issuing_distribution_point, -1);
  const ASN1_OCTET_STRING *value = place >= 0 ? X509_EXTENSION_get_data (X509_CRL_get_ext (stub, place)) : NULL;

  return value != NULL ? smd_span (ASN1_STRING_get0_data (value), (gsize) ASN1_STRING_length (value)) : SMD_SPAN_EMPTY;
}

char *
smd_crl_make_scope (SmdCrl *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  add_to_scope (checksum, smd_crl_get_issuer_der (self));
  add_to_scope (checksum, self->index.parts[SMD_CRL_PART_KEY]);
  add_to_scope (checksum, get_distribution_point (self->stub));
  return g_strconcat (g_checksum_get_string (checksum), self->base != NULL ? SMD_CRL_DELTA_SCOPE : NULL, NULL);
}

gboolean
smd_crl_covers (SmdCrl *self, SmdCrl *other)
{
  SmdSpan point = get_distribution_point (self->stub);

  return smd_span_equal (smd_crl_get_issuer_der (self), smd_crl_get_issuer_der (other))
         && (point.size == 0 || smd_span_equal (point, get_distribution_point (other->stub)));
}

guint32
smd_crl_hash_issuer (SmdCrypto *crypto, SmdSpan name)
{
  const guint8 *at = name.data;
  g_autoptr (X509_NAME) parsed = d2i_X509_NAME (NULL, &at, (long) name.size);
  guint32 hash = parsed != NULL ? (guint32) X509_NAME_hash_ex (parsed, smd_crypto_get_libctx (crypto), NULL, NULL) : 0;

  smd_openssl_forget ();
  return hash;
}

guint64
smd_crl_get_n_entries (SmdCrl *self)
{
  return self->index.header->n_records;
}

X509_CRL *
smd_crl_get_stub (SmdCrl *self)
{
  return self->stub;
}

EVP_PKEY *
smd_crl_get_key (SmdCrl *self)
{
  return self->key;
}

const guint8 *
smd_crl_get_identity (SmdCrl *self)
{
  return self->index.header->checksum;
}

gboolean
smd_crl_is_signed_by (SmdCrl *self, EVP_PKEY *key)
{
  gboolean same = EVP_PKEY_eq (self->key, key) == 1;

  smd_openssl_forget ();
  return same;
}

gboolean
smd_crl_is_made_by (SmdCrl *self, SmdCertificate *certificate)
{
  EVP_PKEY *key = smd_certificate_get_public_key (certificate);

  return key != NULL && smd_crl_is_signed_by (self, key);
}

static gboolean
is_name (SmdSpan der, const X509_NAME *name)
{
  const guint8 *at = der.data;
  g_autoptr (X509_NAME) other = d2i_X509_NAME (NULL, &at, (long) der.size);
  gboolean same = other != NULL && X509_NAME_cmp (other, name) == 0;

  smd_openssl_forget ();
  return same;
}

static gboolean
is_of (SmdCrl *self, const SmdCrlRecord *record, const X509_NAME *issuer)
{
  if (record->issuer == 0)
    return issuer == NULL || X509_NAME_cmp (issuer, X509_CRL_get_issuer (self->stub)) == 0;
  return issuer != NULL && record->issuer <= self->issuers->len
         && is_name (g_array_index (self->issuers, SmdSpan, record->issuer - 1), issuer);
}

const SmdCrlRecord *
smd_crl_lookup (SmdCrl *self, SmdSpan serial, const X509_NAME *issuer)
{
  guint8 packed[SMD_CRL_SERIAL_SIZE];
  const SmdCrlRecord *found = NULL;

  if (!smd_crl_serial_pack (packed, serial))
    return NULL;

  for (guint64 i = smd_crl_index_find (&self->index, packed); i < self->index.header->n_records; i++)
    {
      const SmdCrlRecord *record = &self->index.records[i];

      if (memcmp (record->serial, packed, sizeof packed) != 0)
        break;
      if (!is_of (self, record, issuer))
        continue;
      if (record->reason != SMD_CRL_REMOVE_FROM_CRL)
        return record;
      found = record;
    }

  return found;
}
