/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-dbus-generated.h"
#include "smd-job.h"

G_BEGIN_DECLS

/* The methods of Certificates that are about PKCS#12 files: ImportPkcs12, ExportPkcs12, GeneratePassword */
void smd_pkcs12_calls_connect (SmdDbusCertificates *skeleton, SmdJobHost *host);

G_END_DECLS
