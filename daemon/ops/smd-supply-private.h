/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-supply.h"

G_BEGIN_DECLS

/* An OCSP answer whose signer's own revocation isn't known yet */
typedef struct
{
  SmdWant *want;            /* (owned) */
  SmdOcspAnswer answer;
  SmdCertificate *delegate; /* (owned) */
} SmdPendingAnswer;

struct _SmdSupply
{
  const SmdEnv *env;      /* (unowned) */
  const SmdCall *call;    /* (unowned) */
  gint64 now;             /* seconds since 1970 UTC */
  GHashTable *outcomes;   /* (owned) key -> SmdOutcome (owned) */
  GHashTable *answers;    /* (owned) fingerprint -> SmdKnownAnswer (owned) (nullable): none is at hand */
  GHashTable *found;      /* (owned) a set of keys: places that had something fresh when it was missed */
  gboolean overtaken;     /* there was one more of these */
  GHashTable *run_out;    /* (owned) (nullable) a set of fingerprints: their OCSP answers have; %NULL: none */
  GPtrArray *pending;     /* (owned) of SmdPendingAnswer */
  GPtrArray *late;        /* (owned) (nullable) of SmdFetchResult: what hasn't come in the last round */
  GPtrArray *fetched;     /* (owned) of SmdCertificate */
  GPtrArray *known;       /* (owned) of SmdCertificate */
  GPtrArray *anchors;     /* (owned) of SmdCertificate */
  GPtrArray *crl_signers; /* (owned) of SmdCertificate */
  gint64 cutoff;          /* monotonic microseconds: when the verdict has to be made to come by the call's deadline; 0 = not known yet */
  gint64 own_left;        /* microseconds, where the call counts none */
  gint64 counted_until;   /* monotonic microseconds: what was before is taken from what is left */
  gint64 slice;           /* microseconds of the next round */
  gint64 round_begun;     /* monotonic microseconds */
  gint64 looked;          /* likewise: since then is looked at what is at hand */
};

/* @detail: (transfer full) (nullable) */
void smd_supply_note (SmdSupply *self, const SmdWant *want, SmdPlaceState state, gboolean temporary, char *detail);

/* After smd_supply_note(): what came is of no use whatever is known here. */
void smd_supply_note_useless (SmdSupply *self, const SmdWant *want);

/* Takes in what came for @want. */
void smd_supply_take (SmdSupply *self, const SmdWant *want, const SmdFetchResult *result);

/* Likewise, for OCSP; what is wrong with it is remembered. */
void smd_supply_take_answer (SmdSupply *self, const SmdWant *want, const SmdFetchResult *result);
/* An OCSP responder gave nothing of use; @detail: (transfer full) */
void smd_supply_note_mute (SmdSupply *self, const SmdWant *want, gboolean temporary, char *detail);

/* Whether @answer tells what is so now: it hasn't run out, or can't change any more */
gboolean smd_supply_counts (SmdSupply *self, const SmdOcspAnswer *answer);
void smd_supply_note_run_out (SmdSupply *self, SmdCertificate *certificate);

void smd_pending_answer_free (SmdPendingAnswer *self);

G_END_DECLS
