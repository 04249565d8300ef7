/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job.h"

G_BEGIN_DECLS

/**
 * SmdObjects:
 *
 * What ObjectManager lists: accounts, own certificates, anchors. Shows one snapshot after the other; the differences become signals. The
 * first one puts all of it on the bus at once.
 */
typedef struct _SmdObjects SmdObjects;

/* @host must outlive it */
SmdObjects *smd_objects_new (SmdJobHost *host);
void smd_objects_free (SmdObjects *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdObjects, smd_objects_free)

/* Returns: FALSE if a later snapshot was shown already, and nothing has been done */
gboolean smd_objects_show (SmdObjects *self, const SmdSnapshot *snapshot);

G_END_DECLS
