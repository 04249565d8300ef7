/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <zlib.h>

#include "smd-cms-object.h"
#include "smd-output.h"
#include "smimed-error.h"

#define OID(octets) { (const guint8 *) (octets), sizeof (octets) - 1 }
/* id-alg-zlibCompress, RFC 3274 section 2: 1.2.840.113549.1.9.16.3.8 */
static const SmdSpan zlib_oid = OID ("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03\x08");

#define IN_STEP ((gsize) 256 * 1024)
#define OUT_STEP ((gsize) 256 * 1024)

/* CompressedData, RFC 3274 section 1.1 */
SmdCompressedData *
smd_compressed_data_read (SmdDerReader *reader, GError **error)
{
  g_autoptr (SmdCompressedData) self = g_new0 (SmdCompressedData, 1);
  gboolean has_content = FALSE;
  SmdSpan version, content_type;

  if (!smd_der_enter (reader, SMD_DER_SEQUENCE, error) || !smd_der_read (reader, SMD_DER_INTEGER, &version, error)
      || !smd_cms_algorithm_read (&self->algorithm, reader, SMD_DER_SEQUENCE, error)
      || !smd_cms_read_encapsulated (reader, &content_type, &has_content, &self->content, error)
      || !smd_der_leave (reader, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
smd_compressed_data_free (SmdCompressedData *self)
{
  g_free (self);
}

typedef struct
{
  z_stream stream;
  SmdOutput *output; /* (owned) */
  gsize limit;
  gboolean ended;
} Inflater;

static gboolean
damaged (GError **error)
{
  g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
                       "The compressed content is damaged; ask for it to be sent again");
  return FALSE;
}

static gboolean
too_large (gsize limit, GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_TOO_LARGE,
               "The compressed content expands to more than %" G_GSIZE_FORMAT " bytes; it was not read", limit);
  return FALSE;
}

/* One call of zlib, at most to one byte over the limit. */
static gboolean
inflate_step (Inflater *self, GError **error)
{
  gsize size = smd_output_get_size (self->output);
  gsize room = MIN (OUT_STEP, self->limit + 1 - size);
  guint8 *place = size <= self->limit ? smd_output_reserve (self->output, room, error) : NULL;
  int status;

  if (size > self->limit)
    return too_large (self->limit, error);

  if (place == NULL)
    return FALSE;

  self->stream.next_out = place;
  self->stream.avail_out = (uInt) room;
  status = inflate (&self->stream, Z_NO_FLUSH);
  smd_output_advance (self->output, (gsize) (self->stream.next_out - place));
  self->ended = status == Z_STREAM_END;
  return self->ended || status == Z_OK || (status == Z_BUF_ERROR && self->stream.avail_in == 0) || damaged (error);
}

static gboolean
inflate_piece (Inflater *self, SmdSpan piece, SmdProgress *progress, GError **error)
{
  while (piece.size > 0)
    {
      SmdSpan step = smd_span_head (piece, IN_STEP);

      if (!smd_progress_go_on (progress, step.size, error))
        return FALSE;

      /* zlib reads only; its type says otherwise. */
      self->stream.next_in = (Bytef *) step.data;
      self->stream.avail_in = (uInt) step.size;
      do
        {
          if (!smd_progress_go_on (progress, 0, error))
            return FALSE;
          if (self->ended)
            return damaged (error);
          if (!inflate_step (self, error))
            return FALSE;
        }
      while (self->stream.avail_in > 0 || (self->stream.avail_out == 0 && !self->ended));

      piece = smd_span_skip (piece, step.size);
    }

  return TRUE;
}

static gboolean
inflate_all (Inflater *self, const SmdDerOctets *content, SmdProgress *progress, GError **error)
{
  gsize position = 0;
  SmdSpan piece;

  smd_progress_expect (progress, content->size);
  while (smd_der_octets_next (content, &position, &piece))
    if (!inflate_piece (self, piece, progress, error))
      return FALSE;

  if (!self->ended)
    return damaged (error);
  return smd_output_get_size (self->output) <= self->limit || too_large (self->limit, error);
}

SmdBlob *
smd_cms_compressed_expand (SmdCms *self, gsize limit, SmdProgress *progress, GError **error)
{
  Inflater inflater = { .limit = MIN (limit, G_MAXSIZE / 2) };
  gsize size;
  gboolean done;

  g_return_val_if_fail (self->compressed != NULL, NULL);
  if (!smd_span_equal (self->compressed->algorithm.oid, zlib_oid))
    {
      g_set_error_literal (error, SMIMED_ERROR, SMIMED_ERROR_NOT_SUPPORTED,
                           "The content is compressed in a way that this program doesn't know; ask for it uncompressed");
      return NULL;
    }

  size = self->compressed->content.size;
  if (size < limit / SMD_LIMIT_EXPANSION)
    inflater.limit = size * SMD_LIMIT_EXPANSION;
  inflater.output = smd_output_new ("smimed-expanded", inflater.limit + 1, error);
  if (inflater.output == NULL)
    return NULL;

  done = inflateInit (&inflater.stream) == Z_OK || damaged (error);
  done = done && inflate_all (&inflater, &self->compressed->content, progress, error);
  inflateEnd (&inflater.stream);
  if (done)
    return smd_output_seal (inflater.output, error);

  smd_output_free (inflater.output);
  return NULL;
}
