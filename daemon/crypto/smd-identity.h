/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-private-key.h"

G_BEGIN_DECLS

/**
 * SmdIdentity:
 * @key: (owned): the private key
 * @certificate: (owned) (nullable): its certificate; %NULL while a request waits for it
 * @chain: (owned) (element-type SmdCertificate): issuers that came with it, in any order, without @certificate; never %NULL
 * @label: (owned) (nullable): friendly name from a PKCS#12 file, UTF-8
 *
 * What one item of the Secret Service holds.
 */
typedef struct
{
  SmdPrivateKey *key;          /* (owned) */
  SmdCertificate *certificate; /* (owned) */
  GPtrArray *chain;            /* (owned) */
  char *label;                 /* (owned) */
} SmdIdentity;

/* Takes its own references; @chain may be %NULL */
SmdIdentity *smd_identity_new (SmdPrivateKey *key, SmdCertificate *certificate, GPtrArray *chain);
SmdIdentity *smd_identity_copy (SmdIdentity *self);
void smd_identity_free (SmdIdentity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdIdentity, smd_identity_free)

/**
 * smd_identity_to_pem:
 *
 * Writes key (`PRIVATE KEY`), certificate and chain (`CERTIFICATE`) as PEM: text, so that every Secret Service keeps it whole.
 *
 * Returns: (transfer full): UTF-8 text; on error `Failed`
 */
SmdSecret *smd_identity_to_pem (SmdIdentity *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_identity_from_pem:
 *
 * Reads what smd_identity_to_pem() wrote.
 *
 * Returns: (transfer full): an identity; on error `Malformed`
 */
SmdIdentity *smd_identity_from_pem (SmdCrypto *crypto, SmdSpan pem, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
