/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cms.h"
#include "smd-der.h"

G_BEGIN_DECLS

/* All read into @self, which is zeroed; spans point into what @reader reads. */

/* SignerIdentifier or RecipientIdentifier: IssuerAndSerialNumber, or [0] SubjectKeyIdentifier */
gboolean smd_signer_id_read (SmdSignerId *self, SmdDerReader *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* KeyAgreeRecipientIdentifier: IssuerAndSerialNumber, or [0] RecipientKeyIdentifier */
gboolean smd_signer_id_read_agreement (SmdSignerId *self, SmdDerReader *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* SMIMEEncryptionKeyPreference (RFC 8551 section 2.5.3), and Microsoft's IssuerAndSerialNumber */
gboolean smd_signer_id_read_preference (SmdSignerId *self, SmdDerReader *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_signer_id_read_older_preference (SmdSignerId *self, SmdDerReader *reader, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none) (nullable): the first of @certificates (nullable) at or behind *@position that @self names; *@position
 * (inout) then stands behind it */
SmdCertificate *smd_signer_id_find (const SmdSignerId *self, GPtrArray *certificates, guint *position);

G_END_DECLS
