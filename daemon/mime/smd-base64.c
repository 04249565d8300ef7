/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-base64.h"

#include <string.h>

#include "smd-base64-kernel.h"
#include "smd-base64-tables.h"
#include "smimed-error.h"

#define LINE_CHARACTERS SMD_BASE64_LINE_CHARACTERS
#define LINE_OCTETS SMD_BASE64_LINE_OCTETS
/* Made in a buffer that the caches hold, then written at once: cheaper than touching fresh pages of the output. */
#define STAGE_OCTETS ((gsize) 96 * 1024)
#define STAGE_LINES (STAGE_OCTETS / (LINE_CHARACTERS + 2))
#define UNBROKEN_CHARACTERS 1024

/* How the text is laid out, judged by its first line: so many characters, so many octets of line end. */
typedef struct
{
  gsize characters;
  gsize line_end;
} Layout;

/* Characters that do not make a group yet, and what the slow path has decoded. */
typedef struct
{
  guint8 buffer[768];
  gsize size;
  guint8 value[4];
  guint count;
  gboolean ended;
} Decoder;

static inline void
put_group (guint8 *out, guint32 group)
{
  out[0] = (guint8) group;
  out[1] = (guint8) (group >> 8);
  out[2] = (guint8) (group >> 16);
}

static Layout
detect_layout (SmdSpan text)
{
  const guint8 *end = text.size > 0 ? memchr (text.data, '\n', text.size) : NULL;
  gsize line = end != NULL ? (gsize) (end - text.data) : text.size;
  gsize line_end = 1;

  if (end != NULL && line > 0 && end[-1] == '\r')
    line_end++;
  line -= line_end - 1;

  if (end == NULL || line > UNBROKEN_CHARACTERS)
    return (Layout){ UNBROKEN_CHARACTERS, 0 };
  return (Layout){ line, line_end };
}

static inline gboolean
has_line_end (const guint8 *place, gsize line_end)
{
  return line_end == 0 || (line_end == 1 ? place[0] == '\n' : place[0] == '\r' && place[1] == '\n');
}

/* Where so many octets of the next characters of @text may go at once: behind the reader, or elsewhere */
static guint8 *
find_room (SmdOutput *output, SmdSpan text, gsize first, gsize octets)
{
  guint8 *room = smd_output_get_room (output, octets + SMD_BASE64_SLACK);

  if (room == NULL)
    return NULL;
  return room + first + SMD_BASE64_SLACK <= text.data || room >= text.data + text.size ? room : NULL;
}

static gboolean
put_decoded (SmdOutput *output, const guint8 *place, const guint8 *stage, gsize size, GError **error)
{
  if (place == stage)
    return smd_output_write (output, smd_span (stage, size), error);

  smd_output_advance (output, size);
  return TRUE;
}

/* Decodes lines as long as they look like the first. Takes them off @text. @stage has room for STAGE_OCTETS and the slack. */
static gboolean
decode_lines (SmdSpan *text, Layout layout, guint8 *stage, SmdOutput *output, GError **error)
{
  gsize stride = layout.characters + layout.line_end;
  gsize octets = layout.characters / 4 * 3;
  const SmdBase64Kernel *kernel = smd_base64_kernel_get ();
  gboolean regular = layout.characters >= 4 && layout.characters % 4 == 0;

  while (regular && text->size >= stride)
    {
      gsize lines = MIN (text->size / stride, STAGE_OCTETS / octets);
      guint8 *room = find_room (output, *text, octets, lines * octets);
      guint8 *place = room != NULL ? room : stage;
      gsize done = 0;

      while (done < lines && has_line_end (text->data + done * stride + layout.characters, layout.line_end)
             && kernel->decode (text->data + done * stride, layout.characters / 4, place + done * octets))
        done++;

      if (!put_decoded (output, place, stage, done * octets, error))
        return FALSE;
      *text = smd_span_skip (*text, done * stride);
      regular = done == lines;
    }
  return TRUE;
}

static gboolean
flush (Decoder *self, SmdOutput *output, GError **error)
{
  gsize size = self->size;

  self->size = 0;
  return smd_output_write (output, smd_span (self->buffer, size), error);
}

/* A group with padding: two or three characters count. */
static gboolean
put_padded (Decoder *self)
{
  guint characters = self->value[2] == B64_PAD ? 2 : 3;

  if (self->value[1] == B64_PAD || (characters == 2 && self->value[3] != B64_PAD))
    return FALSE;

  self->buffer[self->size++] = (guint8) (self->value[0] << 2 | self->value[1] >> 4);
  if (characters == 3)
    self->buffer[self->size++] = (guint8) (self->value[1] << 4 | self->value[2] >> 2);
  self->ended = TRUE;
  return TRUE;
}

static gboolean
put_values (Decoder *self)
{
  const guint8 *value = self->value;

  self->count = 0;
  if (value[0] == B64_PAD)
    return FALSE;
  if (value[1] == B64_PAD || value[2] == B64_PAD || value[3] == B64_PAD)
    return put_padded (self);

  self->buffer[self->size++] = (guint8) (value[0] << 2 | value[1] >> 4);
  self->buffer[self->size++] = (guint8) (value[1] << 4 | value[2] >> 2);
  self->buffer[self->size++] = (guint8) (value[2] << 6 | value[3]);
  return TRUE;
}

/* One character that is not white space */
static gboolean
take (Decoder *self, guint8 value)
{
  if (value == B64_OTHER || self->ended)
    return FALSE;

  self->value[self->count++] = value;
  return self->count < 4 || put_values (self);
}

