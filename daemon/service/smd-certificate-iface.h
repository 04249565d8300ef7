/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-dbus-generated.h"
#include "smd-job.h"

G_BEGIN_DECLS

/* Returns: (transfer full): `org.smimed.Smime1.Certificate` for one certificate; @host must outlive it */
SmdDbusCertificate *smd_certificate_iface_new (SmdJobHost *host, const SmdCertRecord *record);

/* Brings what may change up to date: role, origin, trust. */
void smd_certificate_iface_show (SmdDbusCertificate *skeleton, const SmdCertRecord *record);

G_END_DECLS
