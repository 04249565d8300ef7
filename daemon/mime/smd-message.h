/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"

G_BEGIN_DECLS

/**
 * SmdMessage:
 *
 * An RFC 5322 message, or a MIME entity, as spans over its bytes: the header block's fields and the body. Nothing below
 * the root is parsed. Keeps its blob alive; immutable.
 */
typedef struct _SmdMessage SmdMessage;

/* Which S/MIME layer lies at the root (RFC 8551 section 3, RFC 9787 section 4.4). */
typedef enum
{
  SMD_ROOT_NONE,
  SMD_ROOT_CLEAR_SIGNED, /* multipart/signed with protocol application/(x-)pkcs7-signature: exactly two parts */
  SMD_ROOT_PKCS7,        /* application/(x-)pkcs7-mime, or application/octet-stream named *.p7m, *.p7c, *.p7z */
} SmdRoot;

/**
 * smd_message_parse:
 * @blob: a message or an entity; LF or CRLF line ends; an mbox "From " line in front is skipped
 *
 * Returns: (transfer full): the message; on error `Malformed` (no header block), `LimitExceeded` (header too large)
 */
SmdMessage *smd_message_parse (SmdBlob *blob, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_message_free (SmdMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdMessage, smd_message_free)

SmdBlob *smd_message_get_blob (SmdMessage *self);
SmdRoot smd_message_get_root (SmdMessage *self);

/* Addresses (addr-spec only, RFC 2047 decoded, unescaped) of the From field, of Sender; %NULL-terminated, never %NULL. More than one
 * such field: none. */
const char *const *smd_message_get_from (SmdMessage *self);
/* Whether there is a From field at all, readable or not */
gboolean smd_message_has_from (SmdMessage *self);
const char *const *smd_message_get_sender (SmdMessage *self);
/* The Date field, seconds since 1970 UTC, G_MININT64 if absent or unreadable */
gint64 smd_message_get_date (SmdMessage *self);

/**
 * smd_message_get_signed_entity:
 *
 * Returns: the first part of a clear-signed message: exactly the bytes between the delimiters (RFC 2046 section 5.1.1)
 */
SmdSpan smd_message_get_signed_entity (SmdMessage *self);

/**
 * smd_message_decode_cms:
 * @limit: in bytes
 *
 * Decodes the CMS object: the second part of a clear-signed message, or the body of a pkcs7-mime one, by its
 * Content-Transfer-Encoding (base64, binary, 8bit; quoted-printable).
 * A body that lies in memory that may be overwritten is decoded in place, and is gone: call it once.
 *
 * Returns: (transfer full): BER or DER; on error `Malformed`, `TooLarge`, `NotProtected`
 */
SmdBlob *smd_message_decode_cms (SmdMessage *self, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_message_has_errant_layer:
 *
 * Looks below the root for S/MIME parts (RFC 9787 section 4.5): they say nothing about the message.
 */
gboolean smd_message_has_errant_layer (SmdMessage *self);

/**
 * smd_message_replace_entity:
 * @outer: the message as it came
 * @inner: (transfer none): the innermost entity: its header block and body, byte for byte
 *
 * The outer header fields as they are, all but Content-* and MIME-Version, then @inner's header block and body. Line ends of
 * the outer fields are made those of @inner.
 *
 * Returns: (transfer full): the innermost message; on error `TooLarge`, `Failed`
 */
SmdBlob *smd_message_replace_entity (SmdMessage *outer, SmdBlob *inner, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_cms_decode_bare:
 * @blob: a CMS object in DER or BER, base64, or PEM: what a client hands over as a bare signature
 *
 * Returns: (transfer full): BER or DER; on error `Malformed`
 */
SmdBlob *smd_cms_decode_bare (SmdBlob *blob, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
