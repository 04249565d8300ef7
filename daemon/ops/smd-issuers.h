/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-env.h"

G_BEGIN_DECLS

/**
 * smd_issuers_find:
 * @name: in DER
 *
 * The stored certificates whose subject is @name. Where none has its very bytes, authorities are looked for that are named so in
 * another encoding (RFC 5280 section 7.1): some change from PrintableString to UTF8String between two certificates.
 *
 * Returns: (transfer full) (element-type SmdCertRecord); on error `Failed`
 */
GPtrArray *smd_issuers_find (const SmdEnv *env, SmdSpan name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
