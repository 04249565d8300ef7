/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-certificate.h"

G_BEGIN_DECLS

/**
 * smd_identity_match:
 * @address: an addr-spec
 *
 * Whether @certificate was made out to @address: compared with rfc822Name and SmtpUTF8Mailbox of its subject alternative names and
 * with emailAddress of its subject (RFC 8550 section 3, RFC 9598), domains as A-labels, local parts without case.
 */
gboolean smd_identity_match (SmdCertificate *certificate, const char *address);

G_END_DECLS
