/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-object.h"
#include "smd-crl-outline.h"
#include "smd-openssl-error.h"

/* Seconds that a CRL without a number may last: ten years, for those who make one for as long as they can */
#define LONGEST_UNNUMBERED (G_GINT64_CONSTANT (3660) * 86400)

typedef struct
{
  SmdCrypto *crypto;         /* (unowned) */
  SmdBlob *file;             /* (unowned) */
  SmdCrl *previous;          /* (unowned) (nullable) */
  GCancellable *cancellable; /* (unowned) (nullable) */
  SmdCrlOutline outline;
  gint64 next_update; /* as far as it counts */
  EVP_PKEY *key; /* (unowned) (nullable) that made the signature: of one of the issuers, or of @previous */
} Import;

/* Pages that have been gone over needn't stay in memory. */
static gboolean
passed (gpointer data, SmdSpan piece)
{
  Import *self = data;

  smd_blob_forget_pages (self->file, piece);
  return !g_cancellable_is_cancelled (self->cancellable);
}

static gboolean
has_key_id (SmdCertificate *certificate, const AUTHORITY_KEYID *id)
{
  SmdSpan own = smd_certificate_get_key_id (certificate);

  return id != NULL && id->keyid != NULL
         && smd_span_equal (own, smd_span (ASN1_STRING_get0_data (id->keyid), (gsize) ASN1_STRING_length (id->keyid)));
}

/* Those with the issuer's name, the ones with the right key identifier first. */
static GPtrArray *
find_signers (X509_CRL *stub, GPtrArray *issuers)
{
  AUTHORITY_KEYID *id = X509_CRL_get_ext_d2i (stub, NID_authority_key_identifier, NULL, NULL);
  GPtrArray *signers = smd_certificates_new ();

  for (guint i = 0; i < issuers->len; i++)
    {
      SmdCertificate *issuer = issuers->pdata[i];

      if (X509_NAME_cmp (X509_get_subject_name (smd_certificate_get_x509 (issuer)), X509_CRL_get_issuer (stub)) != 0)
        continue;
      g_ptr_array_insert (signers, has_key_id (issuer, id) ? 0 : -1, smd_certificate_ref (issuer));
    }

  AUTHORITY_KEYID_free (id);
  smd_openssl_forget ();
  return signers;
}

static gboolean
cancelled (Import *self, GError **error)
{
  if (!g_cancellable_is_cancelled (self->cancellable))
    return FALSE;

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The import of a CRL was cancelled");
  return TRUE;
}

static gboolean
try_signers (Import *self, GPtrArray *signers, GError **error)
{
  g_autoptr (GHashTable) tried = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < signers->len; i++)
    {
      EVP_PKEY *key = smd_certificate_get_public_key (signers->pdata[i]);

      /* Renewed and cross-certificates have one key. */
      if (!g_hash_table_add (tried, (gpointer) smd_certificate_get_key_fingerprint (signers->pdata[i])))
        continue;
      if (key != NULL && smd_crl_signature_verify (self->crypto, &self->outline, key, passed, self))
        {
          self->key = key;
          return TRUE;
        }
      if (cancelled (self, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_next (Import *self, X509_CRL *stub)
{
  return self->previous != NULL
         && X509_NAME_cmp (X509_CRL_get_issuer (smd_crl_get_stub (self->previous)), X509_CRL_get_issuer (stub)) == 0;
}

static gboolean
try_previous (Import *self, GError **error)
{
  EVP_PKEY *key = smd_crl_get_key (self->previous);

  if (self->key == NULL && smd_crl_signature_verify (self->crypto, &self->outline, key, passed, self))
    self->key = key;
  return !cancelled (self, error);
}

/*
 * RFC 5280 section 5.2.3 demands a number, but those of version 1 have no place for it, and `openssl ca` writes it only when it is told to.
 * Which of two is newer is told by their times, so it isn't missed; for centuries, though, neither tells that one is out of date.
 */
static gboolean
weigh_number (Import *self, X509_CRL *stub, GError **error)
{
  gboolean numbered = X509_CRL_get_ext_by_NID (stub, NID_crl_number, -1) >= 0;

  self->next_update = self->outline.next_update;
  if (!numbered && self->outline.next_update - self->outline.this_update > LONGEST_UNNUMBERED)
    self->next_update = 0;
  if (numbered || X509_CRL_get_ext_by_NID (stub, NID_delta_crl, -1) < 0)
    return TRUE;

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                       "The delta CRL has no number (RFC 5280 section 5.2.3), so that nothing tells which CRL it changes; its issuer has to add one");
  return FALSE;
}

static gboolean
find_key (Import *self, GPtrArray *issuers, GError **error)
{
  g_autoptr (GBytes) der = smd_crl_outline_make_stub (&self->outline, SMD_SPAN_EMPTY);
  g_autoptr (X509_CRL) stub = smd_crl_stub_new (self->crypto, smd_span_bytes (der), error);
  g_autoptr (GPtrArray) signers = stub != NULL ? find_signers (stub, issuers) : NULL;

  if (signers == NULL || !weigh_number (self, stub, error))
    return FALSE;
  if (signers->len == 0 && !is_next (self, stub))
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_FOUND,
                           "The certificate of the CRL's issuer is not known; import it");
      return FALSE;
    }
  if (!try_signers (self, signers, error) || (is_next (self, stub) && !try_previous (self, error)))
    return FALSE;
  if (self->key == NULL)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CERTIFICATE_INVALID,
                         "The CRL's signature is not its issuer's, or rests on an outdated digest; the CRL was not used");
  return self->key != NULL;
}

