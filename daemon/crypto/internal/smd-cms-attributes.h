/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "smd-cms-algorithm.h"
#include "smd-cms.h"

G_BEGIN_DECLS

/**
 * SmdCmsAttributes:
 * @der: (owned): the attributes as they were signed: DER, tagged SET OF (RFC 5652 section 5.4)
 * @content_type: content octets of the OID
 * @message_digest: the octets
 * @signing_time: seconds since 1970 UTC, G_MININT64 if absent
 * @signing_certificate: RFC 2634 section 5.4, the one value; empty if absent
 * @signing_certificate_v2: RFC 5035 section 3, the same
 * @algorithm_protection: RFC 6211 section 2, the one value; empty if absent
 * @preference: what the encryption key preference names; all empty if absent
 *
 * Signed attributes that are as they should be: each once, those that we know with one value that can be read. Spans point
 * into @der.
 */
typedef struct
{
  GByteArray *der; /* (owned) */
  SmdSpan content_type;
  SmdSpan message_digest;
  gint64 signing_time;
  gboolean has_capabilities;
  SmdCapabilities capabilities;
  SmdSpan signing_certificate;
  SmdSpan signing_certificate_v2;
  SmdSpan algorithm_protection;
  SmdSignerId preference;
} SmdCmsAttributes;

/**
 * smd_cms_attributes_read:
 * @whole: with the header that they have in the SignerInfo
 *
 * Returns: (transfer full): on error `Malformed`, `LimitExceeded`; its text says which rule is broken
 */
SmdCmsAttributes *smd_cms_attributes_read (SmdSpan whole, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void smd_cms_attributes_free (SmdCmsAttributes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCmsAttributes, smd_cms_attributes_free)

/* Returns: (transfer full): attributes in the form in which they are signed or authenticated: DER, tagged SET OF; errors as above */
GByteArray *smd_cms_attributes_to_set (SmdSpan whole, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether unsigned attributes (@whole: with their header) can be read and say nothing that only signed ones may say (RFC 5652
 * section 11) */
gboolean smd_cms_attributes_check_unsigned (SmdSpan whole, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @content is itself a set of signed attributes: then a signature over it is one over another message (the
 * stripped-attributes forgery). */
gboolean smd_cms_attributes_are_content (const SmdDerOctets *content);

/* Whether both signing-certificate attributes, as far as they are there, name @certificate; @known: (out): FALSE if
 * their digest isn't one that we know. */
gboolean smd_cms_attributes_name_certificate (const SmdCmsAttributes *self, SmdCrypto *crypto, SmdCertificate *certificate,
                                              gboolean *known);

/* Whether the algorithms are those that the signer has signed, if he has (RFC 6211). */
gboolean smd_cms_attributes_protect_algorithms (const SmdCmsAttributes *self, const SmdCmsAlgorithm *digest,
                                                const SmdCmsAlgorithm *signature);

G_END_DECLS
