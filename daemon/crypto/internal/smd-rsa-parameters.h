/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-algorithm.h"

G_BEGIN_DECLS

/**
 * SmdRsaParameters:
 * @hash: (unowned) static
 * @mgf_hash: (unowned) static
 * @salt: in bytes (PSS)
 * @label: points into what was read (OAEP)
 *
 * The parameters of RSASSA-PSS and RSAES-OAEP (RFC 8017 appendix A.2).
 */
typedef struct
{
  const SmdDigestAlgorithm *hash;     /* (unowned) */
  const SmdDigestAlgorithm *mgf_hash; /* (unowned) */
  guint salt;
  SmdSpan label;
} SmdRsaParameters;

/* @parameters: with their header; empty: the defaults (SHA-1). Errors: `Malformed`, `NotSupported` */
gboolean smd_rsa_parameters_read_pss (SmdRsaParameters *self, SmdSpan parameters, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_rsa_parameters_read_oaep (SmdRsaParameters *self, SmdSpan parameters, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
