/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SmdBackOff:
 *
 * Who failed is left alone for a while: hosts that don't answer, URLs that answer with an error. Each further failure doubles the time,
 * up to a bound, with jitter so that not everything is tried again at once. Time is a parameter: monotonic microseconds.
 * Not for use by two threads at once.
 */
typedef struct _SmdBackOff SmdBackOff;

#define SMD_BACK_OFF_FIRST (2 * (gint64) G_USEC_PER_SEC) /* after the first failure */
#define SMD_BACK_OFF_LONGEST (3600 * (gint64) G_USEC_PER_SEC)

/* @seed: of the jitter */
SmdBackOff *smd_back_off_new (guint32 seed);
void smd_back_off_free (SmdBackOff *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdBackOff, smd_back_off_free)

/* @why: what is said until @key is tried again */
void smd_back_off_failed (SmdBackOff *self, const char *key, const char *why, gint64 now);
void smd_back_off_succeeded (SmdBackOff *self, const char *key);
/* @fault: (nullable): why it failed; %NULL: it succeeded */
void smd_back_off_note (SmdBackOff *self, const char *key, const char *fault, gint64 now);

/**
 * smd_back_off_wait:
 * @why: (out) (optional) (transfer none): what went wrong; %NULL if @key may be tried
 *
 * Returns: microseconds until @key is to be tried again; 0 = now
 */
gint64 smd_back_off_wait (SmdBackOff *self, const char *key, gint64 now, const char **why);

/* Forgets everything: on another network what failed may work. */
void smd_back_off_reset (SmdBackOff *self);

G_END_DECLS
