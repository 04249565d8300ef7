/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-cms-text.h"

#include <string.h>

#include "smd-base64.h"
#include "smd-gmime.h"
#include "smimed-error.h"

#define SEQUENCE 0x30

static gboolean
write_quoted_printable (SmdSpan text, SmdOutput *output, GError **error)
{
  guint8 *out = smd_output_reserve (output, text.size, error);
  GMimeEncoding state;

  if (out == NULL)
    return FALSE;

  smd_gmime ()->encoding_init_decode (&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  smd_output_advance (output, smd_gmime ()->encoding_step (&state, (const char *) text.data, text.size, (char *) out));
  return TRUE;
}

gboolean
smd_cms_text_write (SmdSpan text, SmdEncoding encoding, SmdOutput *output, GError **error)
{
  switch (encoding)
    {
    case SMD_ENCODING_BASE64:
      return smd_base64_decode (text, output, error);
    case SMD_ENCODING_QUOTED_PRINTABLE:
      return write_quoted_printable (text, output, error);
    case SMD_ENCODING_IDENTITY:
    case SMD_ENCODING_BINARY:
      return smd_output_write (output, text, error);
    case SMD_ENCODING_UNKNOWN:
    default:
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                           "The Content-Transfer-Encoding of the S/MIME part is none of those that exist, or is given twice");
      return FALSE;
    }
}

static gboolean
check_filled (gsize size, GError **error)
{
  if (size == 0)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The S/MIME part is empty");
  return size > 0;
}

/* Base64 shrinks: what is decoded fits in the place of the text that it was decoded from, always behind the reader. */
static SmdBlob *
decode_in_place (SmdBlob *parent, guint8 *place, SmdSpan text, GError **error)
{
  g_autoptr (SmdOutput) output = smd_output_new_over (place, text.size);

  if (!smd_base64_decode (text, output, error) || !check_filled (smd_output_get_size (output), error))
    return NULL;
  return smd_blob_new_part (parent, smd_output_get_span (output));
}

SmdBlob *
smd_cms_text_decode (SmdBlob *parent, SmdSpan text, SmdEncoding encoding, gsize limit, GError **error)
{
  g_autoptr (SmdOutput) output = NULL;

  gboolean plain = encoding == SMD_ENCODING_IDENTITY || encoding == SMD_ENCODING_BINARY;

  /* 0x30 is the character 0, too; but base64 that starts with it can't hold a SEQUENCE. */
  if (plain && text.size > 0 && text.data[0] == SEQUENCE)
    return smd_blob_new_part (parent, text);

  if (plain)
    encoding = SMD_ENCODING_BASE64;
  if (encoding == SMD_ENCODING_BASE64 && text.size <= limit && smd_blob_get_writable (parent, text) != NULL)
    return decode_in_place (parent, smd_blob_get_writable (parent, text), text, error);

  output = smd_output_new_sized ("smimed-cms", text.size, limit, error);
  if (output == NULL || !smd_cms_text_write (text, encoding, output, error)
      || !check_filled (smd_output_get_size (output), error))
    return NULL;
  return smd_output_seal (g_steal_pointer (&output), error);
}

/* What stands between the lines of a PEM file (RFC 7468); @text itself if it isn't one */
static gboolean
unwrap_pem (SmdSpan *text, GError **error)
{
  static const char begin[] = "-----BEGIN ";
  static const char end[] = "-----END ";
  const guint8 *start = memmem (text->data, MIN (text->size, 4096), begin, strlen (begin));
  const guint8 *line_end;
  const guint8 *stop;

  if (start == NULL)
    return TRUE;

  *text = smd_span_skip (*text, (gsize) (start - text->data));
  line_end = memchr (text->data, '\n', text->size);
  stop = memmem (text->data, text->size, end, strlen (end));
  if (line_end == NULL || stop == NULL || stop < line_end)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The PEM text has no line that begins with -----END");
      return FALSE;
    }

  *text = smd_span (line_end + 1, (gsize) (stop - line_end) - 1);
  return TRUE;
}

SmdBlob *
smd_cms_decode_bare (SmdBlob *blob, gsize limit, GError **error)
{
  SmdSpan text = smd_blob_get_span (blob);

  if (text.size == 0)
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The CMS object is empty");
      return NULL;
    }

  if (text.data[0] != SEQUENCE && !unwrap_pem (&text, error))
    return NULL;
  return smd_cms_text_decode (blob, text, SMD_ENCODING_IDENTITY, limit, error);
}
