/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smd-der.h"

#include "smimed-error.h"

typedef struct
{
  guint tag;
  gboolean constructed;
  gboolean indefinite;
  gsize header; /* bytes of tag and length */
  gsize length; /* bytes of contents, if definite */
} Header;

static gboolean
malformed (GError **error, const char *what)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_MALFORMED,
               "The structure is damaged (%s); ask for it to be sent again", what);
  return FALSE;
}

static gboolean
too_deep (GError **error)
{
  g_set_error (error, SMIMED_ERROR, SMIMED_ERROR_LIMIT_EXCEEDED, "The CMS structure is nested more than %d levels deep; it was not read",
               SMD_LIMIT_DER_DEPTH);
  return FALSE;
}

/* X.690 section 8.1.2. Returns: bytes of the tag, 0 if there is none */
static gsize
read_tag (SmdSpan span, Header *header)
{
  guint number = span.size > 0 ? span.data[0] & 0x1fu : 0;
  gsize used = 1;

  if (span.size == 0)
    return 0;

  header->constructed = (span.data[0] & 0x20) != 0;
  if (number == 0x1f)
    {
      number = 0;
      do
        {
          if (used >= span.size || used > 4)
            return 0;

          number = number << 7 | (span.data[used] & 0x7fu);
        }
      while ((span.data[used++] & 0x80) != 0);

      /* A short one has no second form that one reader takes for a SEQUENCE and another for nothing (section 8.1.2.2). */
      if (number < 0x1f)
        return 0;
    }

  header->tag = (guint) (span.data[0] & 0xc0) << 24 | number;
  return used;
}

/* X.690 section 8.1.3. Returns: bytes of the length, 0 if it isn't one */
static gsize
read_length (SmdSpan span, Header *header)
{
  gsize count;

  if (span.size == 0)
    return 0;

  header->indefinite = span.data[0] == 0x80;
  header->length = span.data[0];
  if (span.data[0] <= 0x80)
    return 1;

  count = span.data[0] & 0x7f;
  if (count > sizeof (gsize) || count >= span.size)
    return 0;

  header->length = 0;
  for (gsize i = 1; i <= count; i++)
    header->length = header->length << 8 | span.data[i];
  return 1 + count;
}

static gboolean
parse_header (SmdSpan span, Header *header)
{
  gsize tag = read_tag (span, header);
  gsize length = tag > 0 ? read_length (smd_span_skip (span, tag), header) : 0;

  header->header = tag + length;
  if (tag == 0 || length == 0)
    return FALSE;

  return header->indefinite ? header->constructed : header->length <= span.size - header->header;
}

static gboolean
is_end_of_contents (SmdSpan span)
{
  return span.size >= 2 && span.data[0] == 0 && span.data[1] == 0;
}

static SmdSpan
rest_of_level (SmdDerReader *self)
{
  return smd_span (self->at, (gsize) (self->levels[self->depth].end - self->at));
}

void
smd_der_reader_init (SmdDerReader *self, SmdSpan span)
{
  static const guint8 nothing = 0;

  self->start = span.data != NULL ? span.data : &nothing;
  self->at = self->start;
  self->depth = 0;
  self->levels[0].end = self->start + span.size;
  self->levels[0].indefinite = FALSE;
}

gboolean
smd_der_more (SmdDerReader *self)
{
  SmdSpan rest = rest_of_level (self);

  return rest.size > 0 && !(self->levels[self->depth].indefinite && is_end_of_contents (rest));
}

guint
smd_der_peek (SmdDerReader *self)
{
  Header header;

  return smd_der_more (self) && read_tag (rest_of_level (self), &header) > 0 ? header.tag : SMD_DER_NONE;
}

static gboolean
next_header (SmdDerReader *self, Header *header, GError **error)
{
  if (!smd_der_more (self))
    return malformed (error, "an element is missing");
  if (!parse_header (rest_of_level (self), header))
    return malformed (error, "an element has no proper length");
  return TRUE;
}

