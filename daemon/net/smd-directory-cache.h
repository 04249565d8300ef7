/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-directory.h"

G_BEGIN_DECLS

/**
 * SmdDirectoryCache:
 *
 * What one directory has said about addresses, for a while. Bounded in number and size: the oldest go first. Time is a parameter: monotonic
 * microseconds. Not for use by two threads at once.
 */
typedef struct _SmdDirectoryCache SmdDirectoryCache;

#define SMD_DIRECTORY_AGE_KNOWN (10 * 60 * (gint64) G_USEC_PER_SEC) /* something was found */
#define SMD_DIRECTORY_AGE_UNKNOWN (60 * (gint64) G_USEC_PER_SEC)    /* nothing was: somebody may be told to publish his certificate now */
#define SMD_DIRECTORY_CACHE_ANSWERS 4096
#define SMD_DIRECTORY_CACHE_BYTES (32 * 1024 * 1024)

SmdDirectoryCache *smd_directory_cache_new (void);
void smd_directory_cache_free (SmdDirectoryCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdDirectoryCache, smd_directory_cache_free)

/* @address: as smd_address_normalize() gives it. Returns: (transfer none) (nullable): what is known and not too old */
SmdDirectoryAnswer *smd_directory_cache_lookup (SmdDirectoryCache *self, const char *address, gint64 now);
/* Failures aren't kept. */
void smd_directory_cache_store (SmdDirectoryCache *self, const char *address, SmdDirectoryAnswer *answer, gint64 now);
void smd_directory_cache_flush (SmdDirectoryCache *self);

G_END_DECLS
