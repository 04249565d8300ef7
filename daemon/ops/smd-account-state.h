/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-problem.h"

G_BEGIN_DECLS

/**
 * SmdAccountState:
 * @signing: (owned) (nullable): the certificate that is used for signing: valid before expiring before expired, then the newest; the user's
 *   choice wins while it is usable
 * @signing_chain: (owned) (nullable) (element-type SmdCertificate): @signing and its issuers, as far as they are known
 * @encryption: (owned) (nullable): likewise
 * @can_sign: whether @signing is usable (of its kind, with key, in its dates, trusted)
 * @can_encrypt: likewise
 * @signing_problems: (owned) (element-type SmdProblem): why @signing isn't usable, or soon won't be
 * @encryption_problems: (owned) (element-type SmdProblem): likewise
 * @problems: (owned) (element-type SmdProblem): all of these, and why a certificate that the user chose isn't used
 * @until: nothing of it changes before, as long as nothing but time does; seconds since 1970 UTC
 *
 * Never changes once it is made. Any thread.
 */
typedef struct
{
  SmdCertificate *signing;    /* (owned) */
  GPtrArray *signing_chain;   /* (owned) */
  SmdCertificate *encryption; /* (owned) */
  gboolean can_sign;
  gboolean can_encrypt;
  GPtrArray *signing_problems;    /* (owned) */
  GPtrArray *encryption_problems; /* (owned) */
  GPtrArray *problems;            /* (owned) */
  gint64 until;
} SmdAccountState;

SmdAccountState *smd_account_state_ref (SmdAccountState *self);
void smd_account_state_unref (SmdAccountState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdAccountState, smd_account_state_unref)

/**
 * smd_account_state_new:
 * @from: one of the account's addresses: certificates that name it come first, and others are told as `address-mismatch`
 *
 * Touches no key.
 *
 * Returns: (transfer full): the state; on error `Failed`
 */
SmdAccountState *smd_account_state_new (const SmdEnv *env, const SmdCall *call, const SmdAccount *account, const char *from,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for the account with @address, remembered while it holds. Returns: (transfer full): the state; on error `NoSuchAccount`, `Failed` */
SmdAccountState *smd_account_state_of (const SmdEnv *env, const SmdCall *call, const char *address,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_account_register:
 * @aliases: (nullable)
 *
 * Idempotent by address (compared as addresses are): a second registration replaces the aliases if it gives any.
 *
 * Returns: (transfer full): the account; on error `InvalidArgument` (not an address)
 */
SmdAccount *smd_account_register (const SmdEnv *env, const char *address, const char *const *aliases,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_account_set_certificates:
 * @signing: (nullable): fingerprint, %NULL = choose automatically
 * @encryption: (nullable)
 *
 * Returns: FALSE on error: `NotFound`, `NoPrivateKey` (not an own one), `AddressMismatch` (with the addresses that the certificate has),
 *   `InvalidArgument` (the certificate can't be used so)
 */
gboolean smd_account_set_certificates (const SmdEnv *env, const char *id, const char *signing, const char *encryption,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
