/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-openssl.h"

/* Returns: (transfer full): what smd_certificate_get_addresses() promises */
char **smd_certificate_addresses_read (X509 *x509);
