/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-message.h"
#include "smd-own-keys.h"
#include "smd-seal.h"

G_BEGIN_DECLS

/**
 * smd_signing_check_from:
 * @from: the account's address as the client gives it
 *
 * Nobody signs in another's name: the message's From field must name @from, if there is one; of several, or of one that readers may understand in
 * several ways, nobody knows which counts. `AddressMismatch`.
 */
gboolean smd_signing_check_from (SmdMessage *message, const char *from, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_signing_apply:
 * @outer: (nullable): whose header fields the result keeps; %NULL gives the signed entity alone
 * @entity: canonical
 * @format: clear or opaque
 * @report: gets certificate, digest and warnings
 *
 * Returns: (transfer full): the signed message or entity; on error `Cancelled`, `NotSupported`, `TooLarge`, `Failed`
 */
SmdBlob *smd_signing_apply (const SmdEnv *env, const SmdCall *call, const SmdOwnKeys *keys, SmdMessage *outer, SmdBlob *entity,
                            SmdSignFormat format, SmdSealReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
