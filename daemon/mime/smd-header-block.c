/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-header-block.h"

#include <string.h>

#include "smd-limits.h"
#include "smimed-error.h"

static gboolean
is_blank (guint8 octet)
{
  return octet == ' ' || octet == '\t';
}

/* Octets of the first line with its line end */
static gsize
measure_line (SmdSpan text)
{
  const guint8 *lf = text.size > 0 ? memchr (text.data, '\n', text.size) : NULL;

  return lf != NULL ? (gsize) (lf - text.data) + 1 : text.size;
}

static SmdSpan
without_line_end (SmdSpan line)
{
  if (line.size > 0 && line.data[line.size - 1] == '\n')
    line.size--;
  if (line.size > 0 && line.data[line.size - 1] == '\r')
    line.size--;
  return line;
}

/* Octets of the first line and those that continue it */
static gsize
measure_field (SmdSpan text)
{
  gsize size = measure_line (text);

  while (size < text.size && is_blank (text.data[size]))
    size += measure_line (smd_span_skip (text, size));
  return size;
}

static gboolean
is_name (SmdSpan name)
{
  for (gsize i = 0; i < name.size; i++)
    if (name.data[i] < 33 || name.data[i] > 126)
      return FALSE;

  return name.size > 0;
}

static SmdHeaderField
split_field (SmdSpan raw)
{
  SmdSpan line = smd_span_head (raw, measure_line (raw));
  const guint8 *colon = memchr (line.data, ':', line.size);
  SmdHeaderField field = { .raw = raw };
  SmdSpan name;

  if (colon == NULL)
    return field;

  name = smd_span (raw.data, (gsize) (colon - raw.data));
  while (name.size > 0 && is_blank (name.data[name.size - 1]))
    name.size--;
  if (!is_name (name))
    return field;

  field.name = name;
  field.value = without_line_end (smd_span_skip (raw, (gsize) (colon - raw.data) + 1));
  return field;
}

static gboolean
fail (GError **error, SmimedError code, const char *what)
{
  g_set_error_literal (error, SMIMED_ERROR, code, what);
  return FALSE;
}

static gboolean
parse_fields (SmdHeaderBlock *self, SmdSpan text, GError **error)
{
  SmdSpan rest = text;

  while (rest.size > 0 && without_line_end (smd_span_head (rest, measure_line (rest))).size > 0)
    {
      gsize size = measure_field (rest);
      SmdHeaderField field = split_field (smd_span_head (rest, size));

      if (self->fields->len == 0 && field.name.size == 0)
        return fail (error, SMIMED_ERROR_MALFORMED, "There is no header block: hand over a whole message or MIME entity");

      g_array_append_val (self->fields, field);
      rest = smd_span_skip (rest, size);
      if (text.size - rest.size > SMD_LIMIT_HEADER || self->fields->len > SMD_LIMIT_HEADER_FIELDS)
        return fail (error, SMIMED_ERROR_LIMIT_EXCEEDED, "The header is larger than one megabyte or has too many fields");
    }

  self->body = smd_span_skip (rest, measure_line (rest));
  self->head = smd_span_head (text, text.size - self->body.size);
  return TRUE;
}

/* The line in front of each message of an mbox file. But "From : a@b" is a field to many readers, and so it is to us. */
static gboolean
is_mbox_line (SmdSpan text)
{
  gsize i = 5;

  if (text.size <= 5 || memcmp (text.data, "From ", 5) != 0)
    return FALSE;
  while (i < text.size && is_blank (text.data[i]))
    i++;
  return i == text.size || text.data[i] != ':';
}

SmdHeaderBlock *
smd_header_block_parse (SmdSpan text, GError **error)
{
  g_autoptr (SmdHeaderBlock) self = g_new0 (SmdHeaderBlock, 1);

  self->fields = g_array_sized_new (FALSE, FALSE, sizeof (SmdHeaderField), 32);
  if (is_mbox_line (text))
    text = smd_span_skip (text, measure_line (text));
  if (text.size == 0)
    {
      fail (error, SMIMED_ERROR_MALFORMED, "The message is empty");
      return NULL;
    }

  return parse_fields (self, text, error) ? g_steal_pointer (&self) : NULL;
}

void
smd_header_block_free (SmdHeaderBlock *self)
{
  g_array_unref (self->fields);
  g_free (self);
}

const SmdHeaderField *
smd_header_block_get (const SmdHeaderBlock *self, guint index)
{
  return &g_array_index (self->fields, SmdHeaderField, index);
}

guint
smd_header_block_find (const SmdHeaderBlock *self, const char *name, const SmdHeaderField **first)
{
  guint found = 0;

  if (first != NULL)
    *first = NULL;
  for (guint i = 0; i < self->fields->len; i++)
    {
      const SmdHeaderField *field = smd_header_block_get (self, i);

      if (!smd_header_field_is (field, name))
        continue;
      if (found++ == 0 && first != NULL)
        *first = field;
    }
  return found;
}

gboolean
smd_header_field_is (const SmdHeaderField *self, const char *name)
{
  return self->name.size == strlen (name) && smd_header_field_has_prefix (self, name);
}

gboolean
smd_header_field_has_prefix (const SmdHeaderField *self, const char *prefix)
{
  gsize size = strlen (prefix);

  return self->name.size >= size && g_ascii_strncasecmp ((const char *) self->name.data, prefix, size) == 0;
}

char *
smd_header_field_dup_value (const SmdHeaderField *self)
{
  SmdSpan value = self->value;
  GString *text;

  if (value.size > 0 && memchr (value.data, '\0', value.size) != NULL)
    return NULL;

  text = g_string_sized_new (value.size + 1);
  while (value.size > 0)
    {
      gsize size = measure_line (value);
      SmdSpan line = without_line_end (smd_span_head (value, size));

      g_string_append_len (text, (const char *) line.data, (gssize) line.size);
      value = smd_span_skip (value, size);
    }
  return g_strstrip (g_string_free (text, FALSE));
}

gboolean
smd_header_field_write (const SmdHeaderField *self, SmdOutput *output, const char *line_end, GError **error)
{
  SmdSpan rest = self->raw;

  while (rest.size > 0)
    {
      gsize size = measure_line (rest);

      if (!smd_output_write (output, without_line_end (smd_span_head (rest, size)), error)
          || !smd_output_write (output, smd_span_string (line_end), error))
        return FALSE;
      rest = smd_span_skip (rest, size);
    }
  return TRUE;
}
