/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-algorithm.h"
#include "smd-cms-algorithm.h"
#include "smd-certificate.h"
#include "smd-openssl.h"
#include "smd-problem.h"
#include "smd-rsa-parameters.h"

G_BEGIN_DECLS

/**
 * SmdCmsSignature:
 * @scheme: (unowned) (nullable): static; %NULL: not known
 * @digest: (unowned) (nullable): static: the SignerInfo's digestAlgorithm; %NULL: not known
 * @pss: for RSASSA-PSS
 *
 * How a SignerInfo was signed, and the mathematics of it.
 */
typedef struct
{
  const SmdSignatureAlgorithm *scheme; /* (unowned) (nullable) */
  const SmdDigestAlgorithm *digest;    /* (unowned) (nullable) */
  SmdRsaParameters pss;
} SmdCmsSignature;

/* Reads the algorithms; appends to @problems what is wrong with them: `unsupported-algorithm`, `weak-algorithm`, and `malformed`
 * if the two contradict each other. */
void smd_cms_signature_init (SmdCmsSignature *self, const SmdCmsAlgorithm *digest, const SmdCmsAlgorithm *signature,
                             GPtrArray *problems);

/* Whether the algorithms are such that smd_cms_signature_verify() can be asked */
gboolean smd_cms_signature_is_supported (const SmdCmsSignature *self);

/* Whether @signature is one of @certificate's key over @attributes (DER, tagged SET OF) */
gboolean smd_cms_signature_verify (const SmdCmsSignature *self, SmdCrypto *crypto, SmdCertificate *certificate,
                                   SmdSpan attributes, SmdSpan signature);

/* `rsa`, ...; `unknown` */
const char *smd_cms_signature_get_word (const SmdCmsSignature *self);

G_END_DECLS
