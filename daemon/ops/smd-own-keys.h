/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-account-state.h"

G_BEGIN_DECLS

/**
 * SmdOwnKeys:
 * @state: (owned): the account's certificates
 * @key: (owned) (nullable): the private key of the signing certificate; only if it was asked for
 *
 * What the sender's side of sealing needs.
 */
typedef struct
{
  SmdAccountState *state; /* (owned) */
  SmdPrivateKey *key;     /* (owned) */
} SmdOwnKeys;

void smd_own_keys_free (SmdOwnKeys *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdOwnKeys, smd_own_keys_free)

/**
 * smd_own_keys_new:
 * @from: the account's address
 * @sign: whether a signature will be made
 * @encrypt: whether the sender must be able to decrypt
 *
 * Returns: (transfer full): the keys, all checked; on error `NoSuchAccount`, `NoCertificate` (with the addresses that the own certificates
 *   do have), `CertificateInvalid`, `NoPrivateKey`, `Locked` and its kin, `Cancelled`
 */
SmdOwnKeys *smd_own_keys_new (const SmdEnv *env, const SmdCall *call, const char *from, gboolean sign, gboolean encrypt,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
