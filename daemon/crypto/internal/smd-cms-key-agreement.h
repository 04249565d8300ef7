/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cms-object.h"
#include "smd-kek.h"

G_BEGIN_DECLS

/* KeyAgreeRecipientInfo with ECDH or X25519 (RFC 5753, RFC 8418) */
typedef struct
{
  const SmdRecipientInfo *recipient;   /* (unowned) */
  const SmdAgreementAlgorithm *scheme; /* (unowned) static */
  const SmdWrapAlgorithm *wrap;        /* (unowned) static */
} SmdCmsKeyAgreement;

/* Before any key is used. Errors: `NotSupported`, `Malformed` */
gboolean smd_cms_key_agreement_init (SmdCmsKeyAgreement *self, const SmdRecipientInfo *recipient, SmdPrivateKey *key,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @cek: (inout): @size random bytes, gets the content key. Returns: FALSE if it can't be had */
gboolean smd_cms_key_agreement_unwrap (const SmdCmsKeyAgreement *self, SmdCrypto *crypto, SmdPrivateKey *key, guint8 *cek,
                                       gsize size) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
