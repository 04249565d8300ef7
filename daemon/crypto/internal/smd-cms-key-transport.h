/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-algorithm.h"
#include "smd-cms-object.h"
#include "smd-openssl.h"
#include "smd-rsa-parameters.h"

G_BEGIN_DECLS

/* KeyTransRecipientInfo with RSA (RFC 5652 section 6.2.1, RFC 3560) */
typedef struct
{
  const SmdRecipientInfo *recipient; /* (unowned) */
  SmdKeyTransport transport;
  SmdRsaParameters oaep;
} SmdCmsKeyTransport;

/* Before any key is used. Errors: `NotSupported`, `Malformed` */
gboolean smd_cms_key_transport_init (SmdCmsKeyTransport *self, const SmdRecipientInfo *recipient, SmdPrivateKey *key,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * smd_cms_key_transport_unwrap:
 * @cek: (inout): @size random bytes; gets the content key if it can be had
 *
 * Returns: FALSE if it couldn't. With PKCS#1 v1.5 always TRUE: whether the padding was right must not be known to anybody
 *   (RFC 3218 section 2.3.2). What takes the key's place then is the same each time that the same is tried.
 */
gboolean smd_cms_key_transport_unwrap (const SmdCmsKeyTransport *self, SmdCrypto *crypto, SmdPrivateKey *key, guint8 *cek,
                                       gsize size) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
