/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-output.h"

G_BEGIN_DECLS

/**
 * smd_base64_decode:
 * @text: base64 (RFC 4648 section 4) in lines of any length
 * @output: gets the bytes
 *
 * White space (space, tab, CR, LF) is skipped wherever it stands. Unlike RFC 2045 section 6.8, other characters are not: a
 * signature or a ciphertext with something foreign in it is damaged. The last group must be padded, and nothing may follow it.
 *
 * Returns: FALSE on error: `Malformed`, `TooLarge`
 */
gboolean smd_base64_decode (SmdSpan text, SmdOutput *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * SmdBase64Sink:
 *
 * Encodes what is written to it as lines of 64 characters that end in CRLF.
 */
typedef struct _SmdBase64Sink SmdBase64Sink;

/**
 * smd_base64_sink_new:
 * @output: (transfer none): gets the lines; must outlive the sink
 */
SmdBase64Sink *smd_base64_sink_new (SmdOutput *output);
void smd_base64_sink_free (SmdBase64Sink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdBase64Sink, smd_base64_sink_free)
SmdSink *smd_base64_sink_get_sink (SmdBase64Sink *self);
/* Writes the last, shorter line; after it nothing may be written. */
gboolean smd_base64_sink_finish (SmdBase64Sink *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
