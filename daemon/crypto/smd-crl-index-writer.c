/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-index-format.h"
#include "smd-crl-index.h"
#include "smd-mapped-writer.h"
#include "smimed-error.h"

struct _SmdCrlIndexWriter
{
  SmdMappedWriter *file; /* (owned) */
};

SmdCrlIndexWriter *
smd_crl_index_writer_new (const char *path, guint64 n_records, GError **error)
{
  gsize size = sizeof (SmdCrlHeader) + (gsize) n_records * sizeof (SmdCrlRecord);
  SmdMappedWriter *file = smd_mapped_writer_new (path, size, error);
  SmdCrlIndexWriter *self = file != NULL ? g_new0 (SmdCrlIndexWriter, 1) : NULL;

  if (self != NULL)
    self->file = file;
  return self;
}

SmdCrlRecord *
smd_crl_index_writer_get_records (SmdCrlIndexWriter *self)
{
  return (SmdCrlRecord *) (smd_mapped_writer_get_data (self->file) + sizeof (SmdCrlHeader));
}

gboolean
smd_crl_index_writer_finish (SmdCrlIndexWriter *self, SmdCrypto *crypto, SmdCrlHeader *header,
                             const SmdSpan parts[SMD_CRL_N_PARTS], GError **error)
{
  memcpy (header->magic, SMD_CRL_INDEX_MAGIC, sizeof header->magic);
  header->byte_order = SMD_CRL_INDEX_BYTE_ORDER;
  header->record_size = sizeof (SmdCrlRecord);
  for (guint i = 0; i < SMD_CRL_N_PARTS; i++)
    header->part_sizes[i] = parts[i].size;
  if (smd_crl_index_checksum (crypto, header, smd_crl_index_writer_get_records (self), parts, header->checksum))
    return smd_mapped_writer_finish (self->file, smd_span (header, sizeof *header), parts, SMD_CRL_N_PARTS, error);

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_FAILED, "The checksum of a CRL index can't be computed; try again");
  return FALSE;
}

void
smd_crl_index_writer_free (SmdCrlIndexWriter *self)
{
  smd_mapped_writer_free (self->file);
  g_free (self);
}
