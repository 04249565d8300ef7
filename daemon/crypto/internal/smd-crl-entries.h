/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "smd-span.h"

G_BEGIN_DECLS

#define SMD_CRL_SERIAL_SIZE 24
#define SMD_CRL_MOST_ISSUERS 0xffff
#define SMD_CRL_NO_REASON 0xff
#define SMD_CRL_REMOVE_FROM_CRL 8

/**
 * SmdCrlRecord:
 * @serial: two's complement, big-endian, extended by its sign
 * @issuer: 0: the CRL's issuer; else the number of a name that a certificateIssuer extension gave
 * @date: of the revocation, in seconds since 1970 UTC (up to the year 2106)
 *
 * One entry as it lies in the index, in the order of serial and issuer.
 */
typedef struct
{
  guint8 serial[SMD_CRL_SERIAL_SIZE];
  guint32 date;
  guint16 issuer;
  guint8 reason;
  guint8 reserved;
} SmdCrlRecord;

G_STATIC_ASSERT (sizeof (SmdCrlRecord) == 32);

/* The CRL is damaged: @what is wrong with it. Returns: FALSE with `Malformed`, to be returned */
gboolean smd_crl_fail (const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: FALSE if @content (contents of an INTEGER) is longer than records can hold */
gboolean smd_crl_serial_pack (guint8 serial[SMD_CRL_SERIAL_SIZE], SmdSpan content);

/* Called with each piece that has been gone over. Returns: FALSE: it is cancelled */
typedef gboolean (*SmdCrlPassed) (gpointer data, SmdSpan piece);

/* Counts the elements. On error `Malformed` */
gboolean smd_crl_entries_count (SmdSpan entries, guint64 *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * SmdCrlEntries:
 * @records: (unowned): room for all
 * @issuers: (owned): DER names, the first one is number 1
 * @unknown: the first entry with a critical extension that isn't known; empty if there is none
 */
typedef struct
{
  SmdCrlRecord *records; /* (unowned) */
  guint64 n_records;
  GPtrArray *issuers;  /* (owned) of GBytes */
  GHashTable *numbers; /* (owned) name -> number */
  SmdSpan unknown;
} SmdCrlEntries;

void smd_crl_entries_clear (SmdCrlEntries *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmdCrlEntries, smd_crl_entries_clear)

/**
 * smd_crl_entries_read:
 *
 * Reads and sorts the entries. On error `Malformed`, `LimitExceeded`, `Cancelled`
 */
gboolean smd_crl_entries_read (SmdCrlEntries *self, SmdSpan entries, SmdCrlPassed passed, gpointer data,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sorts by serial, then by issuer, in place. */
void smd_crl_records_sort (SmdCrlRecord *records, gsize count);

G_END_DECLS
