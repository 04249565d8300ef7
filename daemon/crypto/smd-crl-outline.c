/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-crl-outline.h"

#include "smd-der-writer.h"

/* Returns: -1 unless there are two digits */
static int
two_digits (const guint8 *at)
{
  return g_ascii_isdigit (at[0]) && g_ascii_isdigit (at[1]) ? (at[0] - '0') * 10 + at[1] - '0' : -1;
}

/* Days since 1970-01-01 in the Gregorian calendar; years begin in March here, so that the leap day is the last. */
static gint64
days_from_date (int year, int month, int day)
{
  int y = month <= 2 ? year - 1 : year;
  int era = y / 400;
  int year_of_era = y - era * 400;
  int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

  return (gint64) era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static gboolean
parse_time (SmdSpan text, int century, gint64 *seconds)
{
  int part[6];

  if (text.size != 13 || text.data[12] != 'Z')
    return FALSE;
  for (guint i = 0; i < 6; i++)
    part[i] = two_digits (text.data + 2 * i);
  if (century < 0)
    century = part[0] < 50 ? 20 : 19;
  if (part[0] < 0 || part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > 31 || part[3] < 0 || part[3] > 23 || part[4] < 0
      || part[4] > 59 || part[5] < 0 || part[5] > 60)
    return FALSE;

  *seconds = days_from_date (century * 100 + part[0], part[1], part[2]) * 86400 + part[3] * 3600 + part[4] * 60 + part[5];
  return TRUE;
}

gboolean
smd_crl_read_time (SmdDerReader *reader, gint64 *seconds, GError **error)
{
  gboolean generalized = smd_der_peek (reader) == SMD_DER_GENERALIZED_TIME;
  SmdSpan text;
  int century = -1;

  if (!smd_der_read (reader, generalized ? SMD_DER_GENERALIZED_TIME : SMD_DER_UTC_TIME, &text, error))
    return FALSE;
  if (generalized)
    {
      century = text.size > 2 ? two_digits (text.data) : -1;
      if (century < 0)
        return smd_crl_fail ("a date can't be read", error);
      text = smd_span_skip (text, 2);
    }

  return parse_time (text, century, seconds) || smd_crl_fail ("a date can't be read", error);
}

static gboolean
read_next_update (SmdCrlOutline *self, SmdDerReader *reader, GError **error)
{
  guint tag = smd_der_peek (reader);

  return (tag != SMD_DER_UTC_TIME && tag != SMD_DER_GENERALIZED_TIME)
         || smd_crl_read_time (reader, &self->next_update, error);
}

/* revokedCertificates and crlExtensions */
static gboolean
read_rest (SmdCrlOutline *self, SmdDerReader *reader, GError **error)
{
  SmdSpan whole;
  SmdDerReader inner;

  if (smd_der_peek (reader) == SMD_DER_SEQUENCE)
    {
      if (!smd_der_skip (reader, &whole, error))
        return FALSE;
      smd_der_reader_init (&inner, whole);
      if (!smd_der_enter (&inner, SMD_DER_SEQUENCE, error))
        return FALSE;
      self->entries = smd_span_skip (whole, (gsize) (inner.at - whole.data));
    }

  return smd_der_peek (reader) != SMD_DER_CONTEXT (0) || smd_der_skip (reader, &self->extensions, error);
}

static gboolean
read_tbs (SmdCrlOutline *self, SmdCmsAlgorithm *algorithm, GError **error)
{
  SmdDerReader reader;
  const guint8 *begin;
  SmdSpan version;

  smd_der_reader_init (&reader, self->tbs);
  if (!smd_der_enter (&reader, SMD_DER_SEQUENCE, error))
    return FALSE;

  begin = reader.at;
  if (smd_der_peek (&reader) == SMD_DER_INTEGER && !smd_der_read (&reader, SMD_DER_INTEGER, &version, error))
    return FALSE;
  if (!smd_cms_algorithm_read (algorithm, &reader, SMD_DER_SEQUENCE, error)
      || !smd_der_skip_tag (&reader, SMD_DER_SEQUENCE, &self->issuer, error)
      || !smd_crl_read_time (&reader, &self->this_update, error) || !read_next_update (self, &reader, error))
    return FALSE;

  self->head = smd_span (begin, (gsize) (reader.at - begin));
  return read_rest (self, &reader, error) && smd_der_leave (&reader, error) && smd_der_finish (&reader, error);
}

static gboolean
read_list (SmdCrlOutline *self, SmdDerReader *reader, GError **error)
{
  const guint8 *begin;
  SmdSpan bits;

  if (!smd_der_enter (reader, SMD_DER_SEQUENCE, error)
      || !smd_der_skip_tag (reader, SMD_DER_SEQUENCE, &self->tbs, error)
      || !smd_cms_algorithm_read (&self->algorithm, reader, SMD_DER_SEQUENCE, error))
    return FALSE;

  begin = reader->at;
  if (!smd_der_read (reader, SMD_DER_BIT_STRING, &bits, error))
    return FALSE;
  if (bits.size < 1 || bits.data[0] != 0)
    return smd_crl_fail ("its signature is not one", error);

  self->signature_value = smd_span (begin, (gsize) (reader->at - begin));
  self->signature = smd_span_skip (bits, 1);
  return smd_der_leave (reader, error) && smd_der_finish (reader, error);
}

/* Indefinite lengths have no place in what is signed (X.690 section 10.1); in revokedCertificates they would confuse its end. */
static gboolean
has_indefinite_length (SmdSpan element)
{
  return element.size >= 2 && element.data[1] == 0x80;
}

gboolean
smd_crl_outline_read (SmdCrlOutline *self, SmdSpan der, GError **error)
{
  SmdCmsAlgorithm inner;
  SmdDerReader reader;

  memset (self, 0, sizeof *self);
  smd_der_reader_init (&reader, der);
  if (has_indefinite_length (der))
    return smd_crl_fail ("it is not in DER", error);
  if (!read_list (self, &reader, error))
    return FALSE;
  if (has_indefinite_length (self->tbs))
    return smd_crl_fail ("it is not in DER", error);
  if (!read_tbs (self, &inner, error))
    return FALSE;

  return smd_span_equal (inner.whole, self->algorithm.whole)
         || smd_crl_fail ("it names two signature algorithms: RFC 5280 section 5.1.1.2", error);
}

GBytes *
smd_crl_outline_make_stub (const SmdCrlOutline *self, SmdSpan entry)
{
  static const char revoked[] = "\x30\x12\x02\x01\x00\x17\x0d"
                                "700101000000Z";
  static const char removed[] = "\x30\x20\x02\x01\x01\x17\x0d"
                                "700101000000Z"
                                "\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01\x08";
  SmdDerWriter *writer = smd_der_writer_new ();
  gsize list = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  gsize tbs = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  gsize entries;

  smd_der_writer_add_der (writer, self->head);
  entries = smd_der_writer_begin (writer, SMD_TAG_SEQUENCE);
  smd_der_writer_add_der (writer, smd_span (revoked, sizeof revoked - 1));
  smd_der_writer_add_der (writer, smd_span (removed, sizeof removed - 1));
  smd_der_writer_add_der (writer, entry);
  smd_der_writer_end (writer, entries);
  smd_der_writer_add_der (writer, self->extensions);
  smd_der_writer_end (writer, tbs);
  smd_der_writer_add_der (writer, self->algorithm.whole);
  smd_der_writer_add_der (writer, self->signature_value);
  smd_der_writer_end (writer, list);
  return smd_der_writer_free_to_bytes (writer);
}
