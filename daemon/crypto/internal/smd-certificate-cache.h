/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-certificate.h"

/* Parsed certificates by the SHA-256 of their DER: the ones used last, bounded, thread-safe. Holds references. */
typedef struct _SmdCertificateCache SmdCertificateCache;

#define SMD_CERTIFICATE_HASH_SIZE 32

SmdCertificateCache *smd_certificate_cache_new (guint limit);
void smd_certificate_cache_free (SmdCertificateCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCertificateCache, smd_certificate_cache_free)

/* Returns: (transfer full) (nullable) */
SmdCertificate *smd_certificate_cache_get (SmdCertificateCache *self, const guint8 *hash);
/* Takes a reference of its own. */
void smd_certificate_cache_add (SmdCertificateCache *self, const guint8 *hash, SmdCertificate *certificate);
