/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-call.h"
#include "smd-report.h"

G_BEGIN_DECLS

/* What is known of one certificate's revocation. */
typedef struct
{
  char *certificate; /* (owned) fingerprint */
  SmdRevocationSource source;
  gint64 this_update; /* seconds since 1970 UTC, 0 = unknown */
  gint64 next_update;
  char *url;          /* (owned) (nullable) */
} SmdRevocationAnswer;

/* What `Validate` found. */
typedef struct
{
  SmdChainState chain;
  GPtrArray *chain_path; /* (owned) of SmdCertificate, leaf first */
  GPtrArray *problems;   /* (owned) of SmdProblem: those that decide and those that don't (`expiring-soon`) */
  GPtrArray *revocation; /* (owned) of SmdRevocationAnswer */
} SmdValidation;

SmdValidation *smd_validation_new (void);
void smd_validation_free (SmdValidation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdValidation, smd_validation_free)

/* The last second in which all that a good one rests on is good; seconds since 1970 UTC */
gint64 smd_validation_get_end (const SmdValidation *self);

/**
 * SmdValidateRequest:
 * @chain: (unowned) (element-type SmdCertificate): first the certificate, then candidate issuers in any order
 * @at: seconds since 1970 UTC; G_MININT64 = now
 * @address: (unowned) (nullable): must match the certificate
 * @policies: (unowned) (nullable): acceptable policy OIDs
 * @crls: (unowned) (nullable) (element-type SmdBlob): CRLs that came with the message
 */
typedef struct
{
  GPtrArray *chain;            /* (unowned) */
  SmdUsage usage;
  gint64 at;
  const char *address;         /* (unowned) */
  const char *const *policies; /* (unowned) */
  gboolean require_explicit_policy;
  gboolean inhibit_policy_mapping;
  gboolean inhibit_any_policy;
  SmdRevocationMode revocation;
  GPtrArray *crls;             /* (unowned) */
} SmdValidateRequest;

#define SMD_VALIDATE_REQUEST_INIT(call) { .usage = SMD_USAGE_ANY, .at = G_MININT64, .revocation = (call)->policy.revocation }

/* Returns: (transfer full): the verdict; on error `Cancelled`, `Failed` */
SmdValidation *smd_validate (const SmdEnv *env, const SmdCall *call, const SmdValidateRequest *request,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_validate_many:
 * @requests: (element-type SmdValidateRequest): read only, unowned
 *
 * smd_validate() for all of @requests at once: what has to be fetched for them is fetched side by side, within the one network deadline
 * of @call, and what several need is fetched once.
 *
 * Returns: (transfer full) (element-type SmdValidation): one for each request, in order; on error `Cancelled`, `Failed`
 */
GPtrArray *smd_validate_many (const SmdEnv *env, const SmdCall *call, GPtrArray *requests, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
