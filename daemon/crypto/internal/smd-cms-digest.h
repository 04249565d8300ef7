/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-algorithm.h"
#include "smd-cms.h"
#include "smd-der.h"
#include "smd-openssl.h"

G_BEGIN_DECLS

/**
 * SmdCmsDigests:
 *
 * Digests of one content by several algorithms, computed in one pass over it.
 */
typedef struct _SmdCmsDigests SmdCmsDigests;

SmdCmsDigests *smd_cms_digests_new (SmdCrypto *crypto);
void smd_cms_digests_free (SmdCmsDigests *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCmsDigests, smd_cms_digests_free)

/* Asks for @algorithm, if it isn't asked for yet; before smd_cms_digests_compute(). */
void smd_cms_digests_want (SmdCmsDigests *self, const SmdDigestAlgorithm *algorithm);

/* Errors: `Cancelled`, `Failed` */
gboolean smd_cms_digests_compute (SmdCmsDigests *self, const SmdDerOctets *content, SmdLines lines,
                                  SmdProgress *progress, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: the digest, empty if it wasn't asked for; valid as long as @self */
SmdSpan smd_cms_digests_get (SmdCmsDigests *self, const SmdDigestAlgorithm *algorithm);

G_END_DECLS
