/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-crl-entries.h"
#include "smd-openssl.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_CRL_PART_STUB,    /* smd_crl_outline_make_stub() */
  SMD_CRL_PART_KEY,     /* SubjectPublicKeyInfo of the key that made the signature */
  SMD_CRL_PART_ISSUERS, /* names of certificateIssuer extensions, one after the other */
  SMD_CRL_N_PARTS,
} SmdCrlPart;

/**
 * SmdCrlHeader:
 * @checksum: SHA-256 of the header with zeroes in this place, of all records and of all parts
 *
 * How an index file begins; then records, then parts. The file is for this machine: numbers are in its byte order.
 */
typedef struct
{
  guint8 magic[8];
  guint32 byte_order;
  guint32 record_size;
  guint64 n_records;
  gint64 this_update;
  gint64 next_update;
  guint64 part_sizes[SMD_CRL_N_PARTS];
  guint8 checksum[32];
} SmdCrlHeader;

/* Records follow, aligned. */
G_STATIC_ASSERT (sizeof (SmdCrlHeader) == 3 * sizeof (SmdCrlRecord));

/* ---- writing ---- */

typedef struct _SmdCrlIndexWriter SmdCrlIndexWriter;

/* Reserves the room on the disk that @n_records need. On error `Failed` */
SmdCrlIndexWriter *smd_crl_index_writer_new (const char *path, guint64 n_records, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Where the records go */
SmdCrlRecord *smd_crl_index_writer_get_records (SmdCrlIndexWriter *self);
/* Writes header and parts, syncs, renames. @header: dates and number of records are filled in. */
gboolean smd_crl_index_writer_finish (SmdCrlIndexWriter *self, SmdCrypto *crypto, SmdCrlHeader *header,
                                      const SmdSpan parts[SMD_CRL_N_PARTS], GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Removes what hasn't been finished. */
void smd_crl_index_writer_free (SmdCrlIndexWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCrlIndexWriter, smd_crl_index_writer_free)

/* ---- reading ---- */

typedef struct
{
  GMappedFile *mapping;        /* (owned) (nullable) */
  const SmdCrlHeader *header;  /* (unowned) in @mapping, like all that follows */
  const SmdCrlRecord *records; /* (unowned) */
  SmdSpan parts[SMD_CRL_N_PARTS];
} SmdCrlIndex;

/* On error `Malformed`, `NotFound` */
gboolean smd_crl_index_open (SmdCrlIndex *self, SmdCrypto *crypto, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_crl_index_close (SmdCrlIndex *self);

/* Returns: the place of the first record with this serial number or, if there is none, of one with another (or the number of records) */
guint64 smd_crl_index_find (const SmdCrlIndex *self, const guint8 serial[SMD_CRL_SERIAL_SIZE]);

G_END_DECLS
