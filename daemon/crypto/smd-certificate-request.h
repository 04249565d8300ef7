/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-blob.h"
#include "smd-private-key.h"

G_BEGIN_DECLS

/**
 * smd_certificate_request_write:
 * @address: an addr-spec; a local part beyond ASCII goes into an SmtpUTF8Mailbox (RFC 9598), any other into an rfc822Name; the domain is
 *   written in A-labels
 *
 * Writes a request for a certificate for mail (PKCS#10, RFC 2986), signed with @key. What is asked for stands in extensionRequest: the address as
 * subject alternative name, the key usages that the kind of key can serve, e-mail protection as the purpose. The subject is the
 * address, where it fits into a common name; an authority puts there what it has verified.
 *
 * Returns: (transfer full): the request in PEM; on error `InvalidArgument` (no address), `Failed`
 */
SmdBlob *smd_certificate_request_write (SmdCrypto *crypto, SmdPrivateKey *key, const char *address,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
