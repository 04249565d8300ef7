/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-span.h"

G_BEGIN_DECLS

/* Identifier octets (X.690 section 8.1.2) */
#define SMD_TAG_INTEGER 0x02
#define SMD_TAG_OCTET_STRING 0x04
#define SMD_TAG_NULL 0x05
#define SMD_TAG_OID 0x06
#define SMD_TAG_UTC_TIME 0x17
#define SMD_TAG_GENERALIZED_TIME 0x18
#define SMD_TAG_SEQUENCE 0x30
#define SMD_TAG_SET 0x31
#define SMD_TAG_CONTEXT(n) (0x80 | (n))             /* implicit, primitive */
#define SMD_TAG_CONTEXT_CONSTRUCTED(n) (0xa0 | (n)) /* explicit, or implicit of a constructed type */

/**
 * SmdDerWriter:
 *
 * DER written forwards into a growing array; lengths are filled in when a value ends. For the small parts of a message:
 * what is large gets a header only (smd_der_writer_header()) and is streamed behind it.
 */
typedef struct _SmdDerWriter SmdDerWriter;

SmdDerWriter *smd_der_writer_new (void);
void smd_der_writer_free (SmdDerWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdDerWriter, smd_der_writer_free)

/* Returns: (transfer full): what has been written; @self is freed */
GBytes *smd_der_writer_free_to_bytes (SmdDerWriter *self);

/* Returns: what has been written until now; valid until more is written */
SmdSpan smd_der_writer_get_span (SmdDerWriter *self);

/* Returns: where the value began, for smd_der_writer_end() */
gsize smd_der_writer_begin (SmdDerWriter *self, guint8 tag);
void smd_der_writer_end (SmdDerWriter *self, gsize mark);
/* Ends a SET OF: puts its elements into the order that X.690 section 11.6 asks for. */
void smd_der_writer_end_set_of (SmdDerWriter *self, gsize mark);

/* One whole value */
void smd_der_writer_add (SmdDerWriter *self, guint8 tag, SmdSpan content);
/* Below 128 */
void smd_der_writer_add_integer (SmdDerWriter *self, guint8 value);
void smd_der_writer_add_oid (SmdDerWriter *self, SmdSpan oid);
/* AlgorithmIdentifier without parameters, or with NULL */
void smd_der_writer_add_algorithm (SmdDerWriter *self, SmdSpan oid, gboolean null_parameters);
/* Values that are encoded already */
void smd_der_writer_add_der (SmdDerWriter *self, SmdSpan der);

/* Only the identifier and length octets of a value whose @size content octets follow elsewhere */
void smd_der_writer_header (SmdDerWriter *self, guint8 tag, gsize size);
/* Returns: the size of a whole value with @size content octets */
gsize smd_der_writer_size_of (gsize size);

G_END_DECLS
