/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-path-check.h"
#include "smd-policy.h"
#include "smd-want.h"

G_BEGIN_DECLS

/**
 * smd_revocation_plan_source:
 * @choice: 0: who is asked first, 1: who is asked if that is in vain
 *
 * Who tells whether @certificate is revoked, under a policy's `revocation-sources`. With CRLs first, OCSP is asked only where the
 * certificate has no distribution point.
 */
SmdRevocationSource smd_revocation_plan_source (SmdCertificate *certificate, SmdOrder sources, guint choice);

/**
 * smd_revocation_plan_add:
 * @issuer: (nullable): the next one in the certificate's chain; without it OCSP can't be asked
 * @policy: the sources and the directories
 * @settled: whether what is here already tells @certificate's revocation
 * @wants: (element-type SmdWant): gets what is to be fetched next
 *
 * Each distribution point's first place that wasn't tried (all points: each may be of other reasons, RFC 5280 section 4.2.1.13), or
 * one OCSP responder, besides those that are slow to answer; delta CRLs also for what is settled. Nothing of what is fresh, or was tried in vain.
 */
void smd_revocation_plan_add (SmdCertificate *certificate, SmdCertificate *issuer, const SmdPolicy *policy, gboolean settled,
                              SmdPlaceFunc place, gpointer data, GPtrArray *wants);

/**
 * smd_revocation_plan_add_deltas:
 * @crl: one that may speak of @certificate
 *
 * Likewise those delta CRLs whose place @crl itself tells.
 */
void smd_revocation_plan_add_deltas (SmdCertificate *certificate, SmdCrl *crl, const SmdPolicy *policy, SmdPlaceFunc place, gpointer data,
                                     GPtrArray *wants);

/**
 * smd_revocation_plan_is_settled:
 *
 * Whether @path, which was checked with what is here, says nothing of unknown or outdated revocation at @depth.
 */
gboolean smd_revocation_plan_is_settled (const SmdPath *path, guint depth);

/**
 * smd_issuer_plan_add:
 * @known: (element-type SmdCertificate): the certificate in question and all possible issuers
 *
 * Adds places where issuers of @path are to be had (AIA caIssuers), while it has no anchor, or an authority in it that time won't
 * mend: of each of @known whose issuer isn't among them, or of that authority.
 */
void smd_issuer_plan_add (const SmdPath *path, GPtrArray *known, SmdPlaceFunc place, gpointer data, GPtrArray *wants);

G_END_DECLS
