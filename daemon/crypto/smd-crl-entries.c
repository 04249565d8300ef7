/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-entries.h"

#include "smd-crl-outline.h"
#include "smimed-error.h"

#define PIECE (1024 * 1024)
#define ENUMERATED 0x0au

gboolean
smd_crl_fail (const char *what, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The CRL is damaged (%s); fetch it again", what);
  return FALSE;
}

gboolean
smd_crl_entries_count (SmdSpan entries, guint64 *count, GError **error)
{
  SmdDerReader reader;

  *count = 0;
  smd_der_reader_init (&reader, entries);
  for (; smd_der_more (&reader); ++*count)
    if (!smd_der_skip_tag (&reader, SMD_DER_SEQUENCE, NULL, error))
      return FALSE;

  return TRUE;
}

void
smd_crl_entries_clear (SmdCrlEntries *self)
{
  g_clear_pointer (&self->numbers, g_hash_table_unref);
  g_clear_pointer (&self->issuers, g_ptr_array_unref);
}

/* Returns: 0 on error */
static guint16
number_of (SmdCrlEntries *self, SmdSpan name, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (name.data, name.size);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->numbers, bytes));

  if (number != 0)
    return (guint16) number;
  if (self->issuers->len >= SMD_CRL_MOST_ISSUERS)
    {
      g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED,
                   "The CRL speaks of certificates of more than %d issuers; it was not read", SMD_CRL_MOST_ISSUERS);
      return 0;
    }

  g_ptr_array_add (self->issuers, g_bytes_ref (bytes));
  g_hash_table_insert (self->numbers, g_bytes_ref (bytes), GUINT_TO_POINTER (self->issuers->len));
  return (guint16) self->issuers->len;
}

/* CertificateIssuer ::= GeneralNames: the first directoryName counts (RFC 5280 section 5.3.3). */
static gboolean
read_issuer (SmdCrlEntries *self, SmdSpan value, guint16 *issuer, GError **error)
{
  SmdDerReader reader;
  SmdSpan name;

  smd_der_reader_init (&reader, value);
  if (!smd_der_enter (&reader, SMD_DER_SEQUENCE, error))
    return FALSE;
  while (smd_der_more (&reader) && smd_der_peek (&reader) != SMD_DER_CONTEXT (4))
    if (!smd_der_skip (&reader, NULL, error))
      return FALSE;

  if (!smd_der_enter (&reader, SMD_DER_CONTEXT (4), error)
      || !smd_der_skip_tag (&reader, SMD_DER_SEQUENCE, &name, error))
    return FALSE;

  *issuer = number_of (self, name, error);
  return *issuer != 0;
}

static gboolean
read_reason (SmdCrlRecord *record, SmdSpan value, GError **error)
{
  SmdDerReader reader;
  SmdSpan content;

  smd_der_reader_init (&reader, value);
  if (!smd_der_read (&reader, ENUMERATED, &content, error))
    return FALSE;
  if (content.size != 1)
    return smd_crl_fail ("the reason of a revocation can't be read", error);

  record->reason = content.data[0];
  return TRUE;
}

/* RFC 5280 section 5.3: reasonCode, certificateIssuer; invalidityDate and holdInstructionCode don't change what an entry says. */
static gboolean
read_extension (SmdCrlEntries *self, SmdDerReader *reader, SmdCrlRecord *record, gboolean *unknown, GError **error)
{
  static const guint8 arc[] = { 0x55, 0x1d };
  SmdSpan oid, flag = SMD_SPAN_EMPTY;
  SmdDerOctets value;
  gboolean standard;

  if (!smd_der_enter (reader, SMD_DER_SEQUENCE, error) || !smd_der_read (reader, SMD_DER_OID, &oid, error))
    return FALSE;
  if (smd_der_peek (reader) == SMD_DER_BOOLEAN && !smd_der_read (reader, SMD_DER_BOOLEAN, &flag, error))
    return FALSE;
  if (!smd_der_read_octets (reader, SMD_DER_OCTET_STRING, &value, error) || !smd_der_leave (reader, error))
    return FALSE;

  standard = oid.size == 3 && memcmp (oid.data, arc, sizeof arc) == 0 && !value.segmented;
  if (standard && oid.data[2] == 21)
    return read_reason (record, value.region, error);
  if (standard && oid.data[2] == 29)
    return read_issuer (self, value.region, &record->issuer, error);
  if (!(standard && (oid.data[2] == 23 || oid.data[2] == 24)))
    *unknown |= flag.size == 1 && flag.data[0] != 0;
  return TRUE;
}

static gboolean
read_entry (SmdCrlEntries *self, SmdDerReader *reader, SmdCrlRecord *record, gboolean *unknown, GError **error)
{
  gint64 date;
  SmdSpan serial;

  if (!smd_der_enter (reader, SMD_DER_SEQUENCE, error) || !smd_der_read (reader, SMD_DER_INTEGER, &serial, error)
      || !smd_crl_read_time (reader, &date, error))
    return FALSE;
  if (!smd_crl_serial_pack (record->serial, serial))
    return smd_crl_fail ("a serial number is empty, or longer than 24 octets", error);

  record->date = (guint32) CLAMP (date, 0, (gint64) G_MAXUINT32);
  record->reason = SMD_CRL_NO_REASON;
  record->reserved = 0;
  if (smd_der_more (reader))
    {
      if (!smd_der_enter (reader, SMD_DER_SEQUENCE, error))
        return FALSE;
      while (smd_der_more (reader))
        if (!read_extension (self, reader, record, unknown, error))
          return FALSE;
      if (!smd_der_leave (reader, error))
        return FALSE;
    }

  return smd_der_leave (reader, error);
}

static gboolean
was_cancelled (GError **error)
{
  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_CANCELLED, "The import of a CRL was cancelled");
  return FALSE;
}

gboolean
smd_crl_entries_read (SmdCrlEntries *self, SmdSpan entries, SmdCrlPassed passed, gpointer data,
                      GError **error)
{
  guint64 room = self->n_records;
  const guint8 *piece = entries.data;
  guint16 issuer = 0;
  SmdDerReader reader;

  self->issuers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->numbers = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  smd_der_reader_init (&reader, entries);
  for (self->n_records = 0; self->n_records < room; self->n_records++)
    {
      SmdCrlRecord *record = &self->records[self->n_records];
      const guint8 *begin = reader.at;
      gboolean unknown = FALSE;

      /* An entry without certificateIssuer is of the same issuer as the one before (RFC 5280 section 5.3.3). */
      record->issuer = issuer;
      if (!read_entry (self, &reader, record, &unknown, error))
        return FALSE;

      issuer = record->issuer;
      if (unknown && self->unknown.size == 0)
        self->unknown = smd_span (begin, (gsize) (reader.at - begin));
      if (reader.at - piece < PIECE)
        continue;
      if (!passed (data, smd_span (piece, (gsize) (reader.at - piece))))
        return was_cancelled (error);
      piece = reader.at;
    }

  smd_crl_records_sort (self->records, (gsize) self->n_records);
  return smd_der_finish (&reader, error);
}
