/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Reference-counted things by a SHA-256: the ones used last, bounded, thread-safe. Holds references. */
typedef struct _SmdCache SmdCache;

#define SMD_CACHE_HASH_SIZE 32

typedef gpointer (*SmdCacheRef) (gpointer value);

SmdCache *smd_cache_new (guint limit, SmdCacheRef ref, GDestroyNotify unref);
void smd_cache_free (SmdCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCache, smd_cache_free)

/* Returns: (transfer full) (nullable) */
gpointer smd_cache_get (SmdCache *self, const guint8 *hash);
/* Takes a reference of its own; replaces what was there under @hash. */
void smd_cache_add (SmdCache *self, const guint8 *hash, gpointer value);
