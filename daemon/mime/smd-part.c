/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-part.h"

#include <string.h>

#include "smd-gmime.h"

struct _SmdPart
{
  SmdHeaderBlock *header; /* (owned) */
  GMimeContentType *type; /* (owned) (nullable) absent or ambiguous */
  SmdEncoding encoding;
  SmdPartKind kind;
};

static SmdEncoding
read_encoding (const SmdHeaderBlock *header)
{
  const SmdHeaderField *field;
  guint found = smd_header_block_find (header, "Content-Transfer-Encoding", &field);
  g_autofree char *value = found == 1 ? smd_header_field_dup_value (field) : NULL;

  if (found == 0)
    return SMD_ENCODING_IDENTITY;
  if (value == NULL)
    return SMD_ENCODING_UNKNOWN;
  switch (smd_gmime ()->content_encoding_from_string (value))
    {
    case GMIME_CONTENT_ENCODING_7BIT:
    case GMIME_CONTENT_ENCODING_8BIT:
      return SMD_ENCODING_IDENTITY;
    case GMIME_CONTENT_ENCODING_BINARY:
      return SMD_ENCODING_BINARY;
    case GMIME_CONTENT_ENCODING_BASE64:
      return SMD_ENCODING_BASE64;
    case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
      return SMD_ENCODING_QUOTED_PRINTABLE;
    default:
      return SMD_ENCODING_UNKNOWN;
    }
}

static GMimeContentType *
read_type (const SmdHeaderBlock *header)
{
  const SmdHeaderField *field;
  guint found = smd_header_block_find (header, "Content-Type", &field);
  g_autofree char *value = found == 1 ? smd_header_field_dup_value (field) : NULL;

  return value != NULL ? smd_gmime ()->content_type_parse (NULL, value) : NULL;
}

static gboolean
is_one_of (const char *text, const char *a, const char *b)
{
  return text != NULL && (g_ascii_strcasecmp (text, a) == 0 || g_ascii_strcasecmp (text, b) == 0);
}

static char *
dup_disposition_name (const SmdHeaderBlock *header)
{
  const SmdHeaderField *field;
  guint found = smd_header_block_find (header, "Content-Disposition", &field);
  g_autofree char *value = found == 1 ? smd_header_field_dup_value (field) : NULL;
  g_autoptr (GMimeContentDisposition) disposition = value != NULL ? smd_gmime ()->content_disposition_parse (NULL, value) : NULL;

  return disposition != NULL ? g_strdup (smd_gmime ()->content_disposition_get_parameter (disposition, "filename")) : NULL;
}

static SmdPartKind
judge_name (const char *name)
{
  const char *dot = name != NULL ? strrchr (name, '.') : NULL;

  if (dot == NULL)
    return SMD_PART_OTHER;
  if (is_one_of (dot, ".p7m", ".p7c") || is_one_of (dot, ".p7z", ".p7z"))
    return SMD_PART_PKCS7_MIME;
  return is_one_of (dot, ".p7s", ".p7s") ? SMD_PART_PKCS7_SIGNATURE : SMD_PART_OTHER;
}

/* RFC 8551 section 3.9: gateways that don't know the type leave the name. */
static SmdPartKind
judge_octet_stream (SmdPart *self)
{
  g_autofree char *name = smd_part_dup_parameter (self, "name");
  g_autofree char *filename = dup_disposition_name (self->header);
  SmdPartKind kind = judge_name (filename);

  return kind != SMD_PART_OTHER ? kind : judge_name (name);
}

static SmdPartKind
judge_application (SmdPart *self)
{
  const char *subtype = smd_gmime ()->content_type_get_media_subtype (self->type);

  if (is_one_of (subtype, "pkcs7-mime", "x-pkcs7-mime"))
    return SMD_PART_PKCS7_MIME;
  if (is_one_of (subtype, "pkcs7-signature", "x-pkcs7-signature"))
    return SMD_PART_PKCS7_SIGNATURE;
  return is_one_of (subtype, "octet-stream", "octet-stream") ? judge_octet_stream (self) : SMD_PART_OTHER;
}

static SmdPartKind
judge_multipart (SmdPart *self)
{
  g_autofree char *protocol = NULL;

  if (!smd_gmime ()->content_type_is_type (self->type, "multipart", "signed"))
    return SMD_PART_MULTIPART;

  protocol = smd_part_dup_parameter (self, "protocol");
  return is_one_of (protocol, "application/pkcs7-signature", "application/x-pkcs7-signature") ? SMD_PART_CLEAR_SIGNED : SMD_PART_MULTIPART;
}

static SmdPartKind
judge_kind (SmdPart *self)
{
  const char *type = self->type != NULL ? smd_gmime ()->content_type_get_media_type (self->type) : NULL;

  if (type == NULL)
    return SMD_PART_OTHER;
  if (g_ascii_strcasecmp (type, "application") == 0)
    return judge_application (self);
  if (g_ascii_strcasecmp (type, "multipart") == 0)
    return judge_multipart (self);
  if (g_ascii_strcasecmp (type, "message") == 0)
    return is_one_of (smd_gmime ()->content_type_get_media_subtype (self->type), "rfc822", "global") ? SMD_PART_MESSAGE : SMD_PART_OTHER;
  return SMD_PART_OTHER;
}

SmdPart *
smd_part_parse (SmdSpan text, GError **error)
{
  SmdHeaderBlock *header = smd_header_block_parse (text, error);
  SmdPart *self;

  if (header == NULL)
    return NULL;

  self = g_new0 (SmdPart, 1);
  self->header = header;
  self->type = read_type (header);
  self->encoding = read_encoding (header);
  self->kind = judge_kind (self);
  return self;
}

void
smd_part_free (SmdPart *self)
{
  smd_header_block_free (self->header);
  g_clear_object (&self->type);
  g_free (self);
}

const SmdHeaderBlock *
smd_part_get_header (SmdPart *self)
{
  return self->header;
}

SmdEncoding
smd_part_get_encoding (SmdPart *self)
{
  return self->encoding;
}

SmdPartKind
smd_part_get_kind (SmdPart *self)
{
  return self->kind;
}

gboolean
smd_part_is_type (SmdPart *self, const char *type, const char *subtype)
{
  if (self->type != NULL)
    return smd_gmime ()->content_type_is_type (self->type, type, subtype);
  return smd_header_block_find (self->header, "Content-Type", NULL) == 0 && is_one_of (type, "text", "text")
         && is_one_of (subtype, "plain", "*");
}

char *
smd_part_dup_parameter (SmdPart *self, const char *name)
{
  GMimeParamList *list = self->type != NULL ? smd_gmime ()->content_type_get_parameters (self->type) : NULL;
  const char *value = NULL;
  guint found = 0;

  for (int i = 0; list != NULL && i < smd_gmime ()->param_list_length (list); i++)
    {
      GMimeParam *parameter = smd_gmime ()->param_list_get_parameter_at (list, i);

      if (g_ascii_strcasecmp (smd_gmime ()->param_get_name (parameter), name) != 0)
        continue;
      value = smd_gmime ()->param_get_value (parameter);
      found++;
    }
  return found == 1 ? g_strdup (value) : NULL;
}