static GBytes *
join (GPtrArray *names)
{
  GByteArray *joined = g_byte_array_new ();

  for (guint i = 0; i < names->len; i++)
    {
      SmdSpan name = smd_span_bytes (names->pdata[i]);

      g_byte_array_append (joined, name.data, (guint) name.size);
    }

  return g_byte_array_free_to_bytes (joined);
}

static gboolean
finish (Import *self, SmdCrlIndexWriter *writer, SmdCrlEntries *entries, GError **error)
{
  SmdCrlHeader header = { .n_records = entries->n_records,
                          .this_update = self->outline.this_update,
                          .next_update = self->next_update };
  g_autoptr (GBytes) stub = smd_crl_outline_make_stub (&self->outline, entries->unknown);
  g_autoptr (GBytes) issuers = join (entries->issuers);
  guint8 *key = NULL;
  int key_size = i2d_PUBKEY (self->key, &key);
  const SmdSpan parts[SMD_CRL_N_PARTS] = { smd_span_bytes (stub), smd_span (key, (gsize) MAX (key_size, 0)), smd_span_bytes (issuers) };
  gboolean good = smd_crl_index_writer_finish (writer, self->crypto, &header, parts, error);

  OPENSSL_free (key);
  smd_openssl_forget ();
  return good;
}

static gboolean
write_index (Import *self, const char *path, GError **error)
{
  g_auto (SmdCrlEntries) entries = { 0 };
  g_autoptr (SmdCrlIndexWriter) writer = NULL;

  if (!smd_crl_entries_count (self->outline.entries, &entries.n_records, error))
    return FALSE;
  passed (self, self->outline.entries);
  writer = smd_crl_index_writer_new (path, entries.n_records, error);
  if (writer == NULL)
    return FALSE;

  entries.records = smd_crl_index_writer_get_records (writer);
  return smd_crl_entries_read (&entries, self->outline.entries, passed, self, error)
         && finish (self, writer, &entries, error);
}

SmdCrl *
smd_crl_import (SmdCrypto *crypto, SmdBlob *file, GPtrArray *issuers, SmdCrl *previous, const char *path,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (SmdBlob) der = smd_crl_file_to_der (file, error);
  Import self = { .crypto = crypto, .file = der, .previous = previous, .cancellable = cancellable };

  if (der == NULL || cancelled (&self, error))
    return NULL;
  if (!smd_crl_outline_read (&self.outline, smd_blob_get_span (der), error) || !find_key (&self, issuers, error)
      || !write_index (&self, path, error))
    return NULL;

  return smd_crl_open (crypto, path, error);
}
