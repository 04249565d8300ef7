/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-message.h"
#include "smd-sink.h"

G_BEGIN_DECLS

/**
 * smd_message_make_entity:
 * @transport_safe: TRUE for clear signing: 7-bit, no line over 998 octets, no "From " at a line's start, no trailing white space
 *   that a gateway could strip (such parts are re-encoded by GMime); FALSE for what will be inside base64
 *
 * The entity that gets signed or encrypted (RFC 8551 section 3.1): the Content-* fields of @message (a default Content-Type
 * if there is none) and its body, with CRLF line ends. A message that is canonical already isn't copied twice.
 *
 * Returns: (transfer full): canonical bytes; on error `Malformed`, `TooLarge`
 */
SmdBlob *smd_message_make_entity (SmdMessage *message, gboolean transport_safe, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_message_write_clear_signed:
 * @outer: (nullable): the original message, for its header fields; %NULL writes the bare multipart/signed entity
 * @entity: canonical, as from smd_message_make_entity()
 * @signature: DER
 * @micalg: e.g. `sha-256`
 *
 * Keeps of the original's header fields all but Content-*, MIME-Version and Bcc. Writes multipart/signed (RFC 8551 section 3.5.3): CRLF, a boundary that doesn't occur in @entity, `protocol`, `micalg`,
 * `smime.p7s`.
 *
 * Returns: (transfer full): the message; on error `TooLarge`, `Failed`
 */
SmdBlob *smd_message_write_clear_signed (SmdMessage *outer, SmdSpan entity, SmdSpan signature, const char *micalg, gsize limit,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * SmdPkcs7Writer:
 *
 * Writes an application/pkcs7-mime message (RFC 8551 section 3.2): first the header, then what is written to its sink as base64
 * lines of 64 characters with CRLF.
 */
typedef struct _SmdPkcs7Writer SmdPkcs7Writer;

/**
 * smd_pkcs7_writer_new:
 * @outer: (nullable): the original message, for its header fields; %NULL writes the bare entity
 * @smime_type: `signed-data`, `enveloped-data`, `authEnveloped-data`
 *
 * Returns: (transfer full): a writer whose header is written; on error `TooLarge`, `Failed`
 */
SmdPkcs7Writer *smd_pkcs7_writer_new (SmdMessage *outer, const char *smime_type, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_pkcs7_writer_free (SmdPkcs7Writer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdPkcs7Writer, smd_pkcs7_writer_free)
SmdSink *smd_pkcs7_writer_get_sink (SmdPkcs7Writer *self);
/* @self: (transfer full): freed in every case. Returns: (transfer full): the message; on error `TooLarge`, `Failed` */
SmdBlob *smd_pkcs7_writer_finish (SmdPkcs7Writer *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
