/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-index.h"

#include <sys/mman.h>

#include "smd-crl-index-format.h"
#include "smimed-error.h"

gboolean
smd_crl_index_checksum (SmdCrypto *crypto, const SmdCrlHeader *header, const SmdCrlRecord *records,
                        const SmdSpan parts[SMD_CRL_N_PARTS], guint8 checksum[32])
{
  g_autoptr (EVP_MD_CTX) hash = EVP_MD_CTX_new ();
  SmdCrlHeader blank = *header;

  memset (blank.checksum, 0, sizeof blank.checksum);
  if (hash == NULL || !EVP_DigestInit_ex2 (hash, smd_crypto_get_digest (crypto, "SHA256"), NULL))
    return FALSE;

  EVP_DigestUpdate (hash, &blank, sizeof blank);
  EVP_DigestUpdate (hash, records, (gsize) header->n_records * sizeof *records);
  for (guint i = 0; i < SMD_CRL_N_PARTS; i++)
    EVP_DigestUpdate (hash, parts[i].data, parts[i].size);
  return EVP_DigestFinal_ex (hash, checksum, NULL) == 1;
}

static SmdSpan
whole (const SmdCrlIndex *self)
{
  return smd_span (g_mapped_file_get_contents (self->mapping), g_mapped_file_get_length (self->mapping));
}

/* Whether the sizes fit the file */
static gboolean
divide (SmdCrlIndex *self)
{
  const SmdCrlHeader *header = self->header;
  SmdSpan rest = smd_span_skip (whole (self), sizeof *header);

  if (memcmp (header->magic, SMD_CRL_INDEX_MAGIC, sizeof header->magic) != 0
      || header->byte_order != SMD_CRL_INDEX_BYTE_ORDER || header->record_size != sizeof (SmdCrlRecord)
      || header->n_records > rest.size / sizeof (SmdCrlRecord))
    return FALSE;

  self->records = (const SmdCrlRecord *) (self->header + 1);
  rest = smd_span_skip (rest, (gsize) header->n_records * sizeof (SmdCrlRecord));
  for (guint i = 0; i < SMD_CRL_N_PARTS; i++)
    {
      if (header->part_sizes[i] > rest.size)
        return FALSE;
      self->parts[i] = smd_span_head (rest, (gsize) header->part_sizes[i]);
      rest = smd_span_skip (rest, (gsize) header->part_sizes[i]);
    }

  return rest.size == 0;
}

static gboolean
check (SmdCrlIndex *self, SmdCrypto *crypto)
{
  guint8 checksum[32];

  if (whole (self).size < sizeof (SmdCrlHeader))
    return FALSE;

  self->header = (const SmdCrlHeader *) whole (self).data;
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  return divide (self);
#endif
  return divide (self) && smd_crl_index_checksum (crypto, self->header, self->records, self->parts, checksum)
         && memcmp (checksum, self->header->checksum, sizeof checksum) == 0;
}

gboolean
smd_crl_index_open (SmdCrlIndex *self, SmdCrypto *crypto, const char *path, GError **error)
{
  g_autoptr (GError) reason = NULL;

  memset (self, 0, sizeof *self);
  self->mapping = g_mapped_file_new (path, FALSE, &reason);
  if (self->mapping == NULL)
    {
      g_set_error (error, SMIMED_ERROR,
                   g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? SMIMED_ERROR_NOT_FOUND : SMIMED_ERROR_FAILED,
                   "The CRL index can't be opened: %s; fetch the CRL again", reason->message);
      return FALSE;
    }
  if (check (self, crypto))
    {
      /* All of it was read, of which a look-up needs little. */
      madvise (g_mapped_file_get_contents (self->mapping), g_mapped_file_get_length (self->mapping), MADV_DONTNEED);
      return TRUE;
    }

  smd_crl_index_close (self);
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The CRL index %s is damaged; fetch the CRL again", path);
  return FALSE;
}

void
smd_crl_index_close (SmdCrlIndex *self)
{
  g_clear_pointer (&self->mapping, g_mapped_file_unref);
}

guint64
smd_crl_index_find (const SmdCrlIndex *self, const guint8 serial[SMD_CRL_SERIAL_SIZE])
{
  guint64 low = 0;
  guint64 high = self->header->n_records;

  while (low < high)
    {
      guint64 middle = low + (high - low) / 2;

      if (memcmp (self->records[middle].serial, serial, SMD_CRL_SERIAL_SIZE) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}
