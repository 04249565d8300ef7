/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job.h"

G_BEGIN_DECLS

/* Returns: (transfer full): `org.smimed.Smime1.Messages`, to be exported at the root; @host must outlive it */
GDBusInterfaceSkeleton *smd_messages_iface_new (SmdJobHost *host);

/* Returns: FALSE with `Disabled` while the switch is off */
gboolean smd_iface_check_enabled (SmdJobHost *host, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
