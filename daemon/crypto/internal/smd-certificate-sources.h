/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-openssl.h"

/* Where a certificate says that its issuer and its revocation information are found (RFC 5280 sections 4.2.1.13, 4.2.1.15 and
 * 4.2.2.1). */
typedef struct
{
  char **crl_urls;         /* (owned) */
  GPtrArray *crl_points;   /* (owned) of SmdCrlPoint */
  GPtrArray *freshest_crl_points; /* (owned) of SmdCrlPoint */
  char **freshest_crl_urls; /* (owned) */
  char **issuer_urls;      /* (owned) */
  char **ocsp_urls;        /* (owned) */
  GPtrArray *crl_issuers;  /* (owned) of GBytes */
  gboolean has_crl_distribution_points;
  gboolean has_ocsp_no_check;
} SmdCertificateSources;

/* @self: all zeroes */
void smd_certificate_sources_read (SmdCertificateSources *self, X509 *x509);
void smd_certificate_sources_clear (SmdCertificateSources *self);

/* Returns: (transfer none): what was read with @self */
const SmdCertificateSources *smd_certificate_get_sources (SmdCertificate *self);
