/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-job.h"

G_BEGIN_DECLS

/* The method `Validate`, which Certificates and Certificate both have. */

/**
 * smd_validate_call_launch:
 * @chain: (nullable): `aay`, the certificate first
 * @fingerprint: (nullable): or a stored certificate
 */
void smd_validate_call_launch (SmdJobHost *host, GDBusMethodInvocation *invocation, GVariant *chain, const char *fingerprint,
                               const char *usage, GVariant *options);

G_END_DECLS
