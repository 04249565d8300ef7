/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-report.h"

G_BEGIN_DECLS

/* Adds the ids of @cms's recipients and its cipher to @layer. */
void smd_decrypt_describe (SmdCms *cms, SmdLayer *layer);

/**
 * smd_decrypt:
 * @cms: an EnvelopedData or AuthEnvelopedData
 * @layer: gets cipher, recipients and which own key opened it
 *
 * Finds an own key among the recipients (by issuer and serial number or by key id; expired certificates too: old mail stays readable)
 * and decrypts with it; where the message lies in memory of ours, in place.
 *
 * Returns: (transfer full): the content; on error `NoPrivateKey`, `IntegrityFailure`, `Locked` and its kin, `Cancelled`, ...
 */
SmdBlob *smd_decrypt (const SmdEnv *env, const SmdCall *call, SmdCms *cms, SmdLayer *layer,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
