/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-certificate.h"

G_BEGIN_DECLS

/* What of a certificate stands in reports, made once for each certificate. Any thread. */

/* Adds its fingerprint, DER, addresses, subject, issuer and serial number */
void smd_wire_certificate_add (GVariantBuilder *dict, SmdCertificate *certificate);
/* Returns: (transfer none): its DER, `ay` */
GVariant *smd_wire_certificate_get_der (SmdCertificate *certificate);

G_END_DECLS
