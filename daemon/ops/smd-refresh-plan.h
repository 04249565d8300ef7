/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-policy.h"
#include "smd-revocation-store.h"

G_BEGIN_DECLS

/* Never: it has no address, or is too short-lived */
#define SMD_REFRESH_NEVER G_MAXINT64
/* Seconds since its last use for which something is refreshed ahead of need */
#define SMD_REFRESH_MEMORY (28 * G_GINT64_CONSTANT (86400))

/**
 * smd_refresh_plan_due:
 * @seed: of the jitter: the same for all entries and as long as a plan is to stay the same
 *
 * When the CRL or the OCSP answer of @entry is to be fetched: some time before its nextUpdate, in proportion to its lifetime and spread by jitter, so that
 * neither an authority's clients nor one client's CRLs come all at once; after a failure, or when the server has nothing newer,
 * after a pause; at once when a delta CRL has told that there is a newer one. An OCSP answer that lives less than two hours, or says not how long, is left to those who need it. Pure: no clock.
 *
 * Returns: seconds since 1970 UTC, in the past if it is due; %SMD_REFRESH_NEVER
 */
gint64 smd_refresh_plan_due (const SmdRevocationEntry *entry, guint32 seed);

/* Whether @url can be fetched at all: http, https, ldap, ldaps; ldapi, which the fetcher lets only a directory of the settings be */
gboolean smd_refresh_plan_is_fetchable (const char *url);

/**
 * smd_refresh_plan_responder:
 * @entry: (nullable): what is known of @certificate
 *
 * Who is asked about @certificate ahead of need: whoever answered last; after a failure the next one that it names.
 *
 * Returns: (transfer none) (nullable): a URL; %NULL: nobody, as @sources has its revocation told by CRLs
 */
const char *smd_refresh_plan_responder (SmdCertificate *certificate, SmdOrder sources, const SmdRevocationEntry *entry);

/**
 * smd_refresh_plan_add_places:
 * @places: (element-type utf8): a set, gets those of @certificate's CRLs and delta CRLs; directories only if there is no web server
 * @directories: the setting
 */
void smd_refresh_plan_add_places (GHashTable *places, SmdCertificate *certificate, const char *const *directories);

G_END_DECLS
