/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-pbe.h"
#include "smd-pfx.h"

/**
 * smd_pkcs12_mac_check:
 *
 * Checks the file's MAC (RFC 7292 appendix B, or PBMAC1 of RFC 9579), and notes in @pbe which form of the password fits. A
 * file without a MAC passes: then the decryption alone tells whether the password is right.
 *
 * PBMAC1 with SHA-1 is accepted: it protects no less than the MAC of RFC 7292 with SHA-1, which most files in use have.
 *
 * Returns: FALSE on error: `WrongPassword`, `LegacyAlgorithm`, `Malformed`, `LimitExceeded`
 */
gboolean smd_pkcs12_mac_check (SmdPbe *pbe, SmdPfx *pfx, GError **error) G_GNUC_WARN_UNUSED_RESULT;
