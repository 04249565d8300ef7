/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-grant-store.h"

G_BEGIN_DECLS

#define SMD_TYPE_PERMISSION_STORE (smd_permission_store_get_type ())
G_DECLARE_FINAL_TYPE (SmdPermissionStore, smd_permission_store, SMD, PERMISSION_STORE, GObject)

/**
 * smd_permission_store_new:
 *
 * #SmdGrantStore over the desktop's permission store (`org.freedesktop.impl.portal.PermissionStore`, of xdg-desktop-portal): in its table `smimed`
 * one entry for each right, in which each application has `yes` or `no`. Nothing is kept here: who revokes a grant there has revoked it. Connects
 * at the first question.
 */
SmdGrantStore *smd_permission_store_new (void);

G_END_DECLS
