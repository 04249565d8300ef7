/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-want.h"

G_BEGIN_DECLS

/**
 * SmdSupply:
 *
 * What the verdicts of one call together get from the network and from the store of revocation information: each place is asked once,
 * all within one deadline. Nothing here decides what is wanted (trust/smd-revocation-plan.h).
 */
typedef struct _SmdSupply SmdSupply;

/**
 * SmdOutcome:
 * @state: what smd_supply_place() says
 * @pending: no answer yet; the fetch goes on
 * @temporary: trying again later may help
 * @asked_at: in which round first, monotonic microseconds
 * @useless: what came is of no use whatever is known here, so that the same needn't come again soon
 * @detail: (owned) (nullable): why it was in vain
 */
typedef struct
{
  SmdPlaceState state;
  gboolean pending;
  gboolean temporary;
  gboolean useless;
  gint64 asked_at;
  char *detail; /* (owned) */
} SmdOutcome;

/**
 * SmdKnownAnswer:
 * @url: (owned): who gave it
 */
typedef struct
{
  SmdOcspAnswer answer;
  char *url; /* (owned) */
} SmdKnownAnswer;

/* @env, @call: live longer than the supply */
SmdSupply *smd_supply_new (const SmdEnv *env, const SmdCall *call);
void smd_supply_free (SmdSupply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdSupply, smd_supply_free)

/* An #SmdPlaceFunc; @data: an SmdSupply */
SmdPlaceState smd_supply_place (const SmdWant *want, gpointer data);

/* Returns: (transfer none) (nullable): how asking a place went; @certificate: (nullable): only for OCSP */
const SmdOutcome *smd_supply_get_outcome (SmdSupply *self, SmdWantKind kind, const char *url, SmdCertificate *certificate);

/* Certificates and anchors for the paths of those who sign OCSP answers, and those whose CRLs count (see smd_crl_signers_find()) */
void smd_supply_know (SmdSupply *self, GPtrArray *certificates, GPtrArray *anchors, GPtrArray *crl_signers);

/* Returns: (transfer none) (element-type SmdCertificate): issuers that were fetched */
GPtrArray *smd_supply_get_certificates (SmdSupply *self);

/**
 * smd_supply_find_crls:
 * @certificates: (element-type SmdCertificate)
 * @borne: those that came with messages, too
 *
 * Returns: (transfer full) (element-type SmdCrl): the CRLs at hand that may speak of them; on error `Failed`
 */
GPtrArray *smd_supply_find_crls (SmdSupply *self, GPtrArray *certificates, gboolean borne, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none) (nullable): an OCSP answer that is fresh now */
const SmdKnownAnswer *smd_supply_get_answer (SmdSupply *self, SmdCertificate *certificate);

/* Whether the newest OCSP answer about @certificate that is known has run out */
gboolean smd_supply_has_run_out (SmdSupply *self, SmdCertificate *certificate);

/* Whether the store has a CRL from @url that was made at @this_update (seconds since 1970 UTC) */
gboolean smd_supply_has (SmdSupply *self, const char *url, gint64 this_update);

/* Whether a place was found fresh for the first time whose fruit a path has lacked: another call may have brought it meanwhile */
gboolean smd_supply_take_overtaken (SmdSupply *self);

/* Whether the store has a CRL from @url that isn't out of date */
gboolean smd_supply_is_fresh (SmdSupply *self, const char *url);

/* Adds what OCSP responders' own certificates want. Returns: whether an answer counts now that didn't before */
gboolean smd_supply_plan_delegates (SmdSupply *self, GPtrArray *wants);

/**
 * smd_supply_fetch:
 * @wants: (element-type SmdWant)
 *
 * Asks all of @wants side by side, for a part of the time that is left, and takes in what came.
 *
 * Returns: whether there may be something new, or still is time; FALSE ends the rounds: offline, or the deadline has passed
 */
gboolean smd_supply_fetch (SmdSupply *self, GPtrArray *wants);

/* Whether anything was asked of the network for these verdicts */
gboolean smd_supply_was_needed (SmdSupply *self);

/* Whether nothing is fetched at all: there is no network, or the caller wants none */
gboolean smd_supply_is_offline (SmdSupply *self);

G_END_DECLS
