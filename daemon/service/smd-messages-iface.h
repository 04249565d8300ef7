/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-method.h"

G_BEGIN_DECLS

/* Returns: (transfer full): `org.smimed.Smime1.Messages`, to be exported at the root; @host must outlive it */
GDBusInterfaceSkeleton *smd_messages_iface_new (SmdJobHost *host);

extern const SmdMethod smd_messages_methods[];

G_END_DECLS
