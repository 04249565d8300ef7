/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-openssl.h"
#include "smd-usage.h"

/* What a certificate says that its key may be used for (RFC 5280 sections 4.2.1.3 and 4.2.1.12). */
typedef struct
{
  gboolean has_key_usage;
  guint key_usage;           /* #SmdKeyUsage; all where the extension is absent */
  char **key_usage_words;    /* (owned) */
  char **extended_key_usage; /* (owned) */
  gboolean allows_mail;      /* by the extended key usage */
} SmdCertificateUsage;

/* @self: all zeroes */
void smd_certificate_usage_read (SmdCertificateUsage *self, X509 *x509);
void smd_certificate_usage_clear (SmdCertificateUsage *self);
/* What smd_certificate_permits() promises of a key of @type */
gboolean smd_certificate_usage_permits (const SmdCertificateUsage *self, SmdKeyType type, SmdUsage usage);
