/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-span.h"

G_BEGIN_DECLS

/**
 * SmdCrypto:
 *
 * The one private OpenSSL library context, the algorithms fetched from it once, the legacy provider in a context of its
 * own (loaded when a PKCS#12 file asks for it), and the cache of parsed certificates. Made before the first worker;
 * thread-safe; reference counted.
 */
typedef struct _SmdCrypto SmdCrypto;

/**
 * smd_crypto_new:
 *
 * Returns: (transfer full): the context; on error `Failed`
 */
SmdCrypto *smd_crypto_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
SmdCrypto *smd_crypto_ref (SmdCrypto *self);
void smd_crypto_unref (SmdCrypto *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCrypto, smd_crypto_unref)

/**
 * smd_crypto_warm_up:
 *
 * Does what OpenSSL otherwise does when the first certificate is read, which takes more than 1 ms: for a thread beside the one that has to
 * find the certificates first. Nothing depends on it.
 */
void smd_crypto_warm_up (SmdCrypto *self);

/* Fills @data with @size random bytes from the operating system's generator; ends the process if there are none. */
void smd_crypto_random (SmdCrypto *self, guint8 *data, gsize size);

/* Fills @data with @size (at most 32) bytes that nobody can foretell, but that are the same for the same @seed as long as the process runs. */
void smd_crypto_decoy (SmdCrypto *self, SmdSpan seed, guint8 *data, gsize size);

/* Returns: (transfer full): SHA-256 of @span in lower-case hex */
char *smd_crypto_fingerprint (SmdCrypto *self, SmdSpan span);

G_END_DECLS
