/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-rsa-parameters.h"

#include "smd-cms-algorithm.h"
#include "smimed-error.h"

static gboolean
not_supported (GError **error, const char *what)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
               "The message uses RSA with %s that this program doesn't know; ask for other settings", what);
  return FALSE;
}

static gboolean
find_hash (const SmdDigestAlgorithm **hash, SmdSpan oid, GError **error)
{
  *hash = smd_algorithm_find_digest (oid);
  return *hash != NULL || not_supported (error, "a hash function");
}

/* Whether there is a parameter with the explicit tag @number; it is then entered. */
static gboolean
has (SmdDerReader *reader, guint number, gboolean *present, GError **error)
{
  *present = smd_der_peek (reader) == SMD_DER_CONTEXT (number);
  return !*present || smd_der_enter (reader, SMD_DER_CONTEXT (number), error);
}

static gboolean
read_hash (SmdRsaParameters *self, SmdDerReader *reader, GError **error)
{
  SmdCmsAlgorithm algorithm;
  gboolean present;

  self->hash = smd_algorithm_get_digest ("sha-1");
  if (!has (reader, 0, &present, error))
    return FALSE;
  return !present
         || (smd_cms_algorithm_read (&algorithm, reader, SMD_DER_SEQUENCE, error) && smd_der_leave (reader, error)
             && find_hash (&self->hash, algorithm.oid, error));
}

static gboolean
read_mgf (SmdRsaParameters *self, SmdDerReader *reader, GError **error)
{
  SmdCmsAlgorithm function, hash;
  gboolean present;

  self->mgf_hash = smd_algorithm_get_digest ("sha-1");
  if (!has (reader, 1, &present, error))
    return FALSE;
  if (!present)
    return TRUE;
  if (!smd_cms_algorithm_read (&function, reader, SMD_DER_SEQUENCE, error) || !smd_der_leave (reader, error))
    return FALSE;
  if (!smd_algorithm_is_mgf1 (function.oid))
    return not_supported (error, "a mask function");
  return smd_cms_algorithm_parse (&hash, function.parameters, error) && find_hash (&self->mgf_hash, hash.oid, error);
}

static gboolean
read_number (SmdDerReader *reader, guint number, guint *value, GError **error)
{
  gboolean present;
  SmdSpan digits;

  if (!has (reader, number, &present, error))
    return FALSE;
  if (!present)
    return TRUE;
  if (!smd_der_read (reader, SMD_DER_INTEGER, &digits, error) || !smd_der_leave (reader, error))
    return FALSE;
  if (digits.size == 0 || digits.size > 3 || digits.data[0] >= 0x80)
    return not_supported (error, "a number");

  *value = 0;
  for (gsize i = 0; i < digits.size; i++)
    *value = *value << 8 | digits.data[i];
  return TRUE;
}

static gboolean
read_label (SmdRsaParameters *self, SmdDerReader *reader, GError **error)
{
  SmdCmsAlgorithm source;
  gboolean present;
  SmdDerReader inner;

  if (!has (reader, 2, &present, error))
    return FALSE;
  if (!present)
    return TRUE;
  if (!smd_cms_algorithm_read (&source, reader, SMD_DER_SEQUENCE, error) || !smd_der_leave (reader, error))
    return FALSE;
  if (!smd_algorithm_is_p_specified (source.oid))
    return not_supported (error, "a label source");

  smd_der_reader_init (&inner, source.parameters);
  return smd_der_read (&inner, SMD_DER_OCTET_STRING, &self->label, error);
}

/* No parameters, and NULL in their place, mean the defaults. */
static gboolean
begin (SmdRsaParameters *self, SmdDerReader *reader, SmdSpan parameters, GError **error)
{
  static const guint8 empty_sequence[] = { 0x30, 0x00 };
  gboolean absent = parameters.size == 0 || parameters.data[0] == SMD_DER_NULL;

  memset (self, 0, sizeof *self);
  smd_der_reader_init (reader, absent ? smd_span (empty_sequence, sizeof empty_sequence) : parameters);
  return smd_der_enter (reader, SMD_DER_SEQUENCE, error);
}

gboolean
smd_rsa_parameters_read_pss (SmdRsaParameters *self, SmdSpan parameters, GError **error)
{
  SmdDerReader reader;
  guint trailer = 1;

  if (!begin (self, &reader, parameters, error))
    return FALSE;

  self->salt = 20;
  if (!read_hash (self, &reader, error) || !read_mgf (self, &reader, error)
      || !read_number (&reader, 2, &self->salt, error) || !read_number (&reader, 3, &trailer, error)
      || !smd_der_leave (&reader, error))
    return FALSE;

  return trailer == 1 || not_supported (error, "a trailer");
}

gboolean
smd_rsa_parameters_read_oaep (SmdRsaParameters *self, SmdSpan parameters, GError **error)
{
  SmdDerReader reader;

  return begin (self, &reader, parameters, error) && read_hash (self, &reader, error) && read_mgf (self, &reader, error)
         && read_label (self, &reader, error) && smd_der_leave (&reader, error);
}