/* Decodes up to the end of the line (or as much as the buffer holds) whatever its length. Takes that off @text. */
static gboolean
decode_irregular (Decoder *self, SmdSpan *text, SmdOutput *output, GError **error)
{
  const guint8 *in = text->data;
  const guint8 *end = in + text->size;
  gboolean line = TRUE;
  gboolean good = TRUE;

  while (good && line && in < end && self->size + 3 <= sizeof self->buffer)
    {
      guint32 group = self->count == 0 && !self->ended && end - in >= 4 ? smd_base64_decode_group (in) : B64_BAD;

      if ((group & B64_BAD) == 0)
        {
          put_group (self->buffer + self->size, group);
          self->size += 3;
          in += 4;
          continue;
        }

      line = *in != '\n';
      good = smd_base64_value[*in] == B64_SPACE || take (self, smd_base64_value[*in]);
      in++;
    }

  *text = smd_span_skip (*text, (gsize) (in - text->data));
  if (!good)
    g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                         "The base64 text is damaged: it has foreign characters in it, or something behind its padding");
  return good && flush (self, output, error);
}

gboolean
smd_base64_decode (SmdSpan text, SmdOutput *output, GError **error)
{
  Layout layout = detect_layout (text);
  g_autofree guint8 *stage = g_malloc (MIN (text.size, STAGE_OCTETS) + SMD_BASE64_SLACK);
  Decoder decoder = { .size = 0 };

  while (text.size > 0)
    {
      if (decoder.count == 0 && !decoder.ended && !decode_lines (&text, layout, stage, output, error))
        return FALSE;
      if (text.size > 0 && !decode_irregular (&decoder, &text, output, error))
        return FALSE;
    }

  if (decoder.count == 0)
    return TRUE;

  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED, "The base64 text is cut off: its last group is not complete");
  return FALSE;
}

struct _SmdBase64Sink
{
  SmdSink sink;
  SmdOutput *output; /* (unowned) */
  guint8 *stage;     /* (owned) (nullable) room for STAGE_LINES */
  const SmdBase64Kernel *kernel; /* (unowned) */
  guint8 rest[LINE_OCTETS];
  gsize size; /* octets in @rest */
};

static void
encode_line (const SmdBase64Kernel *kernel, const guint8 *in, guint8 *out)
{
  kernel->encode (in, out);
  out[LINE_CHARACTERS] = '\r';
  out[LINE_CHARACTERS + 1] = '\n';
}

static gboolean
encode_lines (SmdBase64Sink *self, const guint8 *in, gsize lines, GError **error)
{
  gsize stride = LINE_CHARACTERS + 2;

  if (self->stage == NULL && lines > 0)
    self->stage = g_malloc (STAGE_OCTETS);

  while (lines > 0)
    {
      gsize now = MIN (lines, STAGE_LINES);

      for (gsize i = 0; i < now; i++)
        encode_line (self->kernel, in + i * LINE_OCTETS, self->stage + i * stride);
      if (!smd_output_write (self->output, smd_span (self->stage, now * stride), error))
        return FALSE;

      in += now * LINE_OCTETS;
      lines -= now;
    }
  return TRUE;
}

/* Fills up a line that was begun. Takes what it needs off @span. */
static gboolean
complete_rest (SmdBase64Sink *self, SmdSpan *span, GError **error)
{
  gsize now = MIN (LINE_OCTETS - self->size, span->size);

  if (self->size == 0 && span->size >= LINE_OCTETS)
    return TRUE;

  memcpy (self->rest + self->size, span->data, now);
  self->size += now;
  *span = smd_span_skip (*span, now);
  if (self->size < LINE_OCTETS)
    return TRUE;

  self->size = 0;
  return encode_lines (self, self->rest, 1, error);
}

static gboolean
base64_sink_write (SmdSink *sink, SmdSpan span, GError **error)
{
  SmdBase64Sink *self = (SmdBase64Sink *) sink;
  gsize lines;

  if (!complete_rest (self, &span, error))
    return FALSE;

  lines = span.size / LINE_OCTETS;
  if (!encode_lines (self, span.data, lines, error))
    return FALSE;

  span = smd_span_skip (span, lines * LINE_OCTETS);
  return span.size == 0 || complete_rest (self, &span, error);
}

SmdBase64Sink *
smd_base64_sink_new (SmdOutput *output)
{
  SmdBase64Sink *self = g_new0 (SmdBase64Sink, 1);

  self->sink.write = base64_sink_write;
  self->output = output;
  self->kernel = smd_base64_kernel_get ();
  return self;
}

void
smd_base64_sink_free (SmdBase64Sink *self)
{
  g_free (self->stage);
  g_free (self);
}

SmdSink *
smd_base64_sink_get_sink (SmdBase64Sink *self)
{
  return &self->sink;
}

gboolean
smd_base64_sink_finish (SmdBase64Sink *self, GError **error)
{
  guint8 line[LINE_CHARACTERS + 2];
  gsize size = self->size;
  gsize characters = (size + 2) / 3 * 4;

  if (size == 0)
    return TRUE;

  memset (self->rest + size, 0, LINE_OCTETS - size);
  encode_line (self->kernel, self->rest, line);
  if (size % 3 != 0)
    memset (line + characters - (3 - size % 3), '=', 3 - size % 3);
  line[characters] = '\r';
  line[characters + 1] = '\n';

  self->size = 0;
  return smd_output_write (self->output, smd_span (line, characters + 2), error);
}
