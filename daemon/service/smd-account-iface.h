/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-dbus-generated.h"
#include "smd-job.h"

G_BEGIN_DECLS

#define SMD_TYPE_ACCOUNT_IFACE (smd_account_iface_get_type ())
G_DECLARE_FINAL_TYPE (SmdAccountIface, smd_account_iface, SMD, ACCOUNT_IFACE, SmdDbusAccountSkeleton)

/* Returns: (transfer full): `org.smimed.Smime1.Account` for one account; @host must outlive it */
SmdAccountIface *smd_account_iface_new (SmdJobHost *host, const SmdAccountEntry *entry);
void smd_account_iface_show (SmdAccountIface *self, const SmdAccountEntry *entry);

G_END_DECLS
