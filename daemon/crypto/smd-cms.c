/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-object.h"
#include "smimed-error.h"

#define OID(octets) { (const guint8 *) (octets), sizeof (octets) - 1 }
#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define SMIME_CT "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"

static SmdCmsType
type_from_oid (SmdSpan oid)
{
  static const struct
  {
    SmdSpan oid;
    SmdCmsType type;
  } types[] = {
    { OID (PKCS7 "\x01"), SMD_CMS_DATA },
    { OID (PKCS7 "\x02"), SMD_CMS_SIGNED },
    { OID (PKCS7 "\x03"), SMD_CMS_ENVELOPED },
    { OID (SMIME_CT "\x17"), SMD_CMS_AUTH_ENVELOPED },
    { OID (SMIME_CT "\x09"), SMD_CMS_COMPRESSED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (smd_span_equal (types[i].oid, oid))
      return types[i].type;

  return SMD_CMS_OTHER;
}

/* What mail transport leaves behind: line ends only. */
static SmdSpan
without_line_ends (SmdSpan span)
{
  while (span.size > 0 && (span.data[span.size - 1] == '\n' || span.data[span.size - 1] == '\r'))
    span.size--;
  return span;
}

static gboolean
read_content (SmdCms *self, SmdDerReader *reader, GError **error)
{
  switch (self->type)
    {
    case SMD_CMS_SIGNED:
      self->signed_data = smd_signed_data_read (self->crypto, reader, error);
      return self->signed_data != NULL;
    case SMD_CMS_ENVELOPED:
    case SMD_CMS_AUTH_ENVELOPED:
      self->enveloped = smd_enveloped_data_read (reader, self->type, error);
      return self->enveloped != NULL;
    case SMD_CMS_COMPRESSED:
      self->compressed = smd_compressed_data_read (reader, error);
      return self->compressed != NULL;
    case SMD_CMS_DATA:
    case SMD_CMS_OTHER:
    default:
      return smd_der_skip (reader, NULL, error);
    }
}

/* ContentInfo, RFC 5652 section 3. @end: (out): bytes read */
static gboolean
read_content_info (SmdCms *self, SmdSpan span, gsize *end, GError **error)
{
  SmdDerReader reader;
  SmdSpan oid;

  smd_der_reader_init (&reader, span);
  if (!smd_der_enter (&reader, SMD_DER_SEQUENCE, error) || !smd_der_read (&reader, SMD_DER_OID, &oid, error)
      || !smd_der_enter (&reader, SMD_DER_CONTEXT (0), error))
    return FALSE;

  self->type = type_from_oid (oid);
  if (!read_content (self, &reader, error) || !smd_der_leave (&reader, error) || !smd_der_leave (&reader, error))
    return FALSE;

  *end = (gsize) (reader.at - reader.start);
  return TRUE;
}

SmdCms *
smd_cms_parse (SmdCrypto *crypto, SmdBlob *der, GError **error)
{
  g_autoptr (SmdCms) self = g_new0 (SmdCms, 1);
  SmdSpan span = smd_blob_get_span (der);
  gsize end = 0;

  self->crypto = smd_crypto_ref (crypto);
  self->blob = smd_blob_ref (der);
  if (!read_content_info (self, span, &end, error))
    return NULL;

  if (without_line_ends (span).size > end)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                           "There are bytes behind the end of the CMS structure; ask for it to be sent again");
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
smd_cms_free (SmdCms *self)
{
  g_clear_pointer (&self->signed_data, smd_signed_data_free);
  g_clear_pointer (&self->enveloped, smd_enveloped_data_free);
  g_clear_pointer (&self->compressed, smd_compressed_data_free);
  smd_blob_unref (self->blob);
  smd_crypto_unref (self->crypto);
  g_free (self);
}

SmdCmsType
smd_cms_get_type (SmdCms *self)
{
  return self->type;
}

gboolean
smd_cms_read_encapsulated (SmdDerReader *reader, SmdSpan *content_type, gboolean *has_content, SmdDerOctets *content,
                           GError **error)
{
  if (!smd_der_enter (reader, SMD_DER_SEQUENCE, error) || !smd_der_read (reader, SMD_DER_OID, content_type, error))
    return FALSE;

  *has_content = smd_der_more (reader);
  if (*has_content
      && (!smd_der_enter (reader, SMD_DER_CONTEXT (0), error)
          || !smd_der_read_octets (reader, SMD_DER_OCTET_STRING, content, error) || !smd_der_leave (reader, error)))
    return FALSE;
  return smd_der_leave (reader, error);
}
