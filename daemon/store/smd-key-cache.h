/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-private-key.h"

G_BEGIN_DECLS

/**
 * SmdKeyCache:
 *
 * Private keys that were unlocked, by fingerprint; each is dropped when it hasn't been used for a while (its memory is wiped when the last call
 * that uses it ends). Any thread; one timer on the main context, set only while there are keys. Reference counted (atomic).
 */
typedef struct _SmdKeyCache SmdKeyCache;

/* @seconds: how long a key may lie unused; 0: nothing is kept */
SmdKeyCache *smd_key_cache_new (guint seconds);
SmdKeyCache *smd_key_cache_ref (SmdKeyCache *self);
void smd_key_cache_unref (SmdKeyCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdKeyCache, smd_key_cache_unref)

void smd_key_cache_set_seconds (SmdKeyCache *self, guint seconds);
/* Returns: (transfer full) (nullable) */
SmdPrivateKey *smd_key_cache_lookup (SmdKeyCache *self, const char *fingerprint);
void smd_key_cache_insert (SmdKeyCache *self, SmdPrivateKey *key);
void smd_key_cache_remove (SmdKeyCache *self, const char *fingerprint);
void smd_key_cache_clear (SmdKeyCache *self);

G_END_DECLS
