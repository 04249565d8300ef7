/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-index.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smd-crl-index-format.h"
#include "smimed-error.h"

gboolean
smd_crl_index_checksum (SmdCrypto *crypto, const SmdCrlHeader *header, const SmdSpan parts[SMD_CRL_N_PARTS],
                        guint8 checksum[32])
{
  g_autoptr (EVP_MD_CTX) hash = EVP_MD_CTX_new ();
  SmdCrlHeader blank = *header;

  memset (blank.checksum, 0, sizeof blank.checksum);
  if (hash == NULL || !EVP_DigestInit_ex2 (hash, smd_crypto_get_digest (crypto, "SHA256"), NULL))
    return FALSE;

  EVP_DigestUpdate (hash, &blank, sizeof blank);
  for (guint i = 0; i < SMD_CRL_N_PARTS; i++)
    EVP_DigestUpdate (hash, parts[i].data, parts[i].size);
  return EVP_DigestFinal_ex (hash, checksum, NULL) == 1;
}

static gboolean
map (SmdCrlIndex *self, int fd)
{
  struct stat status;

  if (fstat (fd, &status) < 0 || !S_ISREG (status.st_mode) || status.st_size < (off_t) sizeof (SmdCrlHeader))
    return FALSE;

  self->size = (gsize) status.st_size;
  self->mapping = mmap (NULL, self->size, PROT_READ, MAP_SHARED, fd, 0);
  if (self->mapping != MAP_FAILED)
    return TRUE;

  self->mapping = NULL;
  return FALSE;
}

/* Whether the sizes fit the file */
static gboolean
divide (SmdCrlIndex *self)
{
  const SmdCrlHeader *header = self->header;
  SmdSpan rest = smd_span_skip (smd_span (self->mapping, self->size), sizeof *header);

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

  self->header = self->mapping;
  return divide (self) && smd_crl_index_checksum (crypto, self->header, self->parts, checksum)
         && memcmp (checksum, self->header->checksum, sizeof checksum) == 0;
}

gboolean
smd_crl_index_open (SmdCrlIndex *self, SmdCrypto *crypto, const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean good;

  memset (self, 0, sizeof *self);
  if (fd < 0)
    {
      g_set_error (error, SMIMED_ERROR, errno == ENOENT ? SMIMED_ERROR_NOT_FOUND : SMIMED_ERROR_FAILED,
                   "Can't open the CRL index %s: %s; fetch the CRL again", path, g_strerror (errno));
      return FALSE;
    }

  good = map (self, fd) && check (self, crypto);
  close (fd);
  if (good)
    return TRUE;

  smd_crl_index_close (self);
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The CRL index %s is damaged; fetch the CRL again", path);
  return FALSE;
}

void
smd_crl_index_close (SmdCrlIndex *self)
{
  if (self->mapping != NULL)
    munmap (self->mapping, self->size);
  self->mapping = NULL;
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
