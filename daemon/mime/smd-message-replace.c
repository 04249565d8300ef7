/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "smd-address.h"
#include "smd-envelope.h"
#include "smd-message-parts.h"

/* The fields of which a message has one, and which the protected header block (RFC 9788) tells better than the outer one. */
static gboolean
is_single (const SmdHeaderField *field)
{
  static const char *const names[] = { "Subject", "Date", "To", "Cc", "Reply-To", "Message-ID", "In-Reply-To", "References",
                                       "Comments", "Keywords", "From", "Sender" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (smd_header_field_is (field, names[i]))
      return TRUE;

  return FALSE;
}

static gboolean
is_named_like (const SmdHeaderField *field, const SmdHeaderField *other)
{
  return field->name.size == other->name.size
         && g_ascii_strncasecmp ((const char *) field->name.data, (const char *) other->name.data, field->name.size) == 0;
}

static gboolean
block_has (const SmdHeaderBlock *block, const SmdHeaderField *like)
{
  for (guint i = 0; i < block->fields->len; i++)
    if (is_named_like (smd_header_block_get (block, i), like))
      return TRUE;

  return FALSE;
}

static gboolean
have_same_addresses (const SmdHeaderBlock *a, const SmdHeaderBlock *b, const char *name)
{
  g_auto (GStrv) of_a = smd_envelope_read_addresses (a, name);
  g_auto (GStrv) of_b = smd_envelope_read_addresses (b, name);

  if (of_a[0] == NULL || g_strv_length (of_a) != g_strv_length (of_b))
    return FALSE;
  for (gsize i = 0; of_a[i] != NULL; i++)
    if (!smd_address_equal (of_a[i], of_b[i]))
      return FALSE;

  return TRUE;
}

/* What the verdict is about is the outer From (or Sender): an inner one that says otherwise must not be shown in its place.
 * And what only a receiving server may say isn't believed from inside. */
static gboolean
is_misleading (const SmdHeaderField *field, const SmdHeaderBlock *inner, const SmdHeaderBlock *outer)
{
  if (smd_header_field_is (field, "From"))
    return smd_header_block_find (outer, "From", NULL) > 0 && !have_same_addresses (inner, outer, "From");
  if (smd_header_field_is (field, "Sender"))
    return smd_header_block_find (outer, "Sender", NULL) > 0 && !have_same_addresses (inner, outer, "Sender");
  return smd_header_field_is (field, "Authentication-Results") || smd_header_field_has_prefix (field, "ARC-");
}

static gboolean
keeps_outer (const SmdHeaderField *field, const SmdHeaderBlock *inner, const SmdHeaderBlock *outer)
{
  if (field->name.size == 0 || smd_header_field_has_prefix (field, "Content-") || smd_header_field_is (field, "MIME-Version"))
    return FALSE;

  return inner == NULL || !is_single (field) || !block_has (inner, field) || is_misleading (field, inner, outer);
}

static const char *
detect_line_end (SmdSpan text)
{
  const guint8 *lf = text.size > 0 ? memchr (text.data, '\n', text.size) : NULL;

  return lf == NULL || (lf > text.data && lf[-1] == '\r') ? "\r\n" : "\n";
}

static gboolean
write_outer (const SmdHeaderBlock *outer, const SmdHeaderBlock *inner, const char *line_end, SmdOutput *output, GError **error)
{
  gboolean needs_version = inner == NULL || smd_header_block_find (inner, "MIME-Version", NULL) == 0;

  for (guint i = 0; i < outer->fields->len; i++)
    {
      const SmdHeaderField *field = smd_header_block_get (outer, i);

      if (keeps_outer (field, inner, outer) && !smd_header_field_write (field, output, line_end, error))
        return FALSE;
    }

  if (!needs_version)
    return TRUE;
  return smd_output_write (output, smd_span_string ("MIME-Version: 1.0"), error)
         && smd_output_write (output, smd_span_string (line_end), error);
}

/* The inner header block byte for byte, but for misleading fields */
static gboolean
write_inner_head (const SmdHeaderBlock *inner, const SmdHeaderBlock *outer, SmdOutput *output, GError **error)
{
  SmdSpan rest = inner->head;

  for (guint i = 0; i < inner->fields->len; i++)
    {
      const SmdHeaderField *field = smd_header_block_get (inner, i);

      rest = smd_span_skip (rest, field->raw.size);
      if (!is_misleading (field, inner, outer) && !smd_output_write (output, field->raw, error))
        return FALSE;
    }
  return smd_output_write (output, rest, error);
}

SmdBlob *
smd_message_replace_entity (SmdMessage *outer, SmdBlob *inner, gsize limit, GError **error)
{
  const SmdHeaderBlock *outer_block = smd_part_get_header (smd_message_get_part (outer));
  SmdSpan text = smd_blob_get_span (inner);
  g_autoptr (SmdHeaderBlock) block = smd_header_block_parse (text, NULL);
  gsize most = 2 * outer_block->head.size + text.size + 64;
  g_autoptr (SmdOutput) output = smd_output_new_sized ("smimed-message", most, limit, error);
  const char *line_end = detect_line_end (text);

  if (output == NULL || !smd_output_expect (output, most, error) || !write_outer (outer_block, block, line_end, output, error))
    return NULL;

  /* Without a header block, as `openssl cms` makes it of plain text, all of it is body. */
  if (block == NULL && !(smd_output_write (output, smd_span_string (line_end), error) && smd_output_write (output, text, error)))
    return NULL;
  if (block != NULL && !(write_inner_head (block, outer_block, output, error) && smd_output_write (output, block->body, error)))
    return NULL;
  return smd_output_seal (g_steal_pointer (&output), error);
}
