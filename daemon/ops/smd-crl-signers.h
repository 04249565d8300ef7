/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-gather.h"
#include "smd-path-check.h"

G_BEGIN_DECLS

/**
 * smd_crl_signers_find:
 *
 * Anybody can make a certificate in an authority's name, put it into a message, and sign CRLs with it. They count, and are fetched and kept, only
 * from those whose own certificate leads to an anchor by good signatures (RFC 5280 section 6.3.3 (f)).
 *
 * Returns: (transfer full) (element-type SmdCertificate): those of @gathered who may sign CRLs
 */
GPtrArray *smd_crl_signers_find (const SmdEnv *env, const SmdGathered *gathered);

/* Returns: (transfer full): @certificate's path without revocation, as of now; on error `Failed` */
SmdPath *smd_crl_signers_find_path (const SmdEnv *env, const SmdGathered *gathered, SmdCertificate *certificate,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @certificate leads to an anchor by good signatures of those who may make them */
gboolean smd_crl_signers_is_proven (const SmdEnv *env, const SmdGathered *gathered, SmdCertificate *certificate);

/* Whether a certificate of @path isn't issued by whom it names, or by nobody who may: what that one says of revocation counts for nothing. */
gboolean smd_crl_signers_is_forged (const SmdPath *path);

/* Takes out of @crls what others have signed in the name of one of @signers: the real issuer's CRL must not have to compete with it. */
void smd_crl_signers_drop_forged (GPtrArray *signers, GPtrArray *crls);

G_END_DECLS
