/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-recode.h"

#include <string.h>

#include "smd-base64.h"
#include "smd-cms-text.h"
#include "smd-lines.h"
#include "smd-multipart.h"
#include "smd-quoted-printable.h"
#include "smd-recode-field.h"

#define DEEPEST 16
/* Base64 takes 1.37 octets for one, quoted-printable 3 for each that it escapes. */
#define WORTH_BASE64(size, high) ((high) > (size) / 5)

/* What stays the same for all parts */
typedef struct
{
  SmdOutput *output; /* (unowned) */
  gsize limit;
} Recode;

static gboolean write_part (const Recode *self, SmdPart *part, SmdRecodeFilter filter, guint depth, GError **error);

static gboolean
put (const Recode *self, const char *text, GError **error)
{
  return smd_output_write (self->output, smd_span_string (text), error);
}

static gboolean
write_fields (const Recode *self, SmdPart *part, SmdRecodeFilter filter, gboolean with_encoding, GError **error)
{
  const SmdHeaderBlock *header = smd_part_get_header (part);

  for (guint i = 0; i < header->fields->len; i++)
    {
      const SmdHeaderField *field = smd_header_block_get (header, i);

      if ((!with_encoding && smd_header_field_is (field, "Content-Transfer-Encoding")) || (filter != NULL && !filter (field)))
        continue;
      if (!smd_recode_field_write (field, self->output, error))
        return FALSE;
    }
  return TRUE;
}

/* The header block with @encoding (nullable) for its transfer encoding, and the empty line */
static gboolean
write_head (const Recode *self, SmdPart *part, SmdRecodeFilter filter, const char *encoding, GError **error)
{
  if (!write_fields (self, part, filter, FALSE, error))
    return FALSE;
  if (encoding == NULL)
    return put (self, "\r\n", error);
  return put (self, "Content-Transfer-Encoding: ", error) && put (self, encoding, error) && put (self, "\r\n\r\n", error);
}

static gboolean
write_unchanged (const Recode *self, SmdPart *part, SmdRecodeFilter filter, GError **error)
{
  const SmdHeaderBlock *header = smd_part_get_header (part);

  for (guint i = 0; i < header->fields->len; i++)
    {
      const SmdHeaderField *field = smd_header_block_get (header, i);

      if ((filter == NULL || filter (field)) && !smd_header_field_write (field, self->output, "\r\n", error))
        return FALSE;
    }

  return put (self, "\r\n", error) && smd_lines_write_canonical (header->body, self->output, error);
}

static gboolean
write_subpart (const Recode *self, SmdSpan text, gboolean digest, guint depth, GError **error)
{
  g_autoptr (SmdPart) part = smd_part_parse (text, NULL);

  if (part == NULL)
    return smd_lines_write_canonical (text, self->output, error);

  /* RFC 2046 section 5.1.5: in a digest, a part without a type is a message. It may not be encoded. */
  if (digest && smd_header_block_find (smd_part_get_header (part), "Content-Type", NULL) == 0)
    return write_unchanged (self, part, NULL, error);
  return write_part (self, part, NULL, depth + 1, error);
}

static gboolean
write_multipart (const Recode *self, SmdPart *part, SmdRecodeFilter filter, guint depth, GError **error)
{
  g_autofree char *boundary = smd_part_dup_parameter (part, "boundary");
  gboolean digest = smd_part_is_type (part, "multipart", "digest");
  g_autoptr (SmdMultipart) multipart = NULL;

  if (boundary != NULL && *boundary != '\0')
    multipart = smd_multipart_split (smd_part_get_header (part)->body, boundary, G_MAXUINT);
  if (multipart == NULL || multipart->parts->len == 0)
    return write_unchanged (self, part, filter, error);

  if (!write_head (self, part, filter, NULL, error))
    return FALSE;
  for (guint i = 0; i < multipart->parts->len; i++)
    if (!put (self, i == 0 ? "--" : "\r\n--", error) || !put (self, boundary, error) || !put (self, "\r\n", error)
        || !write_subpart (self, smd_multipart_get (multipart, i), digest, depth, error))
      return FALSE;

  return put (self, "\r\n--", error) && put (self, boundary, error) && put (self, "--\r\n", error);
}

