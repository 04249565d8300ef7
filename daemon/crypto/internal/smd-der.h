/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-limits.h"
#include "smd-span.h"

G_BEGIN_DECLS

/* A tag: class in the two highest bits, number in the others. The bit for "constructed" is not part of it. */
#define SMD_DER_BOOLEAN 0x01u
#define SMD_DER_INTEGER 0x02u
#define SMD_DER_BIT_STRING 0x03u
#define SMD_DER_OCTET_STRING 0x04u
#define SMD_DER_NULL 0x05u
#define SMD_DER_OID 0x06u
#define SMD_DER_SEQUENCE 0x10u
#define SMD_DER_SET 0x11u
#define SMD_DER_UTC_TIME 0x17u
#define SMD_DER_GENERALIZED_TIME 0x18u
#define SMD_DER_CONTEXT(n) (0x80000000u | (n))
#define SMD_DER_NONE 0xffffffffu

/**
 * SmdDerReader:
 * @at: (unowned): the next byte
 * @depth: number of elements that have been entered
 * @levels: the end of each element that has been entered; of one of indefinite length the end of what it lies in
 *
 * Walks BER (X.690) forward, once over each header, without recursion and without memory: the end of an element of indefinite
 * length is found when it is reached. Spans that it gives point into the bytes that it reads. Elements are entered to a depth of
 * SMD_LIMIT_DER_DEPTH. Errors are `Malformed` and `LimitExceeded`; after one the reader is of no use.
 */
typedef struct
{
  const guint8 *start; /* (unowned) */
  const guint8 *at;    /* (unowned) */
  guint depth;
  struct
  {
    const guint8 *end; /* (unowned) */
    gboolean indefinite;
  } levels[SMD_LIMIT_DER_DEPTH + 1];
} SmdDerReader;

void smd_der_reader_init (SmdDerReader *self, SmdSpan span);

/* Whether another element follows at this level (and not the end of the element that was entered). */
gboolean smd_der_more (SmdDerReader *self);

/* The tag that follows at this level, SMD_DER_NONE at its end or if what follows can't be a header. */
guint smd_der_peek (SmdDerReader *self);

/* Goes into the constructed element that follows, which must have @tag. */
gboolean smd_der_enter (SmdDerReader *self, guint tag, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Goes out of the element that was entered last, which must have been read to its end. */
gboolean smd_der_leave (SmdDerReader *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_der_skip:
 * @whole: (out) (optional): the element with its header (and its end-of-contents octets)
 *
 * Goes behind the element that follows, whatever it is. The inside of an element of definite length isn't looked at.
 */
gboolean smd_der_skip (SmdDerReader *self, SmdSpan *whole, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Like smd_der_skip(), and the element must have @tag. */
gboolean smd_der_skip_tag (SmdDerReader *self, guint tag, SmdSpan *whole, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Like smd_der_skip(), but only if the element has @tag; else @whole stays as it is. */
gboolean smd_der_skip_optional (SmdDerReader *self, guint tag, SmdSpan *whole, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Goes behind an INTEGER whose value doesn't matter, such as a version. */
gboolean smd_der_skip_integer (SmdDerReader *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the primitive element that follows, which must have @tag: @content gets its contents. */
gboolean smd_der_read (SmdDerReader *self, guint tag, SmdSpan *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Fails unless everything has been read. */
gboolean smd_der_finish (SmdDerReader *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * SmdDerOctets:
 * @region: the contents of an OCTET STRING: its octets if it lies in one piece, else a validated string of segments
 * @size: number of octets
 * @segmented: whether @region holds segments
 *
 * An OCTET STRING that stays where it lies, in one piece or, by BER, in any number of them (X.690 section 8.7). No list is made of
 * the pieces: there may be more of them than memory.
 */
typedef struct
{
  SmdSpan region;
  gsize size;
  gboolean segmented;
} SmdDerOctets;

/* Reads the OCTET STRING that follows; @tag: SMD_DER_OCTET_STRING, or the tag that stands for it by implicit tagging. */
gboolean smd_der_read_octets (SmdDerReader *self, guint tag, SmdDerOctets *octets, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @octets in one piece. */
SmdDerOctets smd_der_octets (SmdSpan span);

/**
 * smd_der_octets_next:
 * @position: (inout): 0 at first
 * @piece: (out): not empty
 *
 * Gives one piece after the other.
 *
 * Returns: FALSE if there are no more
 */
gboolean smd_der_octets_next (const SmdDerOctets *self, gsize *position, SmdSpan *piece);

/* Copies the octets to @place, which has room for @self->size of them. */
void smd_der_octets_copy (const SmdDerOctets *self, guint8 *place);

/**
 * smd_der_normalise:
 * @ber: one element, nothing behind it; a small one: the result lies on the heap
 *
 * Encodes again with definite, minimal lengths and OCTET STRINGs in one piece. The order of a SET stays: signers that don't sort
 * have signed what they wrote.
 *
 * Returns: (transfer full): DER; on error `Malformed`, `LimitExceeded`
 */
GByteArray *smd_der_normalise (SmdSpan ber, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
