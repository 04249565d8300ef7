/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-openssl.h"

/* The outer structure of a PKCS#12 file (RFC 7292 section 4). */
typedef struct _SmdPfx SmdPfx;

/* Returns: (transfer full): BER or DER read; on error `Malformed`, `NotSupported` (integrity by a public key) */
SmdPfx *smd_pfx_new (SmdSpan file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_pfx_free (SmdPfx *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdPfx, smd_pfx_free)

/* The AuthenticatedSafe: what the MAC is over */
SmdSpan smd_pfx_get_safe (SmdPfx *self);
gboolean smd_pfx_has_mac (SmdPfx *self);
/* The MAC's algorithm, and its value */
const X509_ALGOR *smd_pfx_get_mac_algorithm (SmdPfx *self);
SmdSpan smd_pfx_get_mac (SmdPfx *self);
SmdSpan smd_pfx_get_mac_salt (SmdPfx *self);
/* As written: may be negative or absurd. 1 if absent, -1 if it isn't a number that fits */
gint64 smd_pfx_get_mac_iterations (SmdPfx *self);