static gboolean
write_message (const Recode *self, SmdPart *part, SmdRecodeFilter filter, guint depth, GError **error)
{
  return write_head (self, part, filter, NULL, error)
         && write_subpart (self, smd_part_get_header (part)->body, FALSE, depth, error);
}

static gsize
count_high (SmdSpan content)
{
  gsize high = 0;

  for (gsize i = 0; i < content.size; i++)
    high += content.data[i] < 9 || content.data[i] > 126;
  return high;
}

static gboolean
write_base64 (const Recode *self, SmdPart *part, SmdRecodeFilter filter, SmdSpan content, GError **error)
{
  g_autoptr (SmdBase64Sink) sink = smd_base64_sink_new (self->output);

  return write_head (self, part, filter, "base64", error) && smd_sink_write (smd_base64_sink_get_sink (sink), content, error)
         && smd_base64_sink_finish (sink, error);
}

/* @content: as it is without any transfer encoding */
static gboolean
write_content (const Recode *self, SmdPart *part, SmdRecodeFilter filter, SmdSpan content, GError **error)
{
  gboolean text = smd_part_is_type (part, "text", "*") && smd_part_get_encoding (part) != SMD_ENCODING_BINARY
                  && smd_part_get_encoding (part) != SMD_ENCODING_BASE64;

  if (!text || WORTH_BASE64 (content.size, count_high (content)))
    return write_base64 (self, part, filter, content, error);

  return write_head (self, part, filter, "quoted-printable", error) && smd_quoted_printable_write (content, self->output, error);
}

/* The content without its transfer encoding, %NULL if that is damaged. Its lines end in CRLF: so they are in transport. */
static SmdOutput *
decode_leaf (const Recode *self, SmdPart *part)
{
  SmdEncoding encoding = smd_part_get_encoding (part);
  SmdSpan body = smd_part_get_header (part)->body;
  g_autoptr (SmdOutput) lines = smd_output_new_sized ("smimed-lines", 2 * body.size, self->limit, NULL);
  g_autoptr (SmdOutput) content = smd_output_new_sized ("smimed-leaf", 2 * body.size, self->limit, NULL);

  if (lines == NULL || content == NULL)
    return NULL;
  if (encoding != SMD_ENCODING_BINARY)
    {
      if (!smd_lines_write_canonical (body, lines, NULL))
        return NULL;
      body = smd_output_get_span (lines);
    }
  return smd_cms_text_write (body, encoding, content, NULL) ? g_steal_pointer (&content) : NULL;
}

/* A bare LF in a binary body is data. */
static gboolean
is_safe (SmdPart *part)
{
  SmdLineFlags unsafe = SMD_LINES_UNSAFE | (smd_part_get_encoding (part) == SMD_ENCODING_BINARY ? SMD_LINES_BARE_LF : 0);

  return (smd_lines_scan (smd_part_get_header (part)->body) & unsafe) == 0;
}

static gboolean
write_leaf (const Recode *self, SmdPart *part, SmdRecodeFilter filter, GError **error)
{
  g_autoptr (SmdOutput) content = NULL;

  if (is_safe (part))
    return write_fields (self, part, filter, TRUE, error) && put (self, "\r\n", error)
           && smd_lines_write_canonical (smd_part_get_header (part)->body, self->output, error);

  content = decode_leaf (self, part);
  if (content == NULL)
    return write_unchanged (self, part, filter, error);
  return write_content (self, part, filter, smd_output_get_span (content), error);
}

static gboolean
is_protected (SmdPart *part)
{
  return smd_part_is_type (part, "multipart", "signed") || smd_part_is_type (part, "multipart", "encrypted");
}

static gboolean
write_part (const Recode *self, SmdPart *part, SmdRecodeFilter filter, guint depth, GError **error)
{
  if (depth > DEEPEST || is_protected (part))
    return write_unchanged (self, part, filter, error);

  switch (smd_part_get_kind (part))
    {
    case SMD_PART_MULTIPART:
      return write_multipart (self, part, filter, depth, error);
    case SMD_PART_MESSAGE:
      return write_message (self, part, filter, depth, error);
    default:
      return write_leaf (self, part, filter, error);
    }
}

gboolean
smd_recode_write (SmdPart *part, SmdRecodeFilter filter, gsize limit, SmdOutput *output, GError **error)
{
  Recode self = { output, limit };

  return write_part (&self, part, filter, 0, error);
}
