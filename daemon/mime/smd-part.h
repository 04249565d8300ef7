/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-header-block.h"

G_BEGIN_DECLS

/* Content-Transfer-Encoding (RFC 2045 section 6) */
typedef enum
{
  SMD_ENCODING_IDENTITY, /* 7bit, 8bit, or none given: text lines */
  SMD_ENCODING_BINARY,
  SMD_ENCODING_BASE64,
  SMD_ENCODING_QUOTED_PRINTABLE,
  SMD_ENCODING_UNKNOWN, /* another, or more than one field */
} SmdEncoding;

/* What S/MIME has to say about a part's type (RFC 8551 sections 3.2 and 3.9) */
typedef enum
{
  SMD_PART_OTHER,
  SMD_PART_PKCS7_MIME,      /* application/(x-)pkcs7-mime, or application/octet-stream named *.p7m, *.p7c, *.p7z */
  SMD_PART_PKCS7_SIGNATURE, /* application/(x-)pkcs7-signature, or application/octet-stream named *.p7s */
  SMD_PART_CLEAR_SIGNED,    /* multipart/signed with protocol application/(x-)pkcs7-signature */
  SMD_PART_MULTIPART,       /* any other multipart */
  SMD_PART_MESSAGE,         /* message/rfc822, message/global */
} SmdPartKind;

/**
 * SmdPart:
 *
 * One entity: its header block and what the MIME fields in it mean. Spans over bytes that must outlive it.
 */
typedef struct _SmdPart SmdPart;

/**
 * smd_part_parse:
 *
 * Returns: (transfer full): the part; on error as smd_header_block_parse()
 */
SmdPart *smd_part_parse (SmdSpan text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_part_free (SmdPart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdPart, smd_part_free)

const SmdHeaderBlock *smd_part_get_header (SmdPart *self);
SmdEncoding smd_part_get_encoding (SmdPart *self);

/* More than one Content-Type field: %SMD_PART_OTHER, for readers differ in which one they take */
SmdPartKind smd_part_get_kind (SmdPart *self);
/* Whether the type is @type/@subtype (`*`: any); without a Content-Type field, text/plain (RFC 2045 section 5.2) */
gboolean smd_part_is_type (SmdPart *self, const char *type, const char *subtype);

/**
 * smd_part_dup_parameter:
 *
 * Returns: (transfer full) (nullable): a parameter of the Content-Type field (RFC 2045 section 5.1, RFC 2231), %NULL if absent or given twice
 */
char *smd_part_dup_parameter (SmdPart *self, const char *name);

G_END_DECLS
