/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-certificate.h"

G_BEGIN_DECLS

/* What a stored certificate is to us. The words on the bus: `own`, `correspondent`, `intermediate`, `anchor`. */
typedef enum
{
  SMD_ROLE_INTERMEDIATE,
  SMD_ROLE_CORRESPONDENT,
  SMD_ROLE_ANCHOR,
  SMD_ROLE_OWN,
  SMD_N_ROLES
} SmdRole;

typedef enum
{
  SMD_TRUST_DEFAULT,
  SMD_TRUST_TRUSTED,
  SMD_TRUST_DISTRUSTED,
  SMD_N_TRUSTS
} SmdTrust;

/* Where it came from: `user`, `managed`, `message`, `directory`. */
typedef enum
{
  SMD_ORIGIN_USER,
  SMD_ORIGIN_MANAGED,
  SMD_ORIGIN_MESSAGE,
  SMD_ORIGIN_DIRECTORY,
  SMD_N_ORIGINS
} SmdOrigin;

const char *smd_role_to_word (SmdRole role);
gboolean smd_role_from_word (const char *word, SmdRole *role);
const char *smd_trust_to_word (SmdTrust trust);
gboolean smd_trust_from_word (const char *word, SmdTrust *trust);
const char *smd_origin_to_word (SmdOrigin origin);

/**
 * SmdCertRecord:
 * @certificate: (owned)
 *
 * A certificate as the store knows it. A certificate that is stored in two roles has the higher one (own over anchor over
 * correspondent over intermediate).
 */
typedef struct
{
  SmdCertificate *certificate; /* (owned) */
  SmdRole role;
  SmdOrigin origin;
  SmdTrust trust;
} SmdCertRecord;

SmdCertRecord *smd_cert_record_new (SmdCertificate *certificate, SmdRole role, SmdOrigin origin, SmdTrust trust);
SmdCertRecord *smd_cert_record_copy (const SmdCertRecord *self);
void smd_cert_record_free (SmdCertRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCertRecord, smd_cert_record_free)

G_END_DECLS