static gboolean
next_header_of (SmdDerReader *self, guint tag, Header *header, GError **error)
{
  if (!next_header (self, header, error))
    return FALSE;
  return header->tag == tag || malformed (error, "an element is of the wrong kind");
}

static gboolean
enter (SmdDerReader *self, const Header *header, GError **error)
{
  const guint8 *content = self->at + header->header;

  if (!header->constructed)
    return malformed (error, "an element is primitive that should hold others");
  if (self->depth >= SMD_LIMIT_DER_DEPTH)
    return too_deep (error);

  self->depth++;
  self->levels[self->depth].indefinite = header->indefinite;
  self->levels[self->depth].end = header->indefinite ? self->levels[self->depth - 1].end : content + header->length;
  self->at = content;
  return TRUE;
}

gboolean
smd_der_enter (SmdDerReader *self, guint tag, GError **error)
{
  Header header;

  return next_header_of (self, tag, &header, error) && enter (self, &header, error);
}

gboolean
smd_der_leave (SmdDerReader *self, GError **error)
{
  SmdSpan rest = rest_of_level (self);

  g_return_val_if_fail (self->depth > 0, FALSE);
  if (self->levels[self->depth].indefinite)
    {
      if (!is_end_of_contents (rest))
        return malformed (error, "an element doesn't end where it should");

      self->at += 2;
    }
  else if (rest.size > 0)
    return malformed (error, "an element is longer than its contents");

  self->depth--;
  return TRUE;
}

/* Goes on until the indefinite elements that have been opened here are closed; definite ones are jumped over. */
static gboolean
skip_indefinite (SmdDerReader *self, const Header *first, GError **error)
{
  SmdSpan rest = smd_span_skip (rest_of_level (self), first->header);
  guint open = 1;
  Header header;

  while (open > 0)
    {
      if (is_end_of_contents (rest))
        {
          rest = smd_span (rest.data + 2, rest.size - 2);
          open--;
          continue;
        }

      if (!parse_header (rest, &header))
        return malformed (error, "an element doesn't end");
      if (header.indefinite && self->depth + ++open > SMD_LIMIT_DER_DEPTH)
        return too_deep (error);

      header.length = header.indefinite ? 0 : header.length;
      rest = smd_span (rest.data + header.header + header.length, rest.size - header.header - header.length);
    }

  self->at = self->levels[self->depth].end - rest.size;
  return TRUE;
}

static gboolean
skip (SmdDerReader *self, const Header *header, SmdSpan *whole, GError **error)
{
  const guint8 *begin = self->at;

  if (header->indefinite && !skip_indefinite (self, header, error))
    return FALSE;
  if (!header->indefinite)
    self->at += header->header + header->length;
  if (whole != NULL)
    *whole = smd_span (begin, (gsize) (self->at - begin));
  return TRUE;
}

gboolean
smd_der_skip (SmdDerReader *self, SmdSpan *whole, GError **error)
{
  Header header;

  return next_header (self, &header, error) && skip (self, &header, whole, error);
}

gboolean
smd_der_skip_tag (SmdDerReader *self, guint tag, SmdSpan *whole, GError **error)
{
  Header header;

  return next_header_of (self, tag, &header, error) && skip (self, &header, whole, error);
}

gboolean
smd_der_skip_optional (SmdDerReader *self, guint tag, SmdSpan *whole, GError **error)
{
  return smd_der_peek (self) != tag || smd_der_skip (self, whole, error);
}

gboolean
smd_der_skip_integer (SmdDerReader *self, GError **error)
{
  SmdSpan content;

  return smd_der_read (self, SMD_DER_INTEGER, &content, error);
}

