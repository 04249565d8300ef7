/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-dbus-generated.h"
#include "smd-job.h"

G_BEGIN_DECLS

#define SMD_TYPE_MANAGER_IFACE (smd_manager_iface_get_type ())
G_DECLARE_FINAL_TYPE (SmdManagerIface, smd_manager_iface, SMD, MANAGER_IFACE, SmdDbusManagerSkeleton)

/* Returns: (transfer full): `org.smimed.Smime1.Manager`, to be exported at the root; @host must outlive it */
SmdManagerIface *smd_manager_iface_new (SmdJobHost *host, const char *version);

/* Shows the settings as they are now, in one PropertiesChanged signal. */
void smd_manager_iface_show_settings (SmdManagerIface *self);

G_END_DECLS
