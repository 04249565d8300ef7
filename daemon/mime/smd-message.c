/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-message.h"

#include "smd-cms-text.h"
#include "smd-envelope.h"
#include "smd-message-parts.h"
#include "smd-multipart.h"
#include "smimed-error.h"

struct _SmdMessage
{
  SmdBlob *blob;    /* (owned) */
  SmdPart *part;    /* (owned) */
  char **from;      /* (owned) */
  char **sender;    /* (owned) */
  gint64 date;
  SmdRoot root;
  SmdSpan signed_entity;
  SmdSpan cms; /* as it is encoded */
  SmdEncoding cms_encoding;
};

/* A missing close delimiter is accepted: the first part's end is known, and a signature that was cut off doesn't parse. */
static gboolean
find_signed_parts (SmdMessage *self)
{
  g_autofree char *boundary = smd_part_dup_parameter (self->part, "boundary");
  g_autoptr (SmdMultipart) multipart = NULL;
  g_autoptr (SmdPart) signature = NULL;

  if (boundary == NULL || *boundary == '\0')
    return FALSE;

  multipart = smd_multipart_split (smd_part_get_header (self->part)->body, boundary, 3);
  if (multipart->parts->len != 2)
    return FALSE;

  signature = smd_part_parse (smd_multipart_get (multipart, 1), NULL);
  if (signature == NULL || smd_part_get_kind (signature) != SMD_PART_PKCS7_SIGNATURE)
    return FALSE;

  self->signed_entity = smd_multipart_get (multipart, 0);
  self->cms = smd_part_get_header (signature)->body;
  self->cms_encoding = smd_part_get_encoding (signature);
  return TRUE;
}

static SmdRoot
detect_root (SmdMessage *self)
{
  SmdPartKind kind = smd_part_get_kind (self->part);

  if (kind == SMD_PART_CLEAR_SIGNED)
    return find_signed_parts (self) ? SMD_ROOT_CLEAR_SIGNED : SMD_ROOT_NONE;
  if (kind != SMD_PART_PKCS7_MIME)
    return SMD_ROOT_NONE;

  self->cms = smd_part_get_header (self->part)->body;
  self->cms_encoding = smd_part_get_encoding (self->part);
  return SMD_ROOT_PKCS7;
}

SmdMessage *
smd_message_parse (SmdBlob *blob, GError **error)
{
  SmdPart *part = smd_part_parse (smd_blob_get_span (blob), error);
  SmdMessage *self;

  if (part == NULL)
    return NULL;

  self = g_new0 (SmdMessage, 1);
  self->blob = smd_blob_ref (blob);
  self->part = part;
  self->from = smd_envelope_read_addresses (smd_part_get_header (part), "From");
  self->sender = smd_envelope_read_addresses (smd_part_get_header (part), "Sender");
  self->date = smd_envelope_read_date (smd_part_get_header (part));
  self->root = detect_root (self);
  return self;
}

void
smd_message_free (SmdMessage *self)
{
  smd_part_free (self->part);
  smd_blob_unref (self->blob);
  g_strfreev (self->from);
  g_strfreev (self->sender);
  g_free (self);
}

SmdBlob *
smd_message_get_blob (SmdMessage *self)
{
  return self->blob;
}

SmdPart *
smd_message_get_part (SmdMessage *self)
{
  return self->part;
}

SmdRoot
smd_message_get_root (SmdMessage *self)
{
  return self->root;
}

const char *const *
smd_message_get_from (SmdMessage *self)
{
  return (const char *const *) self->from;
}

gboolean
smd_message_has_from (SmdMessage *self)
{
  const SmdHeaderField *field;

  return smd_header_block_find (smd_part_get_header (self->part), "From", &field) > 0;
}

const char *const *
smd_message_get_sender (SmdMessage *self)
{
  return (const char *const *) self->sender;
}

gint64
smd_message_get_date (SmdMessage *self)
{
  return self->date;
}

SmdSpan
smd_message_get_signed_entity (SmdMessage *self)
{
  return self->signed_entity;
}

SmdBlob *
smd_message_decode_cms (SmdMessage *self, gsize limit, GError **error)
{
  if (self->root != SMD_ROOT_NONE)
    return smd_cms_text_decode (self->blob, self->cms, self->cms_encoding, limit, error);

  if (smd_part_get_kind (self->part) == SMD_PART_CLEAR_SIGNED)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                         "The message says that it is signed, but doesn't consist of exactly two parts, the second a signature");
  else
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_PROTECTED, "There is no S/MIME layer at the root of the message");
  return NULL;
}
