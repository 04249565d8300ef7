/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-message.h"
#include "smd-part.h"

G_BEGIN_DECLS

/**
 * smd_cms_text_write:
 *
 * Writes @text decoded by its transfer encoding.
 *
 * Returns: FALSE on error: `Malformed`, `TooLarge`
 */
gboolean smd_cms_text_write (SmdSpan text, SmdEncoding encoding, SmdOutput *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_cms_text_decode:
 * @parent: the blob that @text lies in
 *
 * Decodes a CMS object. Where no encoding is given it is taken as binary if it starts like BER, else as base64: so is what
 * some gateways leave of a message.
 *
 * Returns: (transfer full): BER or DER; nothing is copied if it is there already. On error `Malformed`, `TooLarge`
 */
SmdBlob *smd_cms_text_decode (SmdBlob *parent, SmdSpan text, SmdEncoding encoding, gsize limit,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
