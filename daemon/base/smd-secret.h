/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-span.h"

G_BEGIN_DECLS

/**
 * SmdSecret:
 *
 * A password or a private key's encoding: memory that is locked (as far as RLIMIT_MEMLOCK allows), left out of core
 * dumps and of children, and wiped when freed. Costs at least a page. Immutable once filled; reference counted (atomic).
 */
typedef struct _SmdSecret SmdSecret;

/**
 * smd_secret_new:
 * @size: in bytes
 *
 * Returns: (transfer full): zeroed memory of @size bytes (and a NUL behind them)
 */
SmdSecret *smd_secret_new (gsize size);
SmdSecret *smd_secret_new_copy (SmdSpan span);
SmdSecret *smd_secret_ref (SmdSecret *self);
void smd_secret_unref (SmdSecret *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdSecret, smd_secret_unref)

/* Returns: (transfer none): the memory, for whoever fills it or needs the NUL behind it */
guint8 *smd_secret_get_data (SmdSecret *self);
SmdSpan smd_secret_get_span (SmdSecret *self);

/* Shortens to @size bytes, wiping the rest. */
void smd_secret_truncate (SmdSecret *self, gsize size);

G_END_DECLS
