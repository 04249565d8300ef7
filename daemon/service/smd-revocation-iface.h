/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-refresher.h"

G_BEGIN_DECLS

/**
 * SmdRevocationIface:
 *
 * `org.smimed.Smime1.Revocation`, to be exported at the root, and the refresher that belongs to it.
 */
typedef struct _SmdRevocationIface SmdRevocationIface;

/* @host: must outlive it */
SmdRevocationIface *smd_revocation_iface_new (SmdJobHost *host);
void smd_revocation_iface_free (SmdRevocationIface *self);

/* (transfer none) */
GDBusInterfaceSkeleton *smd_revocation_iface_get_skeleton (SmdRevocationIface *self);
SmdRefresher *smd_revocation_iface_get_refresher (SmdRevocationIface *self);

G_END_DECLS
