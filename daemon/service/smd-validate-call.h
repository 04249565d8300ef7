/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-method.h"

G_BEGIN_DECLS

/* The method `Validate`, which Certificates and Certificate both have. */

/* That of Certificates */
extern const SmdMethod smd_validate_methods[];

/* That of Certificate. @fingerprint: of a stored certificate */
void smd_validate_call_launch (SmdJobHost *host, GDBusMethodInvocation *invocation, const char *fingerprint, const char *usage,
                               GVariant *options);

G_END_DECLS
