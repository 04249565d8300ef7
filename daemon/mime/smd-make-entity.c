/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-lines.h"
#include "smd-message-parts.h"
#include "smd-message-writer.h"
#include "smd-recode.h"
#include "smimed-error.h"

static gboolean
is_content_field (const SmdHeaderField *field)
{
  return smd_header_field_has_prefix (field, "Content-");
}

static gboolean
check_header (const SmdHeaderBlock *header, GError **error)
{
  if (smd_header_block_find (header, "Content-Type", NULL) <= 1
      && smd_header_block_find (header, "Content-Transfer-Encoding", NULL) <= 1)
    return TRUE;

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                       "The message has more than one Content-Type or Content-Transfer-Encoding field: leave one");
  return FALSE;
}

/* RFC 2045 section 5.2; 8-bit text without a charset is most likely UTF-8 if it can be. */
static gboolean
write_default_type (const SmdHeaderBlock *header, SmdLineFlags found, SmdOutput *output, GError **error)
{
  gboolean eight = (found & SMD_LINES_8BIT) != 0 && g_utf8_validate_len ((const char *) header->body.data, header->body.size, NULL);

  if (smd_header_block_find (header, "Content-Type", NULL) > 0)
    return TRUE;
  return smd_output_write (output, smd_span_string (eight ? "Content-Type: text/plain; charset=utf-8\r\n" : "Content-Type: text/plain; charset=us-ascii\r\n"),
                           error);
}

static gboolean
write_fields (const SmdHeaderBlock *header, SmdOutput *output, GError **error)
{
  for (guint i = 0; i < header->fields->len; i++)
    {
      const SmdHeaderField *field = smd_header_block_get (header, i);

      if (is_content_field (field) && !smd_header_field_write (field, output, "\r\n", error))
        return FALSE;
    }
  return smd_output_write (output, smd_span_string ("\r\n"), error);
}

/* In a message that came with CRLF, a bare LF in a binary body is data. */
static gboolean
is_binary (SmdPart *part)
{
  return smd_part_get_encoding (part) == SMD_ENCODING_BINARY && smd_lines_are_canonical (smd_part_get_header (part)->head);
}

static gboolean
write_as_it_is (SmdPart *part, SmdOutput *output, GError **error)
{
  const SmdHeaderBlock *header = smd_part_get_header (part);

  if (!write_fields (header, output, error))
    return FALSE;
  return is_binary (part) ? smd_output_write (output, header->body, error) : smd_lines_write_canonical (header->body, output, error);
}

static SmdLineFlags
scan_content (const SmdHeaderBlock *header)
{
  SmdLineFlags found = smd_lines_scan (header->body);

  for (guint i = 0; i < header->fields->len; i++)
    if (is_content_field (smd_header_block_get (header, i)))
      found |= smd_lines_scan (smd_header_block_get (header, i)->raw);

  return found;
}

/* How many Content-* fields the header block ends with; 0 if there are others in front, which would have to be copied there */
static guint
count_last_content_fields (const SmdHeaderBlock *header)
{
  guint all = header->fields->len;
  guint last = 0;

  while (last < all && is_content_field (smd_header_block_get (header, all - 1 - last)))
    last++;
  for (guint i = 0; i + last < all; i++)
    if (is_content_field (smd_header_block_get (header, i)))
      return 0;

  return last;
}

/* The entity if it stands in the message as it has to be: most mail programs write the Content-* fields last. Else empty */
static SmdSpan
find_entity (SmdPart *part)
{
  const SmdHeaderBlock *header = smd_part_get_header (part);
  guint last = count_last_content_fields (header);
  const guint8 *start;
  const guint8 *end;

  if (last == 0 || smd_header_block_find (header, "Content-Type", NULL) == 0)
    return SMD_SPAN_EMPTY;

  start = smd_header_block_get (header, header->fields->len - last)->raw.data;
  end = header->head.data + header->head.size;
  if (end - start < 4 || memcmp (end - 4, "\r\n\r\n", 4) != 0
      || !smd_lines_are_canonical (smd_span (start, (gsize) (end - start))))
    return SMD_SPAN_EMPTY;
  if (!is_binary (part) && !smd_lines_are_canonical (header->body))
    return SMD_SPAN_EMPTY;
  return smd_span (start, (gsize) (end - start) + header->body.size);
}

/* In a multipart that came with CRLF, a bare LF may be a binary part's data, whether the multipart says that it is binary or not. */
static gboolean
may_hide_binary (SmdPart *part)
{
  const SmdHeaderBlock *header = smd_part_get_header (part);

  return smd_part_is_type (part, "multipart", "*") && !is_binary (part) && smd_lines_are_canonical (header->head)
         && !smd_lines_are_canonical (header->body);
}

/* The most that it takes: LF may become CRLF; what is encoded anew has no bound that is worth to be known */
static gsize
measure_entity (const SmdHeaderBlock *header, gboolean recode)
{
  return recode ? G_MAXSIZE : 2 * (header->head.size + header->body.size) + 64;
}

SmdBlob *
smd_message_make_entity (SmdMessage *message, gboolean transport_safe, gsize limit, GError **error)
{
  SmdPart *part = smd_message_get_part (message);
  const SmdHeaderBlock *header = smd_part_get_header (part);
  gboolean scans = transport_safe || smd_header_block_find (header, "Content-Type", NULL) == 0;
  SmdLineFlags found = scans ? scan_content (header) : SMD_LINES_SAFE;
  g_autoptr (SmdOutput) output = NULL;
  gboolean recode = transport_safe && ((found & SMD_LINES_UNSAFE) != 0 || is_binary (part));
  SmdSpan ready = recode ? SMD_SPAN_EMPTY : find_entity (part);

  if (!check_header (header, error))
    return NULL;
  if (ready.size > 0 && ready.size <= limit)
    return smd_blob_new_slice (smd_message_get_blob (message), ready);

  recode = recode || may_hide_binary (part);
  output = smd_output_new_sized ("smimed-entity", measure_entity (header, recode), limit, error);
  if (output == NULL || !write_default_type (header, found, output, error))
    return NULL;
  if (!(recode ? smd_recode_write (part, is_content_field, limit, output, error) : write_as_it_is (part, output, error)))
    return NULL;
  return smd_output_seal (g_steal_pointer (&output), error);
}