gboolean
smd_der_read (SmdDerReader *self, guint tag, SmdSpan *content, GError **error)
{
  Header header;

  if (!next_header_of (self, tag, &header, error))
    return FALSE;
  if (header.constructed)
    return malformed (error, "an element holds others that should be primitive");

  *content = smd_span (self->at + header.header, header.length);
  self->at += header.header + header.length;
  return TRUE;
}

gboolean
smd_der_finish (SmdDerReader *self, GError **error)
{
  if (self->depth > 0 || rest_of_level (self).size > 0)
    return malformed (error, "there are bytes behind its end");
  return TRUE;
}

SmdDerOctets
smd_der_octets (SmdSpan span)
{
  return (SmdDerOctets){ .region = span, .size = span.size, .segmented = FALSE };
}

/* Checks that there are only segments (which may hold segments) up to the end of the element that was entered; adds up their sizes. */
static gboolean
walk_segments (SmdDerReader *self, SmdDerOctets *octets, GError **error)
{
  guint outside = self->depth - 1;
  Header header;

  while (self->depth > outside)
    {
      if (!smd_der_more (self))
        {
          if (!smd_der_leave (self, error))
            return FALSE;
          continue;
        }

      if (!next_header_of (self, SMD_DER_OCTET_STRING, &header, error))
        return FALSE;
      if (header.constructed)
        {
          if (!enter (self, &header, error))
            return FALSE;
          continue;
        }

      self->at += header.header + header.length;
      octets->size += header.length;
    }

  return TRUE;
}

/* Most often only the header is in segments' form. */
static void
unwrap_single_segment (SmdDerOctets *octets)
{
  gsize position = 0;
  SmdSpan piece;

  if (!smd_der_octets_next (octets, &position, &piece))
    *octets = smd_der_octets (smd_span (octets->region.data, 0));
  else if (piece.size == octets->size)
    *octets = smd_der_octets (piece);
}

gboolean
smd_der_read_octets (SmdDerReader *self, guint tag, SmdDerOctets *octets, GError **error)
{
  Header header;
  const guint8 *begin;

  if (!next_header_of (self, tag, &header, error))
    return FALSE;
  if (!header.constructed)
    {
      *octets = smd_der_octets (smd_span (self->at + header.header, header.length));
      self->at += header.header + header.length;
      return TRUE;
    }

  begin = self->at + header.header;
  *octets = (SmdDerOctets){ .segmented = TRUE };
  if (!enter (self, &header, error) || !walk_segments (self, octets, error))
    return FALSE;

  octets->region = smd_span (begin, (gsize) (self->at - begin));
  unwrap_single_segment (octets);
  return TRUE;
}

/* The region has been validated: constructed headers and end-of-contents octets are only stepped over. */
static gboolean
next_segment (SmdSpan region, gsize *position, SmdSpan *piece)
{
  SmdSpan rest = smd_span_skip (region, *position);
  Header header;

  while (rest.size > 0)
    {
      if (is_end_of_contents (rest))
        {
          rest = smd_span_skip (rest, 2);
          continue;
        }

      if (!parse_header (rest, &header))
        return FALSE;

      rest = smd_span_skip (rest, header.header);
      if (header.constructed || header.length == 0)
        continue;

      *piece = smd_span (rest.data, header.length);
      *position = (gsize) (rest.data - region.data) + header.length;
      return TRUE;
    }

  *position = region.size;
  return FALSE;
}

gboolean
smd_der_octets_next (const SmdDerOctets *self, gsize *position, SmdSpan *piece)
{
  if (*position >= self->region.size)
    return FALSE;
  if (self->segmented)
    return next_segment (self->region, position, piece);

  *piece = self->region;
  *position = self->region.size;
  return TRUE;
}

void
smd_der_octets_copy (const SmdDerOctets *self, guint8 *place)
{
  gsize position = 0;
  SmdSpan piece;

  while (smd_der_octets_next (self, &position, &piece))
    {
      memcpy (place, piece.data, piece.size);
      place += piece.size;
    }
}
