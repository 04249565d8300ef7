/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-account-state.h"

G_BEGIN_DECLS

/* An account and what it would use now. */
typedef struct
{
  SmdAccount *account;    /* (owned) */
  SmdAccountState *state; /* (owned) (nullable): could not be found out */
} SmdAccountEntry;

/**
 * SmdSnapshot:
 * @certificates: own ones and anchors
 * @next_expiry: soonest notAfter of the own ones that are still valid, seconds since 1970 UTC, 0 = none
 * @next_change: when this may cease to be so without any call, seconds since 1970 UTC: a certificate begins or ends, a warning begins or counts
 *   another day, revocation information gets too old; G_MAXINT64 = never
 * @serial: snapshots that were begun later have larger ones
 *
 * What ObjectManager lists, read from the stores at one moment; made in a worker, shown by the main thread.
 */
typedef struct
{
  GPtrArray *certificates; /* (owned) of SmdCertRecord */
  GPtrArray *accounts;     /* (owned) of SmdAccountEntry */
  gint64 next_expiry;
  gint64 next_change;
  gint64 serial;
} SmdSnapshot;

/* Returns: (transfer full): on error `Failed` */
SmdSnapshot *smd_snapshot_new (const SmdEnv *env, const SmdPolicy *policy, gint64 serial,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_snapshot_free (SmdSnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdSnapshot, smd_snapshot_free)

G_END_DECLS
